/** What the agencies write: a few signed files, and of messages as many as are wanted. */
import { createHash, randomUUID } from 'node:crypto';
import { documentMessage } from '../../support/message.ts';
import type { SignedFiles } from '../../support/signed-files.ts';
import type { Fault } from './account.ts';

export type Letter = {
  readonly documentId: string;
  readonly bytes: Buffer;
  readonly sha256: string;
  readonly to: readonly string[];
  readonly fault: Fault;
};

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Which of twenty is faulty: enough for the alerts to be watched. */
const faultOf = (turn: number): Fault => (turn % 10 === 4 ? 'unsigned' : turn % 20 === 9 ? 'altered' : null);

/** Every message has its own id, number and digest. Small originals live in the store, large ones are files. */
export const lettersFrom = (files: SignedFiles, from: string, recipients: readonly string[]): (() => Letter) => {
  const bytes = {
    good: [files.signed(20_000, from), files.signed(20_000, `${from}:2`), files.signed(90_000, from)],
    unsigned: [files.unsigned(20_000, from)],
    altered: [files.altered(90_000, from)],
  };
  const others = recipients.filter((organ) => organ !== from);
  let made = 0;
  return () => {
    made += 1;
    const fault = faultOf(made);
    const documentId = `${from},2026/11/19,${randomUUID()}`;
    const to = Array.from({ length: 1 + (made % 3) }, (_, index) => others[(made + index) % others.length] ?? '');
    const chosen = bytes[fault ?? 'good'];
    const file = { name: 'van-ban.pdf', bytes: chosen[made % chosen.length] ?? new Uint8Array() };
    const message = documentMessage({ from, to, documentId, number: documentId.slice(-12), files: [file] });
    return { documentId, to, fault, bytes: message, sha256: sha256Of(message) };
  };
};
