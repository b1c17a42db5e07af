/** Compares the clients' account with what the hub says: the definitions of durability.md, trap 15. */
import type { Client } from '../support/client.ts';
import type { Fault, Line } from './agencies/account.ts';

export type Verdict = {
  readonly accepted: number;
  readonly deliveries: number;
  /** Messages of inbox queues that came again with an id that was there before. */
  readonly again: number;
  /** A 202 whose bytes a recipient does not obtain. */
  readonly lost: readonly string[];
  /** Two records of a document, two deliveries of a record to an organ, or offered after a successful `done`. */
  readonly twice: readonly string[];
  /** Bytes that differ from those sent. */
  readonly changed: readonly string[];
  /** Accepted faulty documents without their alert, and alerts of sound ones. */
  readonly alerts: readonly string[];
  /** Answers that no client should have got. */
  readonly refused: readonly string[];
  /** Not collected at the end. */
  readonly stuck: readonly string[];
  /** Figures that do not add up to what was accepted. */
  readonly figures: readonly string[];
};

type Made = Extract<Line, { act: 'made' }>;
type Known = { readonly made: Made; readonly records: ReadonlySet<string> };

const knownFrom = (lines: readonly Line[]): ReadonlyMap<string, Known> => {
  const known = new Map<string, { made: Made; records: Set<string> }>();
  for (const line of lines) if (line.act === 'made') known.set(line.documentId, { made: line, records: new Set() });
  for (const line of lines) if (line.act === 'accepted') known.get(line.documentId)?.records.add(line.recordId);
  return known;
};

/** All pages of a list. */
const whole = async (client: Client, path: string): Promise<readonly { readonly [name: string]: never }[]> => {
  const items: { readonly [name: string]: never }[] = [];
  for (let after = ''; ; ) {
    const { body } = await client.get(`${path}${path.includes('?') ? '&' : '?'}limit=1000${after}`);
    items.push(...body.items);
    if (body.next === null) return items;
    after = `&after=${encodeURIComponent(body.next)}`;
  }
};

/** An altered document is held: nobody obtains it until someone decides. */
const isDelivered = (fault: Fault): boolean => fault !== 'altered';

const lostOf = (known: ReadonlyMap<string, Known>, lines: readonly Line[]): { lost: string[]; changed: string[] } => {
  const digests = new Map<string, string>();
  for (const line of lines) if (line.act === 'fetched') digests.set(`${line.recordId} ${line.organ}`, line.sha256);
  const [lost, changed]: string[][] = [[], []];
  for (const [documentId, { made, records }] of known) {
    if (records.size === 0 || !isDelivered(made.fault)) continue;
    for (const organ of made.to) {
      const digest = [...records].map((record) => digests.get(`${record} ${organ}`)).find((one) => one !== undefined);
      if (digest === undefined) lost?.push(`${documentId} -> ${organ}`);
      else if (digest !== made.sha256) changed?.push(`${documentId} -> ${organ}`);
    }
  }
  return { lost: lost ?? [], changed: changed ?? [] };
};

/**
 * Over the broker the same id may come again, and the agency knows it by that; but nothing may be given long
 * after it was done, ms: longer than what one hub had claimed when it was stopped.
 */
const claims = 45_000;

const twiceOf = (known: ReadonlyMap<string, Known>, lines: readonly Line[]): string[] => {
  const twice = [...known].filter(([, { records }]) => records.size > 1).map(([documentId]) => `records of ${documentId}`);
  const deliveries = new Map<string, string>();
  const done = new Map<string, number>();
  for (const line of lines) {
    if (line.act === 'done') done.set(line.deliveryId, Math.min(line.at, done.get(line.deliveryId) ?? line.at));
    if (line.act !== 'offered' && line.act !== 'handed') continue;
    const place = `${line.recordId} ${line.organ}`;
    if ((deliveries.get(place) ?? line.deliveryId) !== line.deliveryId) twice.push(`deliveries of ${place}`);
    deliveries.set(place, line.deliveryId);
  }
  for (const line of lines) {
    if (line.act !== 'handed') continue;
    const end = done.get(line.deliveryId);
    if (end !== undefined && line.givenAt > performance.timeOrigin + end + claims) twice.push(`given after done: ${line.deliveryId}`);
  }
  for (const line of lines) {
    const end = line.act === 'offered' ? done.get(line.deliveryId) : undefined;
    if (line.act === 'offered' && end !== undefined && line.askedAt > end) twice.push(`offered after done: ${line.deliveryId}`);
  }
  return twice;
};

const expectedAlert: Readonly<Record<string, string>> = { unsigned: 'signature.unsigned', altered: 'signature.invalid' };

const alertsOf = async (known: ReadonlyMap<string, Known>, admin: Client): Promise<string[]> => {
  const raised = new Map<string, string>();
  for (const alert of await whole(admin, '/v1/alerts')) {
    const { body } = await admin.get(`/v1/alerts/${alert.alertId}`);
    for (const { recordId } of body.records) raised.set(recordId, body.kind);
  }
  const wrong: string[] = [];
  for (const [documentId, { made, records }] of known) {
    const expected = made.fault === null ? undefined : expectedAlert[made.fault];
    for (const record of records) {
      if (raised.get(record) !== expected) wrong.push(`${documentId}: ${raised.get(record)} instead of ${expected}`);
    }
  }
  return wrong;
};

/** Counts and turns of the month against the records themselves, those included whose 202 never arrived. */
const figuresOf = async (admin: Client): Promise<string[]> => {
  const records = (await whole(admin, '/v1/records?outcome=accepted')).filter(({ kind }) => kind === 'document');
  const { body } = await admin.get('/v1/compliance/2026-11');
  const counted = body.total.electronicOnly;
  return counted === records.length ? [] : [`electronicOnly ${counted}, records ${records.length}`];
};

const againIn = (lines: readonly Line[]): number => {
  const handed = lines.flatMap((line) => (line.act === 'handed' ? [line.deliveryId] : []));
  return handed.length - new Set(handed).size;
};

export const judge = async (lines: readonly Line[], admin: Client, stuck: readonly string[]): Promise<Verdict> => {
  const known = knownFrom(lines);
  return {
    accepted: [...known.values()].filter(({ records }) => records.size > 0).length,
    deliveries: new Set(lines.flatMap((line) => (line.act === 'done' ? [line.deliveryId] : []))).size,
    again: againIn(lines),
    ...lostOf(known, lines),
    twice: twiceOf(known, lines),
    alerts: await alertsOf(known, admin),
    refused: lines.flatMap((line) => (line.act === 'refused' ? [`${line.status} ${line.body}`] : [])),
    stuck,
    figures: await figuresOf(admin),
  };
};
