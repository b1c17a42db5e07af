/** The command line, with its exit code and both streams: inside this process, or as someone types it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runLine } from '../../src/cli/program.ts';
import { bareEnvironment, root } from '../support/hub.ts';

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };
// biome-ignore lint/suspicious/noExplicitAny: what a command prints, asserted by the tests
type Json = any;
export type Line = { readonly env?: Readonly<Record<string, string>>; readonly words: readonly string[] };

/** Everything but the process itself; nobody watches and nobody can be asked. */
export const run = async ({ env = {}, words }: Line): Promise<Ran> => {
  let [out, err] = ['', ''];
  const terminal = {
    env,
    json: false,
    watched: false,
    asked: false,
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    now: () => new Date(),
  };
  const code = await runLine(words, terminal, '0.0.0');
  return { code, out, err };
};

/** A process of its own, as an operator starts it. */
export const spawned = ({ env = {}, words }: Line): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...words], {
      env: { ...bareEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });

/** With `--json`: stdout must be exactly one JSON value (contract §2). */
export const runJson = async (
  { env = {}, words }: Line,
  how: (line: Line) => Promise<Ran> = run,
): Promise<Ran & { readonly value: Json }> => {
  const ran = await how({ env, words: [...words, '--json'] });
  return { ...ran, value: JSON.parse(ran.out) };
};
