/** Loaded before a hub (`--import`): what it would answer never leaves it, as if it were killed just before. */
import { createRequire } from 'node:module';

const amqplib: typeof import('amqplib') = createRequire(import.meta.url)('amqplib');
const { connect } = amqplib;

Object.assign(amqplib, {
  connect: async (...address: Parameters<typeof connect>) => {
    const model = await connect(...address);
    const open = model.createConfirmChannel.bind(model);
    model.createConfirmChannel = async () => {
      const channel = await open();
      const publish = channel.publish.bind(channel);
      channel.publish = (exchange, key, ...rest) => key.startsWith('lienthong.reply.') || publish(exchange, key, ...rest);
      return channel;
    };
    return model;
  },
});
