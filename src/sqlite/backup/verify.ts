/** Whether a backup is what its manifest says: read whole, every byte hashed again. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealedEntry } from '../../hub.ts';
import { storeFile } from '../connection.ts';
import { addressIn, sizeOf } from '../files/keep.ts';
import { digestOf, filesBelow } from './copy.ts';
import { BackupError, databaseName, type Manifest, manifestName, readManifest, sumsName } from './generation.ts';
import { type NamedFile, openRows, type Rows } from './rows.ts';
import { type Flaw, flawsOfRows } from './soundness.ts';

export type Checked = {
  readonly manifest: Manifest;
  readonly flaws: readonly Flaw[];
  readonly files: number;
  readonly bytes: number;
  /** Rows of the copy's journal, for whoever checks its chain. */
  readonly journal: { list(after: number, limit: number): Promise<readonly SealedEntry[]> };
  close(): void;
};

const absent = (at: string): Flaw => ({ at, vi: 'thiếu tệp', en: 'the file is missing' });
const altered = (at: string): Flaw => ({ at, vi: 'nội dung đã thay đổi', en: 'its bytes have changed' });

/** Every file of a folder of content-addressed ones that the rows name, hashed. `missing` was said when the backup was made. */
const checkNamed = async (
  root: string,
  { named, missing }: { readonly named: Iterable<NamedFile>; readonly missing: ReadonlySet<string> },
  note: (bytes: number, flaw: Flaw | null) => void,
): Promise<void> => {
  for (const { sha256, size } of named) {
    const path = addressIn(root, sha256);
    const at = path.split('/').slice(-3).join('/');
    const found = await sizeOf(path);
    if (found === null)
      note(
        0,
        missing.has(at) ? { at, vi: 'Trục đã thiếu tệp này khi sao lưu', en: 'the hub had lost it when the backup was made' } : absent(at),
      );
    else note(size, found !== size || (await digestOf(path)) !== sha256 ? altered(at) : null);
  }
};

/** SHA256SUMS is the one of the manifest; the generation's own files are as it says; nothing is there that it does not name. */
const checkOwn = async (place: string, manifest: Manifest): Promise<readonly Flaw[]> => {
  const sums = join(place, sumsName);
  if ((await sizeOf(sums)) === null) return [absent(sumsName)];
  if ((await digestOf(sums)) !== manifest.sums) return [altered(sumsName)];
  const listed = new Map(
    (await readFile(sums, 'utf8'))
      .split('\n')
      .filter((line) => line !== '' && !line.includes('  ../'))
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  const flaws: Flaw[] = [];
  for (const [path, digest] of listed) {
    const found = await sizeOf(join(place, path));
    if (found === null) flaws.push(absent(path));
    else if ((await digestOf(join(place, path))) !== digest) flaws.push(altered(path));
  }
  const strange = (await filesBelow(place)).filter((path) => !listed.has(path) && path !== sumsName && path !== manifestName);
  return [...flaws, ...strange.map((at) => ({ at, vi: 'tệp lạ', en: 'the manifest does not name it' }))];
};

const sameCounts = (rows: Rows, manifest: Manifest): readonly Flaw[] => {
  const found = rows.count();
  return Object.entries(manifest.rows)
    .filter(([table, count]) => found[table] !== count)
    .map(([at, count]) => ({ at, vi: `có ${found[at] ?? 0} dòng thay vì ${count}`, en: `has ${found[at] ?? 0} rows instead of ${count}` }));
};

type Progress = (done: number, total: number) => void;
type Named = { readonly flaws: readonly Flaw[]; readonly files: number; readonly bytes: number };

const flawsOfNamed = async (root: string, rows: Rows, manifest: Manifest, progress: Progress): Promise<Named> => {
  const flaws: Flaw[] = [];
  const sum = { files: 0, bytes: 0 };
  const note = (bytes: number, flaw: Flaw | null): void => {
    sum.files += 1;
    sum.bytes += bytes;
    if (flaw !== null) flaws.push(flaw);
    progress(sum.bytes, manifest.originals.bytes + manifest.evidence.bytes);
  };
  const missing = new Set(manifest.missing);
  await checkNamed(join(root, 'originals'), { named: rows.originals(), missing }, note);
  await checkNamed(join(root, 'evidence'), { named: rows.evidence(), missing }, note);
  return { flaws, ...sum };
};

const unreadable = (error: unknown): Flaw => ({
  at: databaseName,
  vi: `Không đọc được cơ sở dữ liệu: ${String(error)}`,
  en: `The database cannot be read: ${String(error)}`,
});

/** Null, and a flaw, where the file is so damaged that it does not open. One of a newer program is refused in words. */
const openDamaged = (path: string, flaws: Flaw[]): Rows | null => {
  try {
    return openRows(path);
  } catch (error) {
    // A damaged header may speak of any version.
    if (error instanceof BackupError && !flaws.some(({ at }) => at === databaseName)) throw error;
    flaws.push(unreadable(error));
    return null;
  }
};

/** `progress` is told the bytes dealt with, of all that rows name. */
export const verifyBackup = async (target: string, generation: string, progress: Progress): Promise<Checked> => {
  const manifest = await readManifest(target, generation);
  const place = join(target, generation);
  const flaws: Flaw[] = [...(await checkOwn(place, manifest))];
  const rows = openDamaged(join(place, databaseName), flaws);
  let named: Named = { flaws: [], files: 0, bytes: 0 };
  try {
    if (rows !== null) {
      flaws.push(...flawsOfRows(rows), ...sameCounts(rows, manifest));
      named = await flawsOfNamed(target, rows, manifest, progress);
    }
  } catch (error) {
    flaws.push(unreadable(error));
  }
  const list: Checked['journal']['list'] = rows?.journal ?? (() => Promise.reject(new Error('there is none')));
  return { ...named, manifest, flaws: [...flaws, ...named.flaws], journal: { list }, close: () => rows?.close() };
};

/** The same of a data folder that was just restored and that no hub has opened yet. */
export const verifyRestored = async (folder: string, manifest: Manifest, progress: Progress): Promise<readonly Flaw[]> => {
  const file = storeFile(folder);
  const flaws: Flaw[] = (await digestOf(file)) === manifest.database.sha256 ? [] : [altered(databaseName)];
  const rows = openRows(file);
  try {
    flaws.push(...(await flawsOfNamed(folder, rows, manifest, progress)).flaws);
  } finally {
    rows.close();
  }
  return flaws;
};
