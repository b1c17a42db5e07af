/** What Prometheus may read: counts and times, never anything an agency wrote. */
import type { Request, Response } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Part } from '../hub/part.ts';
import type { BrokerState, Relay } from '../hub/relay.ts';
import type { TakenCount } from '../hub/taken.ts';
import type { Hub } from '../hub.ts';
import { type Alert, alertKinds } from '../records/alert.ts';
import type { Page } from '../records/query.ts';
import { healthOf } from './calls/operations.ts';
import type { Gate } from './gate/gate.ts';
import type { Log } from './log.ts';

export type Metrics = {
  /** Notes one answered call; `name` is that of its row, so that no path of a caller becomes a label. */
  note(name: string, request: Request, response: Response, seconds: number): void;
  text(): Promise<string>;
  readonly contentType: string;
};

const replaceAll = (gauge: Gauge, label: string, values: Readonly<Record<string, number>>): void => {
  gauge.reset();
  for (const [name, value] of Object.entries(values)) gauge.set({ [label]: name }, value);
};

/** The store counts by state only: kinds are counted over the open ones, which people keep few. */
const openByKind = async (hub: Hub): Promise<Readonly<Record<string, number>>> => {
  const found: Record<string, number> = Object.fromEntries(alertKinds.map((kind) => [kind, 0]));
  let after: string | null = null;
  for (let pages = 0; pages < 10; pages += 1) {
    const page: Page<Alert> = await hub.alerts.list({ organs: null, state: 'open', limit: 1000, ...(after === null ? {} : { after }) });
    for (const { kind } of page.items) found[kind] = (found[kind] ?? 0) + 1;
    after = page.next;
    if (after === null) break;
  }
  return found;
};

const gaugesOf = (registry: Registry, hub: Hub) => {
  const registers = [registry];
  const deliveries = new Gauge({ name: 'lienthong_deliveries', help: 'Deliveries by state', labelNames: ['state'], registers });
  const alerts = new Gauge({ name: 'lienthong_alerts', help: 'Alerts by state', labelNames: ['state'], registers });
  const open = new Gauge({
    name: 'lienthong_open_alerts',
    help: 'Open alerts by kind, of the latest 10,000',
    labelNames: ['kind'],
    registers,
  });
  const ready = new Gauge({ name: 'lienthong_ready', help: '1 when an envelope would be accepted now', registers });
  const degraded = new Gauge({ name: 'lienthong_degraded', help: '1 for each thing that is missing', labelNames: ['what'], registers });
  const showParts = partGauge(registry);
  const showBroker = brokerGauges(registry, hub.relay);
  return async (): Promise<void> => {
    showBroker();
    const health = await healthOf(hub);
    showParts(health.parts);
    ready.set(health.ready ? 1 : 0);
    replaceAll(degraded, 'what', Object.fromEntries(health.degraded.map((what) => [what, 1])));
    replaceAll(deliveries, 'state', await hub.deliveries.count());
    replaceAll(alerts, 'state', await hub.alerts.count());
    replaceAll(open, 'kind', await openByKind(hub));
  };
};

const brokerStates: readonly BrokerState['kind'][] = ['connected', 'blocked', 'away'];

/** Nothing where there is no broker. */
const brokerGauges = (registry: Registry, relay: Relay | null): (() => void) => {
  if (relay === null) return () => undefined;
  const registers = [registry];
  const states = new Gauge({
    name: 'lienthong_broker_state',
    help: '1 for the state that the broker is in',
    ...{ labelNames: ['state'], registers },
  });
  const relayed = new Counter({
    name: 'lienthong_relayed_total',
    help: 'Deliveries handed to inbox queues by this process, by what became of them',
    ...{ labelNames: ['outcome'], registers },
  });
  return () => {
    const { kind } = relay.state();
    replaceAll(states, 'state', Object.fromEntries(brokerStates.map((state) => [state, state === kind ? 1 : 0])));
    relayed.reset();
    for (const [outcome, count] of Object.entries(relay.counts())) relayed.inc({ outcome }, count);
  };
};

const partGauge = (registry: Registry): ((parts: readonly Part[]) => void) => {
  const gauge = new Gauge({
    name: 'lienthong_part_state',
    help: '1 for the state that a part of the hub is in (store, broker)',
    ...{ labelNames: ['part', 'state'], registers: [registry] },
  });
  return (parts) => {
    gauge.reset();
    for (const { name, state } of parts) gauge.set({ part: name, state }, 1);
  };
};

/** A registry of its own for each door, so that two hubs in one process do not meet. */
/** What other rooms know of themselves; `taken` is null where there is no door of queues. */
type Counted = Pick<Gate, 'inHand'> & { readonly taken: (() => readonly TakenCount[]) | null };

const takenCounter = (registry: Registry, taken: Counted['taken']): (() => void) => {
  if (taken === null) return () => undefined;
  const counter = new Counter({
    name: 'lienthong_broker_messages_total',
    help: 'Messages that systems put into the hub’s queues, by what became of them in this process',
    ...{ labelNames: ['queue', 'outcome'], registers: [registry] },
  });
  return () => {
    counter.reset();
    for (const { queue, taken: outcome, count } of taken()) counter.inc({ queue, outcome }, count);
  };
};

export const openMetrics = (hub: Hub, log: Log, { inHand: inHandNow, taken }: Counted): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'lienthong_' });
  const accepts = new Counter({ name: 'lienthong_accepts_total', help: 'Messages accepted (202)', labelNames: ['replayed'], registers });
  const refusals = new Counter({ name: 'lienthong_refusals_total', help: 'Calls refused, by code', labelNames: ['code'], registers });
  const calls = new Histogram({
    name: 'lienthong_call_seconds',
    help: 'Time to answer, by call and status; a waiting inbox call is in lienthong_inbox_seconds only when it did not wait',
    labelNames: ['call', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const inbox = new Histogram({
    name: 'lienthong_inbox_seconds',
    help: 'Time to list an inbox, without long polling',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    registers,
  });
  const inHand = new Gauge({ name: 'lienthong_inflight_bytes', help: 'Bytes of bodies let in and not answered yet', registers });
  const showTaken = takenCounter(registry, taken);
  const refresh = gaugesOf(registry, hub);
  return {
    note(name, request, response, seconds) {
      if (response.statusCode === 202) accepts.inc({ replayed: String(response.getHeader('Replayed') === 'true') });
      if (typeof response.locals.failureCode === 'string') refusals.inc({ code: response.locals.failureCode });
      calls.observe({ call: name, status: String(response.statusCode) }, seconds);
      if (name === 'listInbox' && request.query.wait === undefined) inbox.observe(seconds);
    },
    async text() {
      inHand.set(inHandNow());
      showTaken();
      // What the process itself knows is told even while the store is away.
      await refresh().catch((error: unknown) => log.warn({ error }, 'the store could not be counted'));
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
};
