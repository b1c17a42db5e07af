/** From a backup to a data folder that a hub can be started on. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { restoringFolder } from '../connection.ts';
import { syncFolder } from '../files/keep.ts';
import { copyFile, copyNamed, filesBelow } from './copy.ts';
import { BackupError, databaseName, type Manifest, manifestName, readManifest, sumsName } from './generation.ts';
import { openRows, type Rows } from './rows.ts';

/** All that may stand in a folder whose restore was broken off; the rows come last, so with them it was not. */
const partsBefore = new Set(['originals', 'evidence', 'anchors', 'crls', 'hub-key.pem', 'hub-cert.pem', 'spool', 'scratch']);

const refuseFilled = async (folder: string): Promise<void> => {
  const all = await readdir(folder).catch((): string[] => []);
  const again = all.includes(basename(restoringFolder(folder)));
  const ours = (name: string): boolean => name === basename(restoringFolder(folder)) || partsBefore.has(name);
  const found = all.filter((name) => name !== 'lost+found' && !(again && ours(name)));
  if (found.length > 0)
    throw new BackupError(
      `${folder} không trống (${found.slice(0, 5).join(', ')}): chỉ khôi phục vào thư mục dữ liệu chưa có gì`,
      `${folder} is not empty (${found.slice(0, 5).join(', ')}): a backup is restored into an empty data folder only`,
    );
};

/** Key, certificate, anchors and lists, below one folder. */
const copySmall = async (place: string, to: string): Promise<void> => {
  const skipped = new Set([manifestName, sumsName, databaseName]);
  for (const path of (await filesBelow(place)).filter((one) => !skipped.has(one))) {
    const target = join(to, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await copyFile(join(place, path), target);
  }
};

const changed = (): BackupError => new BackupError('Bản sao lưu thay đổi trong khi được đọc', 'The backup changed while it was read');

type Sharing = { readonly rows: Rows; readonly manifest: Manifest; progress(done: number, total: number): void };

const copyShared = async (target: string, building: string, { rows, manifest, progress }: Sharing): Promise<void> => {
  const total = manifest.originals.bytes + manifest.evidence.bytes;
  let done = 0;
  const step = (bytes: number): void => {
    done += bytes;
    progress(done, total);
  };
  const known = new Set(manifest.missing);
  for (const [part, named] of [
    ['originals', rows.originals()],
    ['evidence', rows.evidence()],
  ] as const) {
    const { missing } = await copyNamed(join(target, part), join(building, part), named, step);
    if (missing.some((path) => !known.has(path))) throw changed();
  }
};

/** What an earlier, broken-off restore moved up already is replaced by the same again. */
const moveUp = async (building: string, folder: string): Promise<void> => {
  const parts = (await readdir(building)).filter((name) => name !== databaseName);
  for (const name of [...parts, databaseName]) {
    await rm(join(folder, name), { recursive: true, force: true });
    await rename(join(building, name), join(folder, name));
    await syncFolder(folder);
  }
  await rm(building, { recursive: true });
  await syncFolder(folder);
};

/**
 * Restores one generation that was verified just before. All is built in a folder inside the data folder and moved
 * up when it is whole, the rows last: a hub refuses to start on what was broken off, and the restore can be run again.
 */
export const restoreBackup = async (
  target: string,
  generation: string,
  folder: string,
  progress: (done: number, total: number) => void,
): Promise<Manifest> => {
  const manifest = await readManifest(target, generation);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await refuseFilled(folder);
  const place = join(target, generation);
  const building = restoringFolder(folder);
  await mkdir(building, { recursive: true, mode: 0o700 });
  await copySmall(place, building);
  const rows = openRows(join(place, databaseName));
  try {
    await copyShared(target, building, { rows, manifest, progress });
  } finally {
    rows.close();
  }
  const digest = await copyFile(join(place, databaseName), join(building, databaseName), manifest.database.sha256);
  if (digest !== manifest.database.sha256) throw changed();
  await moveUp(building, folder);
  return manifest;
};
