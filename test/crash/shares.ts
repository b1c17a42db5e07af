/** What each hub did since it started, in its own words: `/metrics`. */
import type { Seat } from './stage.ts';

export type Share = {
  readonly hub: string;
  /** Envelopes answered with 202. */
  readonly overHttp: number;
  /** Messages of the submission queue that were answered. */
  readonly overAmqp: number;
  /** Deliveries put into inbox queues. */
  readonly relayed: number;
};

/** Sum of the lines of a metric that hold all these labels. */
const sumIn = (metrics: string, name: string, ...labels: readonly string[]): number =>
  metrics
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);

export const shareOf = async ({ name, url }: Pick<Seat, 'name' | 'url'>): Promise<Share> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return {
    hub: name,
    overHttp: sumIn(metrics, 'lienthong_accepts_total'),
    overAmqp: sumIn(metrics, 'lienthong_broker_messages_total', 'queue="lienthong.submit', 'outcome="answered"'),
    relayed: sumIn(metrics, 'lienthong_relayed_total', 'outcome="confirmed"'),
  };
};
