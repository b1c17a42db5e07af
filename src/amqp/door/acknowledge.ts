/** What recipients say of a delivery, over the broker (contract §8): the acknowledgement of the REST door. */
import { failure } from '../../errors.ts';
import type { Caller } from '../../records/key.ts';
import type { Room } from './acts.ts';
import type { Arrived } from './message/arrived.ts';
import type { Load } from './message/load.ts';
import { acknowledgementReply, type Reply } from './message/reply.ts';
import { checkMedia, checkReplyTo } from './submit.ts';

/** As of a JSON body over HTTP, in bytes. */
const longestJson = 65_536;

const jsonFrom = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw failure('request.invalid', '', { vi: 'Nội dung không phải là JSON (UTF-8) hợp lệ', en: 'The body is not valid JSON in UTF-8' });
  }
};

export const acknowledge = async ({ acts }: Room, caller: Caller, arrived: Arrived, load: Load): Promise<Reply> => {
  await acts.pass(caller, { takesEnvelope: false });
  checkReplyTo(arrived, caller);
  checkMedia(arrived, ['application/json', '']);
  if (load.size > longestJson) throw failure('envelope.too-large');
  return acknowledgementReply(await acts.acknowledge(caller, jsonFrom(await load.body())));
};
