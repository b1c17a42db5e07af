/** Agencies over HTTPS's plain half: they send and repeat, collect and acknowledge, whatever happens to the hubs. */
import type { Client } from '../../support/client.ts';
import type { Account } from './account.ts';
import { type Letter, sha256Of } from './letters.ts';
import { mayBegin, pause, type Shift } from './shift.ts';

/** The same agency at each hub; whichever answers will do. */
export type Doors = readonly Client[];

const doorAt = (doors: Doors, turn: number): Client => doors[turn % doors.length] as Client;

/** What a client takes for "later": the answers of contract §5, and of a hub that is not there. */
const isLater = (status: number): boolean => status === 503 || status === 429;

const sendOne = async (doors: Doors, account: Account, letter: Letter, turn: number): Promise<boolean> => {
  const { documentId, sha256, to, fault, bytes } = letter;
  account.write({ act: 'made', documentId, sha256, to, fault });
  let accepted = false;
  // One in ten posts again what was accepted; one in ten gives up where no answer comes.
  for (let [repeats, tries] = [turn % 10 === 3 ? 2 : 1, 0]; repeats > 0; tries += 1) {
    const answer = await doorAt(doors, turn + tries)
      .post(bytes)
      .catch(() => null);
    if (answer?.status === 202) {
      repeats -= 1;
      accepted = true;
      account.write({ act: 'accepted', documentId, recordId: answer.body.recordId, replayed: answer.headers.get('replayed') === 'true' });
    } else if (answer !== null && !isLater(answer.status)) {
      account.write({ act: 'refused', documentId, status: answer.status, body: JSON.stringify(answer.body).slice(0, 500) });
      break;
    } else if (turn % 10 === 7) break;
    else await pause(answer === null ? 30 : 200);
  }
  return accepted;
};

/** One after the other; the same bytes go again until an answer comes, as a careful system would. */
export const send = async (doors: Doors, account: Account, write: () => Letter, shift: Shift): Promise<void> => {
  for (let turn = 0; await mayBegin(shift); turn += 1) if (await sendOne(doors, account, write(), turn)) shift.accepted += 1;
};

/** What was handed out when the hub died is a broken connection: a short body never arrives as a whole one. */
const takeOne = async (door: Client, account: Account, item: Readonly<Record<'deliveryId' | 'recordId' | 'organ', string>>) => {
  const { deliveryId, recordId, organ } = item;
  const answer = await door.original(`/v1/deliveries/${deliveryId}/envelope`).catch(() => null);
  if (answer?.status !== 200) return;
  account.write({ act: 'fetched', deliveryId, recordId, organ, sha256: sha256Of(answer.bytes) });
  const told = await door.acknowledge(deliveryId).catch(() => null);
  if (told?.status === 200) account.write({ act: 'done', deliveryId, at: performance.now() });
  else if (told !== null && !isLater(told.status))
    account.write({ act: 'refused', documentId: deliveryId, status: told.status, body: JSON.stringify(told.body).slice(0, 500) });
};

/** Lists, fetches, acknowledges, again and again; every listing is looked at for what was done before. */
export const collect = async (doors: Doors, account: Account, shift: Shift): Promise<void> => {
  for (let turn = 0; shift.collecting && !shift.over; turn += 1) {
    const askedAt = performance.now();
    const door = doorAt(doors, turn);
    const answer = await door.get('/v1/inbox?limit=64&wait=1').catch(() => null);
    const items = answer?.status === 200 ? answer.body.items : [];
    for (const { deliveryId, recordId, organ } of items) account.write({ act: 'offered', deliveryId, recordId, organ, askedAt });
    const lanes = Array.from({ length: 4 }, async (_, lane) => {
      for (let at = lane; at < items.length; at += 4) await takeOne(doorAt(doors, at), account, items[at]);
    });
    await Promise.all(lanes);
    if (items.length === 0) await pause(20);
  }
};
