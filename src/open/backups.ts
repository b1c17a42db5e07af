/** Backup and restore of the embedded store, for the command line. A MongoDB hub is backed up by MongoDB's own tools (spec/operations.md). */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { Config } from '../config.ts';
import type { Hub } from '../hub.ts';
import { BackupError, chooseGeneration, type Manifest, readManifest } from '../sqlite/backup/generation.ts';
import { type Backup, type BackupOptions, makeBackup } from '../sqlite/backup/make.ts';
import { restoreBackup } from '../sqlite/backup/restore.ts';
import type { Flaw } from '../sqlite/backup/soundness.ts';
import { type Checked, verifyBackup, verifyRestored } from '../sqlite/backup/verify.ts';
import { openSqlite } from '../sqlite/store.ts';

export type { Backup, Checked, Flaw, Manifest };

type Progress = BackupOptions['progress'];

export type Backups = {
  make(target: string, options: BackupOptions): Promise<Backup>;
  /** The newest generation, or the one asked for; the caller closes what it is given. */
  verify(target: string, generation: string | undefined, progress: Progress): Promise<Checked & { readonly generation: string }>;
  /** Of a generation that was verified. Flaws are those found in the restored folder. */
  restore(
    target: string,
    generation: string,
    progress: Progress,
  ): Promise<{ readonly manifest: Manifest; readonly flaws: readonly Flaw[] }>;
};

/** Who saved or brought back all there is is told in the journal, like every other act of an operator. */
const noteIn = async (
  folder: string,
  act: string,
  subject: string,
  details: Parameters<Hub['journal']['add']>[0]['details'],
): Promise<void> => {
  const store = await openSqlite({ folder });
  try {
    await store.journal.add({ entryId: randomUUID(), at: new Date().toISOString(), act, by: 'cli', subject, details });
  } finally {
    await store.close();
  }
};

const isWithin = (inner: string, outer: string): boolean => `${resolve(inner)}${sep}`.startsWith(`${resolve(outer)}${sep}`);

const refuseWithin = (target: string, folder: string): void => {
  if (isWithin(target, folder) || isWithin(folder, target))
    throw new BackupError(
      `${target} và thư mục dữ liệu ${folder} nằm trong nhau: hãy để bản sao lưu ở nơi khác, tốt nhất trên ổ đĩa khác`,
      `${target} and the data folder ${folder} lie in each other: keep backups elsewhere, best on another disk`,
    );
};

const refuseMongo = (config: Config): void => {
  if (config.store !== 'sqlite')
    throw new BackupError(
      'Kho MongoDB được sao lưu bằng công cụ của MongoDB (mongodump, ảnh chụp ổ đĩa): xem spec/operations.md',
      "A MongoDB store is backed up by MongoDB's own tools (mongodump, snapshots): see spec/operations.md",
    );
};

/** From the package beside the sources, or beside the compiled files. */
const ownVersion = async (): Promise<string> => {
  const facts: { readonly version: string } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  return facts.version;
};

export const backupsOf = (config: Config): Backups => ({
  make: async (target, options) => {
    refuseMongo(config);
    refuseWithin(target, config.data);
    const source = { folder: config.data, anchors: config.anchors, crls: config.crls, program: await ownVersion() };
    const made = await makeBackup(source, target, options);
    const { manifest, generation, isCurrent } = made;
    const { sealed, head } = manifest.journal;
    // To write into a store is to migrate it: not under the older hub that may be running on it.
    if (isCurrent)
      await noteIn(config.data, 'backup.made', generation, {
        database: manifest.database.sha256,
        sealed,
        head,
        missing: manifest.missing.length,
      });
    return made;
  },
  verify: async (target, asked, progress) => {
    const generation = await chooseGeneration(target, asked);
    return { generation, ...(await verifyBackup(target, generation, progress)) };
  },
  restore: async (target, generation, progress) => {
    refuseMongo(config);
    refuseWithin(target, config.data);
    const manifest = await restoreBackup(target, generation, config.data, progress);
    const flaws = await verifyRestored(config.data, await readManifest(target, generation), progress);
    const { sealed, head } = manifest.journal;
    await noteIn(config.data, 'backup.restored', generation, { database: manifest.database.sha256, sealed, head, flaws: flaws.length });
    return { manifest, flaws };
  },
});
