/** The command line as an operator types it, on a data folder, with `--json`. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bareEnvironment, root } from './hub.ts';

const execute = promisify(execFile);

// biome-ignore lint/suspicious/noExplicitAny: what a command prints, asserted by the tests
export const lienthong = async (folder: string, ...words: readonly string[]): Promise<any> => {
  const env = { ...bareEnvironment(), LIENTHONG_DATA: folder, LIENTHONG_HUB: 'H99.W00' };
  const flags = process.env.LIENTHONG_TEST_FLAGS?.split(' ') ?? [];
  const { stdout } = await execute(process.execPath, [...flags, join(root, 'src/cli/main.ts'), ...words, '--json'], { env });
  return JSON.parse(stdout);
};
