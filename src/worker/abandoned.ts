/** What is answered for an envelope whose thread died, was stopped, or stumbled over a file in it. */

import type { Envelope, Message } from '../envelope/types.ts';
import { fault } from '../errors.ts';
import type { Inspection } from '../hub.ts';
import { findingOf, type Proof, type Reason } from '../signature/proof.ts';
import { type Judging, noEvidence } from './evidence.ts';

export type Why = 'time' | 'memory' | 'crash';

const sentences: Readonly<Record<Why, readonly [vi: string, en: string]>> = {
  time: ['Thông điệp cần quá nhiều thời gian để xử lý', 'The message takes too long to process'],
  memory: ['Thông điệp cần quá nhiều bộ nhớ để xử lý', 'The message needs too much memory to process'],
  crash: ['Thông điệp làm hỏng trình đọc, không xử lý được', 'The message breaks the reader and cannot be processed'],
};

/**
 * Died while reading: nothing is known, so the envelope is refused. Died while judging: the message is
 * known and stays; nothing is claimed of its signatures but that they could not be checked.
 */
export const abandonedInspection = (read: Inspection | null, why: Why, judging: Judging): Inspection => {
  if (read?.message) return { ...read, proof: unjudgedProof(read.message, 'over-limits', judging.now), evidence: noEvidence(judging) };
  const [vi, en] = sentences[why];
  return {
    message: null,
    contentDigest: null,
    faults: [fault('envelope.too-complex', '', { vi, en })],
    warnings: [],
    proof: null,
    evidence: null,
  };
};

/** A proof that says one thing of every attachment; of a message whose signatures are not judged, that. */
export const unjudgedProof = (message: Message, reason: Reason, at: Date): Proof => {
  const judged = message.kind === 'document' && message.attachments.length > 0;
  const finding = findingOf(judged ? reason : 'not-judged');
  const judgedAt = at.toISOString();
  if (message.kind === 'status') return { ...finding, judgedAt, main: null, attachments: [], envelope: findingOf('not-judged') };
  const main = mainOf(message);
  const attachments = message.attachments.map(({ name, contentId, sha256, size, kind }, index) => ({
    ...{ name, contentId, sha256, size, kind, ...finding },
    role: index === main ? ('main' as const) : ('annex' as const),
    signatures: [],
  }));
  const envelope = findingOf(message.signature === 'none' ? 'no-signature' : 'not-judged');
  return { ...finding, judgedAt, main: message.attachments[main]?.name ?? null, attachments, envelope };
};

/** Contract §3: described "Văn bản chính", else the first Reference, else the first Attachment. */
const mainOf = (envelope: Envelope): number => {
  const named = envelope.attachments.findIndex((one) => one.description?.normalize('NFC').trim().toLowerCase() === 'văn bản chính');
  const first = envelope.attachments.findIndex((one) => one.contentId === envelope.manifest[0]?.contentId);
  return [named, first].find((index) => index >= 0) ?? 0;
};
