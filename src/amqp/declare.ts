/** Makes what the topology lists, where it is missing. Declaring what is there as it should be changes nothing. */
import type { Channel, ChannelModel } from 'amqplib';
import { bindings, exchanges, type Queue, queues, queuesOf } from './topology.ts';

const declareQueue = async (channel: Channel, { name, arguments: more }: Queue): Promise<void> => {
  await channel.assertQueue(name, { durable: true, arguments: more });
};

/** Fails when something stands there under our name that was declared otherwise (406), or may not be declared (403). */
export const declareTopology = async (model: ChannelModel): Promise<void> => {
  const channel = await model.createChannel();
  channel.on('error', () => undefined);
  for (const { name, type } of exchanges) await channel.assertExchange(name, type, { durable: true });
  for (const queue of queues) await declareQueue(channel, queue);
  for (const { exchange, queue } of bindings) await channel.bindQueue(queue, exchange, '');
  await channel.close();
};

/** The two queues of a system that connects over the broker. */
export const declareSystem = async (channel: Channel, system: string): Promise<void> => {
  for (const queue of queuesOf(system)) await declareQueue(channel, queue);
};
