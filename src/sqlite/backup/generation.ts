/**
 * What a backup folder looks like. Each run adds a **generation**, a folder named by its moment; originals and
 * evidence are shared by all of them, since a file named by its digest never changes:
 *
 *     20261123T051500123Z/  lienthong.db  hub-key.pem  hub-cert.pem  anchors/  crls/  SHA256SUMS  manifest.json
 *     originals/ab/cdef…    evidence/ab/cdef…    README.txt
 *
 * A generation appears by one rename when all of it is durable; before that it is `….partial`.
 */
import { open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../files/keep.ts';

export const manifestName = 'manifest.json';
export const sumsName = 'SHA256SUMS';
export const databaseName = 'lienthong.db';

/** Of the files that stand beside the rows: how many are named by them, and their bytes. */
export type Share = { readonly count: number; readonly bytes: number };

export type Manifest = {
  readonly format: 'urn:lienthong:backup:1';
  /** Version of the program that made it, and the step of its tables (`schema.ts`). */
  readonly program: string;
  readonly schema: number;
  /** RFC 3339. What was accepted before `startedAt` is in it; what was accepted after `rowsAt` is not. */
  readonly startedAt: string;
  readonly rowsAt: string;
  readonly finishedAt: string;
  readonly database: { readonly sha256: string; readonly size: number };
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
  /** `last`: the newest entry of the journal, sealed or not; the next generation must have it, too. */
  readonly journal: { readonly sealed: number; readonly head: string; readonly unsealed: number; readonly last: string | null };
  readonly originals: Share;
  readonly evidence: Share;
  /** Paths in `originals/` and `evidence/` that rows name and the hub did not have, or had damaged. */
  readonly missing: readonly string[];
  /** Whoever reads these can sign as the hub, or read documents: keep them like the hub itself. */
  readonly secret: readonly string[];
  /** SHA-256 of the file SHA256SUMS, which names everything else. */
  readonly sums: string;
};

const nameOf = (at: Date): string => at.toISOString().replace(/[-:.]/g, '');
const generationName = /^\d{8}T\d{9}Z$/;
const timeOf = (name: string): number => Date.parse(name.replace(/^(....)(..)(..)T(..)(..)(..)(...)Z$/, '$1-$2-$3T$4:$5:$6.$7Z'));

/**
 * Names sort by time, without colons, which some file systems refuse. Always after the last one: of a clock that went
 * back the newest generation would look like the oldest, and be the first to go.
 */
export const generationNameFor = (at: Date, last: string | undefined): string =>
  last === undefined || nameOf(at) > last ? nameOf(at) : nameOf(new Date(timeOf(last) + 1));
export const partialEnding = '.partial';

/** Complete ones, oldest first. */
export const generationsIn = async (target: string): Promise<readonly string[]> =>
  (await readdir(target, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory() && generationName.test(entry.name))
    .map(({ name }) => name)
    .sort();

/** Thrown with a sentence for the operator, in both languages. */
export class BackupError extends Error {
  readonly vi: string;
  constructor(vi: string, en: string) {
    super(en);
    this.name = 'BackupError';
    this.vi = vi;
  }
}

export const readManifest = async (target: string, generation: string): Promise<Manifest> => {
  const path = join(target, generation, manifestName);
  try {
    const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
    if (manifest.format === 'urn:lienthong:backup:1') return manifest;
  } catch {
    // Said below: absent, unreadable and foreign are the same to whoever needs it.
  }
  throw new BackupError(`${path} thiếu hoặc hỏng`, `${path} is missing or damaged`);
};

/** The one asked for, or the newest. */
export const chooseGeneration = async (target: string, asked?: string): Promise<string> => {
  const all = await generationsIn(target);
  const chosen = asked ?? all.at(-1);
  if (chosen !== undefined && all.includes(chosen)) return chosen;
  const list = all.join(', ') || '-';
  throw asked === undefined
    ? new BackupError(`${target} không có bản sao lưu hoàn chỉnh nào`, `${target} holds no complete backup`)
    : new BackupError(`Không có bản sao lưu ${asked}; hiện có: ${list}`, `There is no generation ${asked}; there are: ${list}`);
};

/** Whole or not at all, and durable when it resolves. */
export const writeDurably = async (path: string, text: string): Promise<void> => {
  const part = `${path}.part`;
  await writeFile(part, text, { mode: 0o600 });
  const file = await open(part, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(part, path);
  await syncFolder(dirname(path));
};
