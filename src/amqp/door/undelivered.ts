/**
 * What a system's own consumer sent back, or broke over time and again, comes here from its inbox queue:
 * as good as its word that it cannot take the delivery (`fail`), so that it is offered again later and at
 * last parked where people see it, as over HTTP.
 */
import type { ConsumeMessage } from 'amqplib';
import type { Caller } from '../../records/key.ts';
import { names } from '../topology.ts';
import type { Room } from './acts.ts';
import { type Arrived, arrivedFrom } from './message/arrived.ts';
import type { Task } from './take.ts';

const sentences: Readonly<Record<string, string>> = {
  rejected: 'Hệ thống nhận từ chối thông điệp trong hàng đợi',
  delivery_limit: 'Hệ thống nhận ngắt giữa chừng nhiều lần khi đang xử lý thông điệp',
};
const otherwise = 'Thông điệp rời hàng đợi mà hệ thống nhận chưa xác nhận';

export const reasonFor = ({ properties }: ConsumeMessage): string =>
  sentences[String(properties.headers?.['x-first-death-reason'] ?? '')] ?? otherwise;

/** The system whose inbox it left; only the hub writes to inboxes, so the broker's word of it is the first. */
const systemIn = ({ properties }: ConsumeMessage): string | null => {
  const queue = String(properties.headers?.['x-first-death-queue'] ?? '');
  const [before = '', after = ''] = names.inbox('\n').split('\n');
  const system = queue.slice(before.length, -after.length);
  return names.inbox(system) === queue ? system : null;
};

/** Once it has been through a pause, whose it is stands in our own header. */
export const undeliveredFrom = (message: ConsumeMessage, now: Date): Arrived => {
  const arrived = arrivedFrom(message, { queue: names.undelivered, again: names.undelivered, trusted: true }, now);
  return { ...arrived, inboxOf: arrived.inboxOf ?? systemIn(message) };
};

/** The delivery's id is the message's (`relay.ts`). */
export const failing = (reason: string): Task => ({
  answers: false,
  act: async ({ acts }: Room, caller: Caller, { messageId }: Arrived) => {
    await acts.acknowledge(caller, { deliveryId: messageId, result: 'fail', reason });
    return null;
  },
});
