/** Originals and evidence from store to store, each proved by its digest on the way and by reading it back. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ArchiveFile, ArchiveFiles } from '../../hub/archive.ts';
import type { Store } from '../../hub/store.ts';
import { pagesOf } from '../../oversight/holdings.ts';

export type BroughtFiles = {
  readonly kind: keyof ArchiveFiles;
  readonly count: number;
  readonly bytes: number;
  /** Brought by this run; the others stood there already. */
  readonly written: number;
  /** Digests that rows name and the source does not have, or not with these bytes. */
  readonly missing: readonly string[];
};
type Stores = { readonly source: Store; readonly target: Store };
/** `gone`: the source has no such bytes. */
type Fate = 'there' | 'written' | 'gone';

const digestOf = async (stream: Readable): Promise<string> => {
  const hash = createHash('sha256');
  for await (const piece of stream) hash.update(piece as Uint8Array);
  return hash.digest('hex');
};

/** What this process has read back of a target: a move that is taken up again after an outage does not read it all once more. */
const provenIn = new WeakMap<Store, Set<string>>();
const provenOf = (target: Store): Set<string> => {
  const proven = provenIn.get(target) ?? new Set<string>();
  provenIn.set(target, proven);
  return proven;
};

const readBack = async (target: Store, sha256: string, stream: Readable): Promise<void> => {
  const read = await digestOf(stream);
  if (read !== sha256) throw new Error(`The target gives back ${read} for ${sha256}`);
  provenOf(target).add(sha256);
};

/** Of an earlier run, which may have been killed before it read them back: read now. */
const standsOriginal = async (target: Store, { sha256, size }: ArchiveFile): Promise<boolean> => {
  const there = await target.originals.open(sha256);
  if (there?.size !== size) return false;
  if (!provenOf(target).has(sha256)) await readBack(target, sha256, there.stream());
  return true;
};

const bringOriginal = async ({ source, target }: Stores, file: ArchiveFile): Promise<Fate> => {
  const { sha256 } = file;
  if (await standsOriginal(target, file)) return 'there';
  const original = await source.originals.open(sha256);
  if (original === null) return 'gone';
  const spooled = await target.originals.spool(original.stream(), original.size);
  try {
    if (spooled.sha256 !== sha256) return 'gone';
    await target.originals.keep(spooled);
  } finally {
    await target.originals.discard(spooled);
  }
  const kept = await target.originals.open(sha256);
  if (kept === null) throw new Error(`The target has lost ${sha256}`);
  await readBack(target, sha256, kept.stream());
  return 'written';
};

const bringEvidence = async ({ source, target }: Stores, file: ArchiveFiles['evidence']): Promise<Fate> => {
  const { sha256 } = file;
  if ((await target.evidence.keep([{ ...file, bytes: null }])).length === 0) {
    const there = await target.evidence.open(sha256);
    if (!provenOf(target).has(sha256)) await readBack(target, sha256, Readable.from(there === null ? [] : [there]));
    return 'there';
  }
  const bytes = await source.evidence.open(sha256);
  if (bytes === null || createHash('sha256').update(bytes).digest('hex') !== sha256) return 'gone';
  await target.evidence.keep([{ ...file, bytes }]);
  const kept = await target.evidence.open(sha256);
  if (kept === null || !Buffer.from(kept).equals(bytes)) throw new Error(`The target does not give back the evidence ${sha256}`);
  return 'written';
};

/** Files at a time: enough to hide the waits for a majority, few enough for small machines. */
const atOnce = 4;
const pageFiles = 200;

/** `step` is told of each file; it may throw to stop. */
export const bringFiles = async (stores: Stores, kind: keyof ArchiveFiles, step: (bytes: number) => void): Promise<BroughtFiles> => {
  const sum = { count: 0, bytes: 0, written: 0 };
  const missing: string[] = [];
  const bring = async (file: ArchiveFile): Promise<void> => {
    const fate = await (kind === 'original' ? bringOriginal(stores, file) : bringEvidence(stores, file as ArchiveFiles['evidence']));
    step(file.size);
    if (fate === 'gone') return void missing.push(file.sha256);
    sum.count += 1;
    sum.bytes += file.size;
    if (fate === 'written') sum.written += 1;
  };
  for await (const files of pagesOf<ArchiveFile>((after) => stores.source.archive.files(kind, after, pageFiles))) {
    const rest = files[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) await bring(next.value);
    };
    // All are waited for before one that failed is told: nothing goes on behind the caller's back.
    const ended = await Promise.allSettled(Array.from({ length: atOnce }, worker));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }
  return { kind, ...sum, missing: missing.sort() };
};
