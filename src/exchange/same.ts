/** Is it the same document as one the hub already took? (contract §4) */
import type { Envelope } from '../envelope/types.ts';
import type { Hub } from '../hub.ts';
import type { MessageRecord, Receipt } from '../records/record.ts';
import { documentIdentity } from './identity.ts';
import type { Route } from './route.ts';

export type Sameness =
  /** Not seen before. `alike` is another record with the same number, notation and date, if any. */
  | { readonly kind: 'new'; readonly identity: string; readonly alike: string | null }
  /** The same bytes, or the same content without a new recipient: its receipt again. */
  | { readonly kind: 'replay'; readonly receipt: Receipt }
  /** The same content for new recipients (gửi bổ sung). */
  | { readonly kind: 'supplement'; readonly record: MessageRecord; readonly routes: readonly Route[] }
  | { readonly kind: 'conflict'; readonly existing: { readonly recordId: string; readonly sha256: string; readonly acceptedAt: string } };

export type Candidate = {
  readonly from: string;
  readonly envelope: Envelope;
  readonly contentDigest: string;
  readonly sha256: string;
  readonly routes: readonly Route[];
};

const alikeFor = async (hub: Hub, { from, envelope }: Candidate): Promise<string | null> => {
  const { number, notation, promulgatedOn } = envelope;
  if (envelope.type !== 0 || number === null || notation === null || promulgatedOn === null) return null;
  return hub.records.findAlike({ from, documentId: envelope.documentId, number, notation, promulgatedOn });
};

export const samenessFor = async (hub: Hub, candidate: Candidate): Promise<Sameness> => {
  const identity = documentIdentity(candidate.from, candidate.envelope, candidate.contentDigest);
  const found = await hub.records.findSame(identity);
  if (found === null) return { kind: 'new', identity, alike: await alikeFor(hub, candidate) };
  const { record, deliveries, submissions } = found;
  const sameBytes = submissions.find((submission) => submission.sha256 === candidate.sha256);
  if (sameBytes !== undefined) return { kind: 'replay', receipt: sameBytes.receipt };
  const { recordId, sha256, acceptedAt } = record;
  if (record.contentDigest !== candidate.contentDigest) return { kind: 'conflict', existing: { recordId, sha256, acceptedAt } };
  const known = new Set(deliveries.map((delivery) => delivery.organ));
  const routes = candidate.routes.filter((route) => !known.has(route.organ));
  const [first] = submissions;
  if (routes.length === 0 && first !== undefined) return { kind: 'replay', receipt: first.receipt };
  return { kind: 'supplement', record, routes };
};
