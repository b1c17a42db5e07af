/**
 * What a person looks at: a message that could not be worked on, with the reason in its headers. Those
 * the hub parks carry the hub's word; those that the broker parks by itself (a consumer died over them
 * time and again) carry the publisher's headers, of which nothing may be believed.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { GetMessage } from 'amqplib';
import { HubError } from '../../../errors.ts';
import type { Outgoing } from '../../publish.ts';
import { names } from '../../topology.ts';
import { type Arrived, keptProperties } from './arrived.ts';

export type Parked = {
  readonly id: string;
  /** Instant when it was parked; null where the broker did it. */
  readonly at: string | null;
  readonly reason: string;
  readonly code: string;
  readonly incident: string | null;
  /** The broker's user who published it, as the broker checked it. */
  readonly user: string | null;
  /** The system from whose inbox queue it came back. */
  readonly inboxOf: string | null;
  /** The queue it was read from. */
  readonly queue: string;
  /** The hub's queue through which it can be tried again; null where it cannot. */
  readonly again: string | null;
  readonly messageId: string | null;
  readonly size: number;
};

/** Why it is parked; `incident` is the number in the log. */
export type Why = { readonly code: string; readonly reason: string; readonly incident: string | null };

/** Characters of a reason. */
const mostReason = 2_000;

export const whyFor = (error: unknown, incident: string): Why =>
  error instanceof HubError
    ? { code: error.code, reason: error.faults[0]?.vi ?? error.message, incident: null }
    : { code: 'internal.error', reason: (error instanceof Error ? error.message : String(error)).slice(0, mostReason), incident };

/** Without `body`, of a message that nobody can stand for, only its size and digest stay. */
export const parkedMessage = (arrived: Arrived, body: Uint8Array | null, { code, reason, incident }: Why, now: Date): Outgoing => ({
  exchange: names.parking,
  key: arrived.queue,
  body: body ?? new Uint8Array(),
  properties: {
    messageId: arrived.messageId ?? randomUUID(),
    ...keptProperties(arrived),
    timestamp: Math.floor(now.getTime() / 1_000),
    headers: {
      ...{ parkedId: `p_${randomUUID().replaceAll('-', '')}`, at: now.toISOString(), code, reason, incident: incident ?? '' },
      ...{
        submitter: arrived.user ?? '',
        inboxOf: arrived.inboxOf ?? '',
        queue: arrived.queue,
        again: body === null ? '' : arrived.again,
        size: arrived.size,
      },
    },
  },
});

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The queue that the broker took it from last: it puts that first, whatever else the publisher wrote there. */
const diedIn = (headers: Readonly<Record<string, unknown>>): { readonly queue: string; readonly reason: string } | null => {
  const [last]: readonly unknown[] = Array.isArray(headers['x-death']) ? headers['x-death'] : [];
  if (typeof last !== 'object' || last === null) return null;
  const { queue, reason } = last as Readonly<Record<string, unknown>>;
  return { queue: textOf(queue) ?? '', reason: textOf(reason) ?? '' };
};

const returnFrom: Readonly<Record<string, string>> = {
  [names.submit]: names.submitAgain,
  [names.submitAgain]: names.submitAgain,
  [names.acknowledge]: names.acknowledgeAgain,
  [names.acknowledgeAgain]: names.acknowledgeAgain,
  [names.undelivered]: names.undelivered,
};

const brokerReasons: Readonly<Record<string, string>> = {
  delivery_limit: 'Trục dừng giữa chừng nhiều lần khi đang xử lý thông điệp này',
  expired: 'Bên gửi đặt hạn cho thông điệp, và hạn đó đã qua',
  rejected: 'Thông điệp bị từ chối',
  maxlen: 'Hàng đợi đầy',
};

export const parkedFrom = ({ properties, content }: GetMessage): Parked => {
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {};
  const messageId = textOf(properties.messageId);
  const died = diedIn(headers);
  const digest = createHash('sha256').update(`${messageId}\n`).update(content).digest('hex');
  if (died === null)
    return {
      ...{ id: textOf(headers.parkedId) ?? `x_${digest.slice(0, 32)}`, at: textOf(headers.at), messageId },
      ...{ reason: textOf(headers.reason) ?? '', code: textOf(headers.code) ?? '', incident: textOf(headers.incident) },
      ...{
        user: textOf(headers.submitter),
        inboxOf: textOf(headers.inboxOf),
        queue: textOf(headers.queue) ?? '',
        again: textOf(headers.again),
      },
      size: typeof headers.size === 'number' ? headers.size : content.length,
    };
  const ours = died.queue !== names.submit && died.queue !== names.acknowledge;
  return {
    ...{ id: `x_${digest.slice(0, 32)}`, at: null, messageId, size: content.length, incident: null },
    ...{ reason: brokerReasons[died.reason] ?? died.reason, code: `broker.${died.reason}` },
    ...{
      user: textOf(ours ? headers.submitter : properties.userId),
      inboxOf: ours ? textOf(headers.inboxOf) : null,
      queue: died.queue,
      again: returnFrom[died.queue] ?? null,
    },
  };
};
