/** Envelopes and statuses over the broker: the acceptance of the REST door, and its limits (contract §8). */
import { failure } from '../../errors.ts';
import type { Caller } from '../../records/key.ts';
import { names } from '../topology.ts';
import type { Room } from './acts.ts';
import type { Arrived } from './message/arrived.ts';
import type { Load } from './message/load.ts';
import { type Reply, receiptReply } from './message/reply.ts';

const bodies = ['application/xml', 'text/xml', 'application/octet-stream', ''];

/** `application/xml; charset=utf-8` -> `application/xml`. */
const mediaOf = ({ contentType }: Arrived): string => (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

export const checkMedia = (arrived: Arrived, media: readonly string[]): void => {
  const packed = (arrived.contentEncoding ?? 'identity').toLowerCase() !== 'identity' && arrived.contentEncoding?.toLowerCase() !== 'utf-8';
  if (!packed && media.includes(mediaOf(arrived))) return;
  const list = media.filter((one) => one !== '').join(', ');
  throw failure('media.unsupported', '/content_type', {
    vi: `Chỉ nhận ${list}, không nén`,
    en: `Send ${list}, not compressed`,
  });
};

/** An answer never goes to another's queue; who names none gets it in its own. */
export const checkReplyTo = ({ replyTo }: Arrived, { system }: Caller): void => {
  if (replyTo === null || replyTo === names.reply(system)) return;
  throw failure('request.invalid', '/reply_to', {
    vi: `reply_to phải là ${names.reply(system)}`,
    en: `reply_to must be ${names.reply(system)}`,
  });
};

export const submit = async ({ hub, acts }: Room, caller: Caller, arrived: Arrived, load: Load): Promise<Reply> => {
  await acts.pass(caller, { takesEnvelope: true });
  checkReplyTo(arrived, caller);
  checkMedia(arrived, bodies);
  if (load.size > hub.maxBytes) throw failure('envelope.too-large');
  const spooled = await hub.originals.spool(load.stream(), hub.maxBytes);
  load.spooled(spooled);
  const { receipt, replayed } = await acts.accept(caller, spooled);
  return receiptReply(receipt, replayed);
};
