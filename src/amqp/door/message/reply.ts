/** Answers, as they lie in a system's reply queue (contract §8). */
import { randomUUID } from 'node:crypto';
import type { Outgoing } from '../../publish.ts';
import { names } from '../../topology.ts';
import type { Problem } from '../acts.ts';
import type { Arrived } from './arrived.ts';

export type Reply = {
  readonly type: 'receipt' | 'acknowledgement' | 'problem';
  readonly body: object;
  /** `status` as HTTP would have it; `Replayed` and `Retry-After` as REST sends them. */
  readonly headers: Readonly<Record<string, string | number>>;
};

export const receiptReply = (receipt: object, replayed: boolean): Reply => ({
  type: 'receipt',
  body: receipt,
  headers: { status: 202, ...(replayed ? { Replayed: 'true' } : {}) },
});

export const acknowledgementReply = (body: object): Reply => ({ type: 'acknowledgement', body, headers: { status: 200 } });

export const problemReply = ({ body, headers }: Problem): Reply => ({
  type: 'problem',
  body,
  headers: { status: body.status, ...headers },
});

/** To the system's own queue, whatever was asked for; correlated by what the client gave, its message's id where it gave none. */
export const replyMessage = (
  system: string,
  { correlationId, messageId }: Pick<Arrived, 'correlationId' | 'messageId'>,
  { type, body, headers }: Reply,
  now: Date,
): Outgoing => {
  const correlation = correlationId ?? messageId;
  return {
    exchange: '',
    key: names.reply(system),
    body: Buffer.from(JSON.stringify(body)),
    properties: {
      ...{ messageId: randomUUID(), appId: 'lienthong', type, headers, timestamp: Math.floor(now.getTime() / 1_000) },
      contentType: type === 'problem' ? 'application/problem+json' : 'application/json',
      ...(correlation === null ? {} : { correlationId: correlation }),
    },
  };
};
