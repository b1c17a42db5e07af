/** Opens an evidence file (`records/evidence-file.ts`) on this machine: every entry by its digest, or a sentence that says which one is wrong. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { unpackEntry, type ZipEntry, zipEntries } from '../../envelope/attachment/zip.ts';
import type { Place, RandomAccess } from '../../envelope/bytes.ts';
import { defaultLimits } from '../../envelope/limits.ts';
import { bytesAt, openPlace, type Scratch } from '../../envelope/place.ts';
import { type EvidenceManifest, entryNames, evidenceFormat } from '../../records/evidence-file.ts';
import { evidenceDigest, type Judgement } from '../../records/judgement.ts';
import { allRules } from '../../signature/context.ts';
import { exits, Stopped } from '../ending.ts';

/** Far more than any hub writes: a message of 100 MB, a few lists of 20 MB, some hundred certificates. */
const limits = { entries: 5_000, bytes: 2 * 1024 ** 3, jsonBytes: 64 * 1024 ** 2 } as const;

export type Archive = {
  readonly manifest: EvidenceManifest;
  readonly judgements: readonly Judgement[];
  /** Where an entry's bytes stand until `close`; null without such an entry. */
  placeOf(name: string): Place | null;
  close(): Promise<void>;
};

export const unusable = (vi: string, en: string): Stopped => new Stopped(exits.input, `Tệp bằng chứng: ${vi}`, `Evidence file: ${en}`);

const altered = (name: string): Stopped =>
  unusable(`mục ${name} không khớp mã SHA-256 đã ghi`, `the entry ${name} does not have the digest that was recorded`);

/** One of each name, no more bytes than the file has: entries that overlap are how small archives become endless. */
const entriesOf = (file: RandomAccess): ReadonlyMap<string, ZipEntry> => {
  const entries = zipEntries(file);
  if (entries === null) throw unusable('không phải tệp zip', 'not a zip archive');
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const packed = entries.reduce((sum, entry) => sum + entry.packed, 0);
  if (entries.length > limits.entries || packed > file.size) throw unusable('vượt quá giới hạn', 'beyond all limits');
  if (byName.size < entries.length) throw unusable('có hai mục cùng tên', 'two entries of one name');
  return byName;
};

type Unpacked = { readonly place: Place; readonly sha256: string; readonly size: number };

/** Under names of our own: what the archive calls them never reaches the disk. */
const unpackAll = async (
  file: RandomAccess,
  entries: ReadonlyMap<string, ZipEntry>,
  folder: string,
): Promise<ReadonlyMap<string, Unpacked>> => {
  const unpacked = new Map<string, Unpacked>();
  const scratch: Scratch = { folder, room: defaultLimits.heldBytes };
  let budget: number = limits.bytes;
  for (const [name, entry] of entries) {
    const found = await unpackEntry(file, entry, { scratch, name: randomUUID(), limits: defaultLimits, budget });
    if (found.kind === 'bomb') throw unusable(`mục ${name} phình quá lớn (bom nén)`, `the entry ${name} is a zip bomb`);
    if (found.kind === 'unreadable') throw unusable(`mục ${name} bị hỏng`, `the entry ${name} is damaged`);
    budget -= found.size;
    unpacked.set(name, found);
  }
  return unpacked;
};

const jsonOf = (unpacked: ReadonlyMap<string, Unpacked>, name: string): unknown => {
  const found = unpacked.get(name);
  if (found === undefined) throw unusable(`thiếu mục ${name}`, `the entry ${name} is missing`);
  if (found.size > limits.jsonBytes) throw unusable(`mục ${name} quá lớn`, `the entry ${name} is too large`);
  try {
    return JSON.parse(bytesAt(found.place).toString('utf8'));
  } catch {
    throw unusable(`mục ${name} không phải JSON`, `the entry ${name} is not JSON`);
  }
};

type Fields = { readonly [name: string]: unknown };
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isInstant = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isList = (value: unknown): boolean => {
  if (!isFields(value) || !isFields(value.rules) || !Array.isArray(value.anchors) || !Array.isArray(value.items)) return false;
  return isInstant(value.at) && isInstant(value.judgedAt) && value.items.every((item) => isFields(item) && typeof item.sha256 === 'string');
};
const isProof = (value: unknown): boolean =>
  isFields(value) &&
  isFields(value.envelope) &&
  Array.isArray(value.attachments) &&
  value.attachments.every((one) => isFields(one) && Array.isArray(one.signatures));

/** As far as what follows relies on. */
const isManifest = (value: unknown): value is EvidenceManifest =>
  isFields(value) &&
  value.format === evidenceFormat &&
  isList(value.evidence) &&
  isFields(value.original) &&
  Array.isArray(value.missing) &&
  Array.isArray(value.entries) &&
  value.entries.every((one) => isFields(one) && typeof one.name === 'string');
const isJudgements = (value: unknown): value is readonly Judgement[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => isFields(one) && isProof(one.proof) && isList(one.evidence));

/** The archive holds exactly what its manifest names, and each entry has its digest. */
const requireEntries = ({ entries }: EvidenceManifest, unpacked: ReadonlyMap<string, Unpacked>): void => {
  const named = new Map(entries.map((entry) => [entry.name, entry]));
  for (const [name, { sha256, size }] of unpacked) {
    const entry = named.get(name);
    if (name === entryNames.manifest) continue;
    if (entry === undefined) throw unusable(`mục ${name} không có trong danh mục`, `the entry ${name} is not in the manifest`);
    if (entry.sha256 !== sha256 || entry.size !== size) throw altered(name);
    const own = /^(?:certificates|crls|ocsp)\/([0-9a-f]{64})\.\w+$/.exec(name)?.[1];
    if (own !== undefined && own !== sha256) throw altered(name);
  }
  const absent = entries.find(({ name }) => !unpacked.has(name));
  if (absent !== undefined) throw unusable(`thiếu mục ${absent.name}`, `the entry ${absent.name} is missing`);
};

/**
 * What people read beside the judgements says the same as they do; and they are a hub's, which always judges by
 * all rules: by fewer, whatever signed itself would be good, under anybody's anchors.
 */
const requireSame = (
  unpacked: ReadonlyMap<string, Unpacked>,
  manifest: EvidenceManifest,
  judgements: readonly Judgement[],
  newest: Judgement,
): void => {
  if (!isDeepStrictEqual(jsonOf(unpacked, entryNames.proof), newest.proof)) throw altered(entryNames.proof);
  if (judgements.some(({ evidence }) => !isDeepStrictEqual(evidence.rules, allRules)))
    throw unusable('không theo đủ quy tắc kiểm tra của Trục', 'not judged by all the rules of a hub');
  if (judgements.some(({ evidence }) => evidence.at !== manifest.acceptedAt))
    throw unusable(`${entryNames.manifest} ghi thời điểm nhận khác`, `${entryNames.manifest} has another instant of acceptance`);
};

const readAll = (unpacked: ReadonlyMap<string, Unpacked>): Pick<Archive, 'manifest' | 'judgements'> => {
  const manifest = jsonOf(unpacked, entryNames.manifest);
  if (!isManifest(manifest)) throw unusable(`${entryNames.manifest} sai cấu trúc`, `${entryNames.manifest} has another shape`);
  requireEntries(manifest, unpacked);
  const judgements = jsonOf(unpacked, entryNames.judgements);
  if (!isJudgements(judgements)) throw unusable(`${entryNames.judgements} sai cấu trúc`, `${entryNames.judgements} has another shape`);
  const newest = judgements.at(-1);
  if (
    newest === undefined ||
    evidenceDigest(newest.evidence) !== manifest.evidenceSha256 ||
    evidenceDigest(manifest.evidence) !== manifest.evidenceSha256
  )
    throw altered(entryNames.judgements);
  requireSame(unpacked, manifest, judgements, newest);
  return { manifest, judgements };
};

export const openArchive = async (path: string): Promise<Archive> => {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-evidence-'));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const file = openPlace({ path });
  try {
    const unpacked = await unpackAll(file, entriesOf(file), folder);
    return { ...readAll(unpacked), placeOf: (name) => unpacked.get(name)?.place ?? null, close };
  } catch (error) {
    await close();
    throw error;
  } finally {
    file.close();
  }
};
