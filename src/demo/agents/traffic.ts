/** Lets all agencies loose on the hub and waits until everything that was sent has arrived, or nothing moves. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Ledger, outstanding } from '../ledger/ledger.ts';
import type { Declaration } from '../plan/figures.ts';
import { keepCollecting, type Prepared, post } from './agent.ts';
import { type Door, send } from './api.ts';

export type Traffic = {
  /** Where the agents knock: the hub, or a door that lies. */
  readonly url: string;
  readonly admin: string;
  /** System -> key. */
  readonly keys: ReadonlyMap<string, string>;
  readonly prepared: readonly Prepared[];
  readonly ledger: Ledger;
  readonly declarations: readonly Declaration[];
  readonly period: string;
  /** Called when something moved. */
  readonly tell: () => void;
};

/** Seconds without any movement after which what is missing counts as lost. */
const patience = 8;

const doorFor = (traffic: Traffic, system: string): Door => ({ url: traffic.url, key: traffic.keys.get(system) ?? '' });

/** Each system posts its own, one after another; eight systems at a time. */
const postAll = async (traffic: Traffic): Promise<void> => {
  const queue = [...Map.groupBy(traffic.prepared, ({ posting }) => posting.document.system)];
  const hand = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const prepared of next[1]) {
        await post(doorFor(traffic, next[0]), prepared, traffic.ledger);
        traffic.tell();
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, hand));
};

/** The administrator decides what is held, released or returned with a reason; that settles its alert. */
const decideHeld = async (traffic: Traffic): Promise<void> => {
  const admin = { url: traffic.url, key: traffic.admin };
  for (const { posting, recordId } of traffic.ledger.answers) {
    const { expected } = posting.document;
    if (posting.step !== 'first' || expected.kind !== 'accepted' || expected.decision === null || recordId === null) continue;
    const reason =
      expected.decision === 'release'
        ? 'Bên gửi đã xác nhận nội dung bằng điện thoại'
        : 'Nội dung bị thay đổi sau khi ký, đề nghị ký số và gửi lại';
    await send(admin, 'POST', `/v1/records/${recordId}/decision`, { result: expected.decision, reason });
  }
};

/** What the organs issued on paper or by another road, declared by their own systems. */
const declarePaper = async (traffic: Traffic, systemOf: (organ: string) => string): Promise<void> => {
  for (const { organ, ...figures } of traffic.declarations) {
    await send(doorFor(traffic, systemOf(organ)), 'PUT', `/v1/paper-months/${traffic.period}?organ=${organ}`, figures);
  }
};

const untilQuiet = async (traffic: Traffic): Promise<void> => {
  let seen = -1;
  for (let still = 0; outstanding(traffic.ledger) > 0 && still < patience * 10; ) {
    const now = traffic.ledger.arrivals.length + traffic.ledger.statusAnswers.length;
    still = now === seen ? still + 1 : 0;
    seen = now;
    traffic.tell();
    await pause(100);
  }
  // Long enough for one more round: whatever should not come would come now.
  await pause(700);
};

export const runTraffic = async (traffic: Traffic, systemOf: (organ: string) => string): Promise<void> => {
  const stop = new AbortController();
  const documents = new Map(
    traffic.prepared
      .flatMap((one) => [one, ...(one.follow === null ? [] : [one.follow])])
      .map(({ posting }) => [posting.documentId, posting.document]),
  );
  const collecting = [...traffic.keys.keys()].map((system) =>
    keepCollecting(doorFor(traffic, system), documents, traffic.ledger, stop.signal),
  );
  // A collector that fails ends the demo at once, not after the last posting.
  const failed = Promise.race(collecting.map((one) => one.then(() => new Promise<never>(() => undefined))));
  const working = (async () => {
    await Promise.all([postAll(traffic), declarePaper(traffic, systemOf)]);
    await decideHeld(traffic);
    await untilQuiet(traffic);
  })();
  await Promise.race([working, failed]).finally(() => stop.abort());
  await Promise.all(collecting);
};
