/** The long form of `scale.test.ts`: the sizes of the order, one after another. */
import { scale } from './scale.ts';

const forms = [
  { name: '1,000 inbox queues', queues: 1_000, envelopes: 20, recipients: 1_000, most: 0 },
  { name: '1,000 envelopes to 50 recipients each, and one to 2,000', queues: 50, envelopes: 1_000, recipients: 50, most: 2_000 },
] as const;

export const benchScale = async (say: (text: string) => void): Promise<void> => {
  for (const engine of ['sqlite+rabbit', 'mongo+rabbit'] as const) {
    for (const { name, ...form } of forms) {
      const report = await scale({ engine, ...form });
      const [fewest, most] = [Math.min(...report.inQueues), Math.max(...report.inQueues)];
      say(
        `${engine} (${report.servers.join(' + ')}), ${name}: accepted in ${report.acceptSeconds.toFixed(1)} s` +
          (form.most > 0 ? `, ${form.most} recipients in one transaction ${report.mostSeconds.toFixed(2)} s` : '') +
          `; ${report.deliveries} messages in ${report.inQueues.length} queues ` +
          (report.relaySeconds === 0
            ? 'are NOT all there'
            : `after ${report.relaySeconds.toFixed(1)} s, ${(report.deliveries / report.relaySeconds).toFixed(0)}/s`) +
          `; ${fewest} to ${most} in each`,
      );
    }
  }
};
