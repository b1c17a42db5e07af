/** Is it the same document as one the hub already took? (contract §4) */
import type { Envelope } from '../envelope/types.ts';
import { type Fault, fault } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Delivery } from '../records/delivery.ts';
import type { MessageRecord, Receipt } from '../records/record.ts';
import { documentIdentity } from './identity.ts';
import type { Route } from './route.ts';

export type Acceptable =
  /** Not seen before. `alike` is another record with the same number, notation and date, if any. */
  | { readonly kind: 'new'; readonly identity: string; readonly alike: string | null }
  /** The same bytes, or the same content without a new recipient: its receipt again. */
  | { readonly kind: 'replay'; readonly receipt: Receipt; readonly sameBytes: boolean }
  /** The same content for new recipients (gửi bổ sung). */
  | { readonly kind: 'supplement'; readonly record: MessageRecord; readonly routes: readonly Route[] };

export type Sameness =
  | Acceptable
  /** Other content under a DocumentId that is taken. */
  | { readonly kind: 'conflict'; readonly existing: { readonly recordId: string; readonly sha256: string; readonly acceptedAt: string } };

export const conflictFault: Fault = fault('envelope.conflict', 'MessageHeader/DocumentId', {
  vi: 'Mã định danh văn bản đã được dùng cho một nội dung khác; hãy gửi cập nhật (BussinessDocType 2) hoặc thay thế (3)',
  en: 'This DocumentId was already used for other content; send an update (BussinessDocType 2) or a replacement (3)',
  legacyCode: 'M.Exist',
});

export type Candidate = {
  readonly from: string;
  readonly envelope: Envelope;
  readonly contentDigest: string;
  readonly sha256: string;
  /** Current codes of the named that nothing can be sent to any more. */
  readonly unrouted: readonly string[];
  readonly routes: readonly Route[];
};

const alikeFor = async (hub: Hub, { from, envelope }: Candidate): Promise<string | null> => {
  const { number, notation, promulgatedOn } = envelope;
  if (envelope.type !== 0 || number === null || notation === null || promulgatedOn === null) return null;
  return hub.records.findAlike({ from, documentId: envelope.documentId, number, notation, promulgatedOn });
};

const isKnown = (deliveries: readonly Delivery[], code: string): boolean =>
  deliveries.some((delivery) => delivery.organ === code || delivery.redirectedFrom === code);

export const samenessFor = async (hub: Hub, candidate: Candidate): Promise<Sameness> => {
  const identity = documentIdentity(candidate.from, candidate.envelope, candidate.contentDigest);
  const found = await hub.records.findSame(identity);
  if (found === null) return { kind: 'new', identity, alike: await alikeFor(hub, candidate) };
  const { record, deliveries, submissions } = found;
  const sameBytes = submissions.find((submission) => submission.sha256 === candidate.sha256);
  if (sameBytes !== undefined) return { kind: 'replay', receipt: sameBytes.receipt, sameBytes: true };
  const { recordId, sha256, acceptedAt } = record;
  if (record.contentDigest !== candidate.contentDigest) return { kind: 'conflict', existing: { recordId, sha256, acceptedAt } };
  const routes = candidate.routes.filter((route) => !isKnown(deliveries, route.organ));
  const [first] = submissions;
  const nobodyNew = routes.length === 0 && candidate.unrouted.every((code) => isKnown(deliveries, code));
  if (nobodyNew && first !== undefined) return { kind: 'replay', receipt: first.receipt, sameBytes: false };
  return { kind: 'supplement', record, routes };
};
