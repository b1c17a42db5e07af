/** A store in a folder of its own, opened twice as two processes would. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../src/sqlite/store.ts';
import type { Opened } from '../contract/specimens.ts';

export const freshFolder = (): string => mkdtempSync(join(tmpdir(), 'lienthong-sqlite-'));

export const openTwice = async (): Promise<Opened & { readonly folder: string }> => {
  const folder = freshFolder();
  const [one, two] = await Promise.all([openSqlite({ folder }), openSqlite({ folder })]);
  return {
    folder,
    one,
    two,
    close: async () => {
      await Promise.all([one.close(), two.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
