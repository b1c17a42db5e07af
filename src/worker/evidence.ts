/** What a verdict rested on, as a thread tells it: the list, and those bytes that the hub may not have yet. */
import type { Inspection } from '../hub.ts';
import { allRules } from '../signature/context.ts';
import { type EvidenceBook, type EvidenceKind, type EvidenceName, openEvidence, type UsedEvidence } from '../signature/evidence.ts';
import type { Trust } from '../signature/path/trust.ts';

type Told = NonNullable<Inspection['evidence']>;
/** When, and by which version of this program. */
export type Judging = { readonly version: string; readonly at: Date; readonly now: Date };

/** Digests remembered of what was handed out; beyond that all are handed out again. */
const mostRemembered = 20_000;

/**
 * Which bytes this thread has handed out before. Only spares copying: `Evidence.keep` says what is missing
 * all the same, and the message is inspected again with everything.
 */
export type Handed = Set<string>;

const byKind: Readonly<Record<EvidenceKind, number>> = { certificate: 0, crl: 1, ocsp: 2 };
const inOrder = (one: EvidenceName, other: EvidenceName): number =>
  byKind[one.kind] - byKind[other.kind] || (one.sha256 < other.sha256 ? -1 : 1);

/** A view of a large file would drag the whole file along through the thread's port. */
const alone = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);

const handOut = (handed: Handed, { kind, sha256, size, bytes }: UsedEvidence, everything: boolean): Told['items'][number] => {
  const known = handed.has(sha256) && !everything;
  if (handed.size >= mostRemembered) handed.clear();
  handed.add(sha256);
  return { kind, sha256, size, bytes: known ? null : alone(bytes) };
};

/** An open book in which the anchors stand already: they are trusted whether or not a path reaches them. */
export const evidenceUnder = (trust: Trust): EvidenceBook => {
  const book = openEvidence();
  for (const { der, sha256 } of trust.anchors) book.use('certificate', der, sha256);
  return book;
};

export const told = (book: EvidenceBook, trust: Trust, judging: Judging, handed: Handed, everything: boolean): Told => {
  const items = [...book.items()].sort(inOrder);
  const names = items.map(({ kind, sha256, size }) => ({ kind, sha256, size }));
  const anchors = trust.anchors.map(({ sha256 }) => sha256).sort();
  return { list: listOf(judging, anchors, names), items: items.map((item) => handOut(handed, item, everything)) };
};

const listOf = ({ version, at, now }: Judging, anchors: readonly string[], items: readonly EvidenceName[]): Told['list'] => ({
  version,
  at: at.toISOString(),
  judgedAt: now.toISOString(),
  anchors,
  rules: allRules,
  items,
});

/** Of a verdict that rests on nothing: the thread died before it had one. */
export const noEvidence = (judging: Judging): Told => ({ list: listOf(judging, [], []), items: [] });
