/** The evidence of a record as one file (contract §5): gathered here, packed by the door. The same record gives the same entries. */
import { createHash } from 'node:crypto';
import { failure } from '../../errors.ts';
import type { Hub } from '../../hub.ts';
import { type EvidenceManifest, entryNameOf, entryNames, evidenceFormat } from '../../records/evidence-file.ts';
import { type EvidenceList, evidenceDigest, type Judgement } from '../../records/judgement.ts';
import type { Caller } from '../../records/key.ts';
import type { RecordView } from '../../records/query.ts';
import type { EvidenceName } from '../../signature/evidence.ts';
import { type Seen, seenRecord, visibleDeliveries } from '../browse.ts';
import { signReceipt } from '../receipt.ts';
import { guideFor } from './guide.ts';

/** `bytes` may be asked for again, and then begins anew. */
export type EvidenceEntry = {
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
  bytes(): AsyncIterable<Uint8Array>;
};

/** Never handed to a recipient: see `inbox.ts`. */
const unseen: readonly string[] = ['held', 'refused', 'withdrawn'];

const textEntry = (name: string, text: string): EvidenceEntry => {
  const content = Buffer.from(text, 'utf8');
  const sha256 = createHash('sha256').update(content).digest('hex');
  const bytes = async function* () {
    yield content;
  };
  return { name, sha256, size: content.length, bytes };
};
const jsonEntry = (name: string, value: unknown): EvidenceEntry => textEntry(name, `${JSON.stringify(value, null, 2)}\n`);

const itemEntry = (hub: Hub, item: EvidenceName): EvidenceEntry => ({
  name: entryNameOf(item),
  sha256: item.sha256,
  size: item.size,
  bytes: async function* () {
    const found = await hub.evidence.open(item.sha256);
    if (found === null || found.length !== item.size) throw new Error(`The evidence ${item.sha256} went while it was read`);
    yield found;
  },
});

/** The judged bytes for the sender; for a recipient those that named it, which it has anyway. */
const messageEntry = async (hub: Hub, { view, viewer, own }: Seen): Promise<EvidenceEntry> => {
  const mine = visibleDeliveries(viewer, view).find(({ state }) => !unseen.includes(state));
  const named = own ? view.record : mine;
  if (named === undefined) throw failure('resource.unknown');
  const { sha256, size } = named;
  if ((await hub.originals.open(sha256)) === null) throw failure('original.purged');
  const bytes = async function* () {
    const original = await hub.originals.open(sha256);
    if (original === null) throw new Error(`The original ${sha256} was removed while it was read`);
    yield* original.stream() as AsyncIterable<Uint8Array>;
  };
  return { name: entryNames.message, sha256, size, bytes };
};

const receiptEntries = async (hub: Hub, { view, own }: Seen): Promise<readonly EvidenceEntry[]> => {
  const [first] = own ? await hub.records.submissions(view.record.recordId) : [];
  return first === undefined ? [] : [textEntry(entryNames.receipt, await signReceipt(hub, first.receipt))];
};

const itemsOf = (judgements: readonly Judgement[]): readonly EvidenceName[] => [
  ...new Map(judgements.flatMap(({ evidence }) => evidence.items.map((item) => [item.sha256, item] as const))).values(),
];

const byName = (one: EvidenceEntry, other: EvidenceEntry): number => (one.name < other.name ? -1 : 1);

const manifestFor = (
  { record }: RecordView,
  evidence: EvidenceList,
  missing: readonly string[],
  entries: readonly EvidenceEntry[],
): EvidenceManifest => {
  const { recordId, documentId, code, from, acceptedAt, sha256, size } = record;
  return {
    format: evidenceFormat,
    ...{ recordId, documentId, code, from, acceptedAt },
    original: { sha256, size },
    evidence,
    evidenceSha256: evidenceDigest(evidence),
    missing,
    entries: entries.map(({ name, ...entry }) => ({ name, sha256: entry.sha256, size: entry.size })),
  };
};

/** Sorted by name. Who may not see the record gets 404; so does who asks for a record that was never judged, and a purged one is 410. */
export const evidenceFileOf = async (hub: Hub, caller: Caller, recordId: string): Promise<readonly EvidenceEntry[]> => {
  const seen = await seenRecord(hub, caller, recordId);
  const { record } = seen.view;
  const judgements = await hub.evidence.judgements(recordId);
  const newest = judgements.at(-1);
  if (newest === undefined) {
    const vi = 'Hồ sơ này không có bằng chứng kiểm tra chữ ký số';
    throw failure('resource.unknown', '', { vi, en: 'Nothing was judged about this record' });
  }
  const message = await messageEntry(hub, seen);
  const items = itemsOf(judgements);
  const missing = await hub.evidence.keep(items.map((item) => ({ ...item, bytes: null })));
  const kept = items.filter(({ sha256 }) => !missing.includes(sha256));
  const entries = [
    message,
    ...(await receiptEntries(hub, seen)),
    ...kept.map((item) => itemEntry(hub, item)),
    jsonEntry(entryNames.proof, newest.proof),
    jsonEntry(entryNames.judgements, judgements),
    textEntry(entryNames.guide, guideFor({ record, judgements, missing })),
  ].sort(byName);
  return [...entries, jsonEntry(entryNames.manifest, manifestFor(seen.view, newest.evidence, missing, entries))].sort(byName);
};
