/** What stands offered to a system, and the bytes of one delivery. Looking changes nothing. */

import type { Readable } from 'node:stream';
import { failure } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Delivery, DeliveryState, Offer } from '../records/delivery.ts';
import type { Caller } from '../records/key.ts';
import { organFor } from '../records/organ.ts';
import type { Page } from '../records/query.ts';
import { inboxOf } from './caller.ts';

export type InboxAsk = {
  readonly limit: number;
  readonly after?: string;
  /** Seconds to wait for something to arrive, 0–30. */
  readonly wait: number;
  readonly kind?: 'document' | 'status';
  readonly organ?: string;
  /** Aborted when the caller has gone or the hub is stopping: then what is there is answered at once. */
  readonly signal?: AbortSignal;
};

/** A store may be filled by another process, which cannot wake us: so it is asked at least so often, milliseconds. */
const pollEvery = 1_000;

const requireCollector = (caller: Caller): void => {
  if (caller.role === 'admin')
    throw failure('role.insufficient', '', { vi: 'Khóa quản trị không nhận văn bản', en: 'An administrator key collects nothing' });
};

export const listInbox = async (hub: Hub, caller: Caller, ask: InboxAsk): Promise<Page<Offer>> => {
  requireCollector(caller);
  const deadline = Date.now() + ask.wait * 1_000;
  for (;;) {
    const page = await offeredNow(hub, caller, ask);
    const left = deadline - Date.now();
    if (page.items.length > 0 || left <= 0 || ask.signal?.aborted === true) return page;
    await hub.arrivals.wait(caller.system, Math.min(left, pollEvery), ask.signal);
  }
};

const offeredNow = async (hub: Hub, caller: Caller, ask: InboxAsk): Promise<Page<Offer>> => {
  const directory = await hub.organs.directory();
  const { system } = caller;
  const organ = ask.organ === undefined ? undefined : (organFor(directory, ask.organ)?.code ?? ask.organ);
  return hub.deliveries.offered({
    system,
    collectsFor: inboxOf(directory, caller),
    at: hub.now().toISOString(),
    limit: ask.limit,
    ...(ask.after === undefined ? {} : { after: ask.after }),
    ...(ask.kind === undefined ? {} : { kind: ask.kind }),
    ...(organ === undefined ? {} : { organ }),
  });
};

/** Never handed out: not yet released, sent back by the province, or taken back before anyone saw it. */
const hidden: readonly DeliveryState[] = ['held', 'refused', 'withdrawn'];

/** The delivery, if it stands in the caller's inbox or stood there. To all others it does not exist. */
export const ownDelivery = async (hub: Hub, caller: Caller, deliveryId: string): Promise<Delivery> => {
  requireCollector(caller);
  const delivery = await hub.deliveries.get(deliveryId);
  const directory = await hub.organs.directory();
  const mine = delivery !== null && delivery.via === 'inbox' && inboxOf(directory, caller).includes(delivery.organ);
  if (!mine || hidden.includes(delivery.state))
    throw failure('resource.unknown', '', { vi: 'Không có bản giao này', en: 'There is no such delivery' });
  return delivery;
};

export type OpenedDelivery = {
  readonly delivery: Delivery;
  readonly original: { readonly size: number; stream(start?: number, end?: number): Readable };
};

/** The exact bytes that named this recipient; readable until purged. */
export const openDelivery = async (hub: Hub, caller: Caller, deliveryId: string): Promise<OpenedDelivery> => {
  const delivery = await ownDelivery(hub, caller, deliveryId);
  const original = await hub.originals.open(delivery.sha256);
  if (original === null) throw failure('original.purged');
  return { delivery, original };
};
