/** Agencies over AMQP: they submit and repeat until they are answered, take what comes and acknowledge it by a message. */
import { randomUUID } from 'node:crypto';
import type { ConsumeMessage } from 'amqplib';
import { names } from '../../../src/amqp/topology.ts';
import type { Account } from './account.ts';
import { type Letter, sha256Of } from './letters.ts';
import { type Answer, type Line, openLine } from './queue.ts';
import { mayBegin, pause, type Shift } from './shift.ts';

const isLater = (status: number): boolean => status === 503 || status === 429;
/** Longer than the hub's first two pauses. */
const patience = 20_000;

const submitOnce = async (line: Line, bytes: Uint8Array): Promise<Answer | null> => {
  const messageId = randomUUID();
  const answer = line.answerTo(messageId, patience);
  if (!(await line.publish(names.submit, bytes, { messageId, contentType: 'application/xml' }))) return null;
  return answer;
};

const sendOne = async (line: Line, account: Account, letter: Letter, turn: number, shift: Shift): Promise<boolean> => {
  const { documentId, sha256, to, fault, bytes } = letter;
  account.write({ act: 'made', documentId, sha256, to, fault });
  for (let repeats = turn % 10 === 3 ? 2 : 1; repeats > 0 && !shift.over; ) {
    const answer = await submitOnce(line, bytes);
    if (answer?.status === 202) {
      repeats -= 1;
      account.write({ act: 'accepted', documentId, recordId: String(answer.body.recordId), replayed: answer.replayed });
    } else if (answer !== null && !isLater(answer.status)) {
      account.write({ act: 'refused', documentId, status: answer.status, body: JSON.stringify(answer.body).slice(0, 500) });
      return false;
    } else await pause(100);
  }
  return true;
};

export const submit = async (line: Line, account: Account, write: () => Letter, shift: Shift): Promise<void> => {
  for (let turn = 0; await mayBegin(shift); turn += 1) if (await sendOne(line, account, write(), turn, shift)) shift.accepted += 1;
};

/** The envelope itself, or fetched by its link; null when it cannot be had yet. */
const bytesIn = async ({ content, properties }: ConsumeMessage): Promise<Uint8Array | 'over' | null> => {
  if (properties.contentType !== 'application/json') return content;
  const { href } = JSON.parse(content.toString());
  const answer = await fetch(href, { signal: AbortSignal.timeout(patience) }).catch(() => null);
  const bytes = await answer?.arrayBuffer().catch(() => null);
  // Good until it is acknowledged: a message that comes again after that has nothing to offer.
  if (answer?.status === 401 || answer?.status === 403) return 'over';
  return answer?.status === 200 && bytes != null ? new Uint8Array(bytes) : null;
};

type Agency = { readonly url: string; readonly system: string; readonly user: string; readonly account: Account; readonly shift: Shift };

/** What an agency's inbox brings, in its account; resolves when its acknowledgement is with the broker. */
const taking = ({ account, shift }: Agency, line: () => Line) => {
  const told = new Set<string>();
  const fetched = new Set<string>();
  const take = async (message: ConsumeMessage): Promise<void> => {
    const { deliveryId, recordId, organ, sha256 } = message.properties.headers ?? {};
    const again = message.fields.redelivered;
    account.write({ act: 'handed', deliveryId, recordId, organ, again, givenAt: Number(message.properties.timestamp) * 1_000 });
    while (!shift.over && !fetched.has(deliveryId)) {
      const bytes = await bytesIn(message);
      if (bytes === 'over') {
        if (!fetched.has(deliveryId)) account.write({ act: 'refused', documentId: deliveryId, status: 401, body: 'its link is over' });
        break;
      }
      if (bytes === null) await pause(200);
      else {
        const digest = sha256Of(bytes);
        account.write({
          act: 'fetched',
          deliveryId,
          recordId,
          organ,
          sha256: digest === sha256 ? digest : `header ${sha256}, body ${digest}`,
        });
        fetched.add(deliveryId);
      }
    }
    const body = Buffer.from(JSON.stringify({ deliveryId, result: 'done', reason: '' }));
    while (!shift.over && !(await line().publish(names.acknowledge, body, { messageId: deliveryId, contentType: 'application/json' })))
      await pause(100);
  };
  const heard = (correlationId: string, { status, body }: Answer): void => {
    if (status === 200 && !told.has(correlationId)) account.write({ act: 'done', deliveryId: correlationId, at: performance.now() });
    if (status === 200) told.add(correlationId);
    if (body.deliveryId === undefined && body.recordId === undefined && !isLater(status))
      account.write({ act: 'refused', documentId: correlationId, status, body: JSON.stringify(body).slice(0, 500) });
  };
  return { take, heard };
};

export const openAmqpAgency = (agency: Agency): Line => {
  const { take, heard } = taking(agency, () => line);
  const line: Line = openLine({ ...agency, take, heard });
  return line;
};
