/** A slow disk for one running process: strace holds every sync back, then lets go. */
import { spawn } from 'node:child_process';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Each fsync and fdatasync of the process, all its threads, takes `delay` ms more, for `ms`. */
export const slowDisk = async (pid: number, delay: number, ms: number): Promise<void> => {
  const injection = `inject=fsync,fdatasync:delay_enter=${delay * 1000}`;
  const strace = spawn('strace', ['-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', '-e', injection, '-p', String(pid)], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => {
    strace.once('exit', () => resolve());
    strace.once('error', () => resolve());
  });
  await Promise.race([pause(ms), ended]);
  // An interrupted strace detaches and leaves the process running.
  strace.kill('SIGINT');
  await ended;
};
