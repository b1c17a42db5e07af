/** One run at a time in one backup folder, also from two machines: two would prune each other's files. */
import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from './generation.ts';

/** A lock not renewed for this long belongs to a run that was killed, milliseconds. */
const staleAfter = 120_000;
const renewEvery = 15_000;

const taken = async (path: string, mine: string): Promise<boolean> =>
  writeFile(path, mine, { flag: 'wx', mode: 0o600 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return false;
    },
  );

/** Does `act` while no other run does. Fails in words when one is at it. */
export const alone = async <Value>(target: string, act: () => Promise<Value>): Promise<Value> => {
  const path = join(target, '.lock');
  const mine = `${process.pid} ${randomUUID()}\n`;
  if (!(await taken(path, mine))) {
    const renewed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    if (Date.now() - renewed < staleAfter)
      throw new BackupError(
        `Đang có một lượt sao lưu khác vào ${target}; thử lại sau 2 phút`,
        `Another backup into ${target} is running, or was killed less than two minutes ago; try again later`,
      );
    await rm(path, { force: true });
    if (!(await taken(path, mine))) throw new BackupError('Một lượt sao lưu khác vừa bắt đầu', 'Another backup has just begun');
  }
  const timer = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), renewEvery);
  try {
    return await act();
  } finally {
    clearInterval(timer);
    // Not one that was taken over from us while this machine slept.
    if ((await readFile(path, 'utf8').catch(() => '')) === mine) await rm(path, { force: true });
  }
};
