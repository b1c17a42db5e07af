/** Makes a backup beside a running hub: rows first, then the files those rows name. */
import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { evidenceFolder } from '../files/evidence.ts';
import { addressIn, originalsFolder, syncFolder } from '../files/keep.ts';
import { type Copied, copyFile, copyFolder, copyNamed, digestOf } from './copy.ts';
import {
  BackupError,
  databaseName,
  generationNameFor,
  generationsIn,
  type Manifest,
  manifestName,
  partialEnding,
  readManifest,
  type Share,
  sumsName,
  writeDurably,
} from './generation.ts';
import { guide } from './guide.ts';
import { alone } from './lock.ts';
import { pruneGenerations } from './prune.ts';
import { copyRows, type NamedFile, openRows, type Rows } from './rows.ts';
import { type Flaw, flawsOfRows } from './soundness.ts';

export type BackupSource = {
  /** The data folder. */
  readonly folder: string;
  /** Where anchors and revocation lists are, in it or elsewhere. */
  readonly anchors: string;
  readonly crls: string;
  readonly program: string;
};

export type BackupOptions = {
  /** Generations to leave in the folder, this one included. */
  readonly keep: number;
  /** Leaves the signing key out: it is kept elsewhere. */
  readonly withoutKey: boolean;
  now(): Date;
  /** Told as bytes are dealt with; `total` is known after the rows. */
  progress(done: number, total: number): void;
};

export type Backup = {
  readonly generation: string;
  /** False for the tables of an older program, which stay as they are. */
  readonly isCurrent: boolean;
  readonly manifest: Manifest;
  /** Files that were not in the folder before. */
  readonly copied: { readonly files: number; readonly bytes: number };
  readonly flaws: readonly Flaw[];
  /** Older generations that were removed, and files that only they named. */
  readonly pruned: { readonly generations: readonly string[]; readonly files: number };
};

/** The last generation must be this hub's past: its newest journal entry is still there. Else a wrong or emptied hub would push good backups out. */
const refuseOther = async (target: string, rows: Rows): Promise<void> => {
  const last = (await generationsIn(target)).at(-1);
  if (last === undefined) return;
  const { journal } = await readManifest(target, last);
  if (journal.last === null || rows.hasEntry(journal.last)) return;
  throw new BackupError(
    `${target} đang giữ bản sao lưu của một Trục khác, hoặc mới hơn kho này (${last}): hãy chọn thư mục khác`,
    `${target} holds backups of another hub, or of a later state than this store (${last}): choose another folder`,
  );
};

const shareOf = (named: Iterable<NamedFile>): Share => {
  const share = { count: 0, bytes: 0 };
  for (const { size } of named) {
    share.count += 1;
    share.bytes += size;
  }
  return share;
};

/** The small files of a generation, digest by path. A key that was given by the configuration is not in the data folder. */
const copyTrust = async (source: BackupSource, place: string, withoutKey: boolean): Promise<Map<string, string>> => {
  const digests = new Map<string, string>();
  for (const name of ['hub-cert.pem', ...(withoutKey ? [] : ['hub-key.pem'])]) {
    const found = await stat(join(source.folder, name)).catch(() => null);
    if (found !== null) digests.set(name, await copyFile(join(source.folder, name), join(place, name)));
  }
  for (const part of ['anchors', 'crls'] as const)
    for (const [path, digest] of await copyFolder(source[part], join(place, part))) digests.set(`${part}/${path}`, digest);
  return digests;
};

/** In the form of sha256sum, which checks it without this program. */
const sumsOf = (rows: Rows, digests: ReadonlyMap<string, string>, missing: ReadonlySet<string>): string => {
  const lines = [...digests].map(([path, digest]) => `${digest}  ${path}`).sort();
  for (const [part, named] of [
    ['originals', rows.originals()],
    ['evidence', rows.evidence()],
  ] as const)
    for (const { sha256 } of named) {
      const path = addressIn(part, sha256);
      if (!missing.has(path)) lines.push(`${sha256}  ../${path}`);
    }
  return `${lines.join('\n')}\n`;
};

type Filled = Pick<Backup, 'isCurrent' | 'manifest' | 'copied' | 'flaws'>;

const copyFiles = async (source: BackupSource, target: string, rows: Rows, progress: BackupOptions['progress']) => {
  const shares = { originals: shareOf(rows.originals()), evidence: shareOf(rows.evidence()) };
  const total = shares.originals.bytes + shares.evidence.bytes;
  let done = 0;
  const step = (bytes: number): void => {
    done += bytes;
    progress(done, total);
  };
  const originals = await copyNamed(originalsFolder(source.folder), join(target, 'originals'), rows.originals(), step);
  const evidence = await copyNamed(evidenceFolder(source.folder), join(target, 'evidence'), rows.evidence(), step);
  const sum = (field: 'copied' | 'bytes'): number => [originals, evidence].reduce((all: number, one: Copied) => all + one[field], 0);
  return { shares, missing: [...originals.missing, ...evidence.missing], copied: { files: sum('copied'), bytes: sum('bytes') } };
};

const secretAmong = (digests: ReadonlyMap<string, string>): readonly string[] =>
  ['hub-key.pem', databaseName].filter((name) => digests.has(name)).concat('originals/');

/** Everything of a generation but its final name. */
const fill = async (source: BackupSource, target: string, place: string, options: BackupOptions): Promise<Filled> => {
  const startedAt = options.now().toISOString();
  const database = join(place, databaseName);
  copyRows(source.folder, database);
  const rowsAt = options.now().toISOString();
  const rows = openRows(database);
  try {
    await refuseOther(target, rows);
    const flaws = flawsOfRows(rows);
    const { shares, missing, copied } = await copyFiles(source, target, rows, options.progress);
    const digests = await copyTrust(source, place, options.withoutKey);
    digests.set(databaseName, await digestOf(database));
    const sums = join(place, sumsName);
    await writeDurably(sums, sumsOf(rows, digests, new Set(missing)));
    const manifest: Manifest = {
      format: 'urn:lienthong:backup:1',
      ...{ program: source.program, schema: rows.schema, startedAt, rowsAt, finishedAt: options.now().toISOString() },
      database: { sha256: digests.get(databaseName) ?? '', size: (await stat(database)).size },
      rows: rows.count(),
      journal: rows.chain(),
      ...shares,
      missing,
      secret: secretAmong(digests),
      sums: await digestOf(sums),
    };
    await writeDurably(join(place, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    return { isCurrent: rows.isCurrent, manifest, copied, flaws };
  } finally {
    rows.close();
  }
};

/**
 * Adds a generation to `target`. Until the last rename the folder holds what it held before; run again after a
 * crash, it goes on with the files that were copied. A store with flaws is saved as it is, and the flaws are told.
 */
export const makeBackup = async (source: BackupSource, target: string, options: BackupOptions): Promise<Backup> => {
  await mkdir(target, { recursive: true, mode: 0o700 });
  return alone(target, async () => {
    for (const name of await readdir(target)) if (name.endsWith(partialEnding)) await rm(join(target, name), { recursive: true });
    const generation = generationNameFor(options.now(), (await generationsIn(target)).at(-1));
    const place = join(target, generation + partialEnding);
    await mkdir(place, { mode: 0o700 });
    await chmod(place, 0o700);
    const filled = await fill(source, target, place, options).catch(async (error: unknown) => {
      // On a full disk above all: what cannot become a backup must not keep the next one from its room.
      await rm(place, { recursive: true, force: true });
      throw error;
    });
    await syncFolder(place);
    await rename(place, join(target, generation));
    await writeDurably(join(target, 'README.txt'), guide);
    const pruned = await pruneGenerations(target, options.keep);
    return { generation, ...filled, pruned };
  });
};
