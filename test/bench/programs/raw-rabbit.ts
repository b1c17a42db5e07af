/**
 * Publishing alone: 2 KB, persistent, mandatory, 100 unconfirmed at most, to so many quorum queues by turns:
 * one alone writes its log in larger pieces. `node raw-rabbit.ts URL SECONDS QUEUES`.
 */
import { connect } from 'amqplib';

const [url = '', seconds = '10', queues = '50'] = process.argv.slice(2);
const model = await connect(url, { noDelay: true });
const channel = await model.createConfirmChannel();
const names = Array.from({ length: Number(queues) }, (_, place) => `raw.${process.pid}.${place}`);
for (const name of names) await channel.assertQueue(name, { arguments: { 'x-queue-type': 'quorum' } });
const body = Buffer.alloc(2_048, 'x');
const start = performance.now();
let [begun, count] = [0, 0];
const publish = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const name = names[begun % names.length] ?? '';
    begun += 1;
    channel.publish('', name, body, { persistent: true, mandatory: true }, (error) => (error === null ? resolve() : reject(error)));
  });
const lane = async (): Promise<void> => {
  while (performance.now() - start < Number(seconds) * 1_000) {
    await publish();
    count += 1;
  }
};
await Promise.all(Array.from({ length: 100 }, lane));
process.stdout.write(JSON.stringify({ count, seconds: (performance.now() - start) / 1_000 }));
for (const name of names) await channel.deleteQueue(name);
await model.close();
