/** Publishing alone: 2 KB, persistent, mandatory, to a quorum queue, 100 unconfirmed at most. `node raw-rabbit.ts URL SECONDS`. */
import { connect } from 'amqplib';

const [url = '', seconds = '10'] = process.argv.slice(2);
const model = await connect(url, { noDelay: true });
const channel = await model.createConfirmChannel();
const { queue } = await channel.assertQueue(`raw.${process.pid}`, { arguments: { 'x-queue-type': 'quorum' } });
const body = Buffer.alloc(2_048, 'x');
const start = performance.now();
let count = 0;
const publish = (): Promise<void> =>
  new Promise((resolve, reject) => {
    channel.publish('', queue, body, { persistent: true, mandatory: true }, (error) => (error === null ? resolve() : reject(error)));
  });
const lane = async (): Promise<void> => {
  while (performance.now() - start < Number(seconds) * 1_000) {
    await publish();
    count += 1;
  }
};
await Promise.all(Array.from({ length: 100 }, lane));
process.stdout.write(JSON.stringify({ count, seconds: (performance.now() - start) / 1_000 }));
await channel.deleteQueue(queue);
await model.close();
