/** Agencies under load: they send and repeat, collect and acknowledge, whatever happens to the hub. */
import { createHash, randomUUID } from 'node:crypto';
import type { Client } from '../support/client.ts';
import { documentMessage } from '../support/message.ts';
import type { SignedFiles } from '../support/signed-files.ts';
import type { Account, Fault } from './account.ts';

export type Shift = { sending: boolean; collecting: boolean };

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const faults: readonly Fault[] = [null, null, null, 'unsigned', 'altered'];

/** The files are few, the messages many: every message has its own id, number and digest. */
export const messageMaker = (files: SignedFiles, from: string, recipients: readonly string[]) => {
  // Small originals live in the store, large ones are files.
  const bytes = {
    good: [files.signed(20_000, from), files.signed(90_000, from)],
    unsigned: [files.unsigned(20_000, from)],
    altered: [files.altered(90_000, from)],
  };
  let made = 0;
  return (): { documentId: string; bytes: Buffer; to: readonly string[]; fault: Fault } => {
    made += 1;
    const fault = faults[made % faults.length] ?? null;
    const documentId = `${from},2026/11/19,${randomUUID()}`;
    const to = recipients.filter((organ) => organ !== from).slice(0, 1 + (made % 3));
    const chosen = bytes[fault ?? 'good'];
    const file = { name: 'van-ban.pdf', bytes: chosen[made % chosen.length] ?? new Uint8Array() };
    return { documentId, to, fault, bytes: documentMessage({ from, to, documentId, number: documentId.slice(-12), files: [file] }) };
  };
};

/**
 * Sends one after the other. Where no answer comes the same bytes go again until one does, as a careful
 * system would; one in ten gives up instead, and one in ten posts again what was accepted.
 */
export const send = async (client: Client, account: Account, make: ReturnType<typeof messageMaker>, shift: Shift): Promise<void> => {
  for (let turn = 0; shift.sending; turn += 1) {
    const { documentId, bytes, to, fault } = make();
    account.write({ act: 'made', documentId, sha256: sha256(bytes), to, fault });
    for (let repeats = turn % 10 === 3 ? 2 : 1; repeats > 0; ) {
      const answer = await client.post(bytes).catch(() => null);
      if (answer?.status === 202) {
        repeats -= 1;
        account.write({ act: 'accepted', documentId, recordId: answer.body.recordId, replayed: answer.headers.get('replayed') === 'true' });
      } else if (answer !== null && answer.status !== 503) {
        account.write({ act: 'refused', documentId, status: answer.status, body: JSON.stringify(answer.body).slice(0, 500) });
        break;
      } else if (turn % 10 === 7) break;
      else await pause(30);
    }
  }
};

/** Lists, fetches, acknowledges. Hands out nothing twice by itself: what it fetched it acknowledges until told 200. */
export const collect = async (client: Client, account: Account, shift: Shift): Promise<void> => {
  while (shift.collecting) {
    const askedAt = performance.now();
    const items = await client.inbox('&wait=1').catch(() => []);
    for (const { deliveryId, recordId, organ } of items ?? []) {
      account.write({ act: 'offered', deliveryId, recordId, organ, askedAt });
      const bytes = await client.bytes(`/v1/deliveries/${deliveryId}/envelope`).catch(() => null);
      // A hub that dies while it answers breaks the connection: a short body never arrives as a whole one.
      if (bytes === null) continue;
      account.write({ act: 'fetched', deliveryId, recordId, organ, sha256: sha256(bytes) });
      const answer = await client.acknowledge(deliveryId).catch(() => null);
      if (answer?.status === 200) account.write({ act: 'done', deliveryId, at: performance.now() });
    }
    if ((items ?? []).length === 0) await pause(20);
  }
};
