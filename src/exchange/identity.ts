/** Keys that are made here: what is the same document (contract §4), and ids of our own. */
import { createHash, randomBytes } from 'node:crypto';
import { normalText } from '../envelope/text.ts';
import type { Envelope, Status } from '../envelope/types.ts';

/**
 * The key under which a document stands once: sender's current code, DocumentId, business type; for
 * recalls, updates and replacements the content as well, since one document may be updated many times.
 */
export const documentIdentity = (from: string, envelope: Envelope, contentDigest: string | null): string =>
  JSON.stringify(['document', from, normalText(envelope.documentId), envelope.type, ...(envelope.type === 0 ? [] : [contentDigest])]);

/** The same status: sender, what it answers, code, description and time as sent. */
export const statusIdentity = (from: string, status: Status): string => {
  const { organId, documentId, code, promulgatedOn } = status.responseFor;
  const told = [from, organId, documentId, code, promulgatedOn, status.statusCode, status.description, status.timestamp];
  return JSON.stringify(['status', createHash('sha256').update(JSON.stringify(told)).digest('hex')]);
};

/** A time-ordered id (RFC 9562 version 7) behind a letter that tells what it names. */
export const newId = (prefix: 'r' | 'd' | 'e' | 'j' | 'a', now: Date): string => {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return `${prefix}_${bytes.toString('hex')}`;
};
