/**
 * No question that a page, a report, an inbox or a broker asks may read a whole collection. Every command that the
 * driver really sends is caught, and the server is asked how it would answer it.
 */
import { type CommandStartedEvent, type Document, MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connectionOf } from '../../src/mongo/connection.ts';
import { listAlerts, openAlert } from '../../src/mongo/read/alerts.ts';
import { offeredTo } from '../../src/mongo/read/inbox.ts';
import { listRecords } from '../../src/mongo/read/listing.ts';
import { declaredFor, figureSums, journalAfter, tallyOf } from '../../src/mongo/read/oversight.ts';
import { aboutOf, alikeTo, eventsOf, parkedAt, refusedSince, sameAs, submissionsOf, toJudge } from '../../src/mongo/read/records.ts';

import { migrate } from '../../src/mongo/schema/migrate.ts';

import { deliveryRows, rowOf } from '../../src/mongo/write/add.ts';
import { endClaims, toRelay } from '../../src/mongo/write/relay.ts';
import { seal } from '../../src/mongo/write/seal.ts';
import type { AlertQuery, RecordQuery } from '../../src/records/query.ts';
import type { MessageRecord } from '../../src/records/record.ts';
import { at, document, record } from '../contract/specimens.ts';
import { type Base, freshBase, hasMongo } from './opening.ts';

let base: Base;
let client: MongoClient;
let connection: Connection;
let caught: CommandStartedEvent[] = [];

const states = ['queued', 'collected', '03', '06', 'held'] as const;
const organ = (place: number): string => `H99.${place % 40}`;

const fill = async (): Promise<void> => {
  const changes = Array.from({ length: 400 }, (_, place) => {
    const from = organ(place);
    const verdict = place % 50 === 0 ? ({ verdict: 'undetermined', reason: 'revocation-unknown' } as const) : {};
    const outcome = place % 25 === 0 ? ({ outcome: 'held' } as const) : {};
    return document(
      [organ(place + 1), organ(place + 2)],
      { from, system: from, acceptedAt: at(place), subject: `Văn bản số ${place}`, ...verdict, ...outcome },
      { state: states[place % states.length] ?? 'queued' },
    );
  });
  const { records, deliveries, alerts, figures } = connection.rows;
  await records.insertMany(changes.map(({ record }) => rowOf(record, [], new Map())));
  await deliveries.insertMany(changes.flatMap((change) => deliveryRows(change.deliveries, change.record.acceptedAt, 0)));
  await alerts.insertMany(
    changes.slice(0, 100).map(({ record }, place) => ({
      _id: `a${place}`,
      ...{
        key: `k${place}`,
        kind: 'signature.unsigned',
        state: place % 5 === 0 ? 'open' : 'settled',
        organ: organ(place),
        lastAt: record.acceptedAt,
      },
      ...(place % 5 === 0 && { unsettled: true }),
    })),
  );
  await figures.insertMany(
    Array.from({ length: 400 }, (_, place) => ({
      _id: `f${place}`,
      ...{ day: `2026-${String((place % 12) + 1).padStart(2, '0')}-11`, organ: organ(place), figure: `turns-${place}`, value: 1 },
    })),
  );
};

type Plan = {
  readonly command: string;
  readonly stages: readonly string[];
  readonly indexes: readonly string[];
  readonly examined: number;
};

/** Every stage below, whatever server names its branches. */
const stagesIn = (value: unknown): readonly Document[] => {
  if (value === null || typeof value !== 'object') return [];
  const own = 'stage' in value ? [value as Document] : [];
  return [...own, ...Object.entries(value).flatMap(([name, inner]) => (name === 'rejectedPlans' ? [] : stagesIn(inner)))];
};

const asked = new Set(['find', 'aggregate', 'count', 'distinct', 'update']);

/** An update is asked about as the question by which it finds its documents: the same planner answers, and stand-ins explain only that. */
const questionsIn = ({ commandName, command }: CommandStartedEvent): readonly Document[] => {
  const { lsid, txnNumber, startTransaction, autocommit, readConcern, writeConcern, $clusterTime, $db, $readPreference, ...plain } =
    command;
  if (commandName !== 'update') return [plain];
  const updates = plain.updates as readonly { readonly q: Document; readonly hint?: string }[];
  return updates.map(({ q, hint }) => ({ find: plain.update, filter: q, ...(hint !== undefined && { hint }) }));
};

/** What the server says of the very command, without what ties it to a session. */
const explain = async (question: Document): Promise<Plan> => {
  const said = await base.db.command({ explain: question, verbosity: 'executionStats' });
  const stages = stagesIn(said);
  const [name = '', collection] = Object.entries(question)[0] ?? [];
  return {
    command: `${name} ${String(collection)} ${JSON.stringify(question.filter ?? question.pipeline).slice(0, 300)}`,
    stages: stages.map(({ stage }) => String(stage)),
    indexes: stages.flatMap(({ indexName }) => (indexName === undefined ? [] : [String(indexName)])),
    examined: Math.max(0, ...stagesExamined(said)),
  };
};

const stagesExamined = (value: unknown): readonly number[] => {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'totalDocsExamined' || name === 'totalKeysExamined' ? [Number(inner)] : stagesExamined(inner),
  );
};

/** The plans of everything that was asked of the server meanwhile. */
const plansOf = async (ask: () => Promise<unknown>): Promise<readonly Plan[]> => {
  caught = [];
  await ask();
  const commands = caught.filter(({ commandName }) => asked.has(commandName));
  return Promise.all(commands.flatMap(questionsIn).map(explain));
};

/** Small for ever: settings, tallies, accounts. */
const small = /^\w+ (settings|tallies|accounts) /;
const faults = (plans: readonly Plan[]): readonly string[] =>
  plans.filter(({ command, stages }) => !small.test(command) && stages.includes('COLLSCAN')).map(({ command }) => command);
const indexesOf = (plans: readonly Plan[]): readonly string[] => [...new Set(plans.flatMap(({ indexes }) => indexes))].sort();

const viewer = (organs: number) => ({
  system: 'H99.1',
  speaksFor: Array.from({ length: organs }, (_, place) => `H99.${place}`),
  collectsFor: Array.from({ length: organs }, (_, place) => `H99.${place}`),
});
const after = Buffer.from(JSON.stringify([at(200), 'r'])).toString('base64url');

describe.skipIf(!hasMongo())('plans', () => {
  beforeAll(async () => {
    base = await freshBase();
    client = await new MongoClient(base.url, { monitorCommands: true, ignoreUndefined: true }).connect();
    client.on('commandStarted', (event) => caught.push(event));
    connection = connectionOf(client, base.url);
    await migrate(connection.db);
    await fill();
  }, 300_000);
  afterAll(async () => {
    await client.close();
    await base.drop();
  });

  it('are red where a whole collection is read', async () => {
    expect(faults(await plansOf(() => connection.rows.records.find({ subject: 'x' }).toArray()))).toHaveLength(1);
    expect(faults(await plansOf(() => connection.rows.deliveries.countDocuments({ size: { $gt: 1 } })))).toHaveLength(1);
    expect(faults(await plansOf(() => connection.rows.deliveries.updateMany({ size: 7 }, { $set: { size: 8 } })))).toHaveLength(1);
  });

  const queries: readonly Partial<RecordQuery>[] = [
    {},
    { after },
    { from: at(5), to: at(90) },
    { documentId: 'D' },
    { organ: 'H99.3' },
    { organ: 'H99.3', state: '03', q: 'van ban' },
    { state: 'held' },
    { state: '03' },
    { verdict: 'undetermined' },
    { verdict: 'valid' },
    { outcome: 'held' },
    { outcome: 'accepted' },
    { q: 'văn bản 17' },
    { viewer: viewer(1) },
    { viewer: viewer(1), state: 'queued', after },
    { viewer: viewer(30) },
    { viewer: viewer(30), organ: 'H99.4', q: 'van' },
  ];
  for (const query of queries)
    it(`of records: ${JSON.stringify({ ...query, viewer: query.viewer?.speaksFor.length })}`, async () => {
      const plans = await plansOf(() => listRecords(connection, { viewer: null, limit: 20, ...query }));
      expect(faults(plans)).toEqual([]);
      expect(plans.length).toBeGreaterThan(0);
    });

  // A stand-in counts what it examined without the limit.
  it.skipIf(/SecantusDB/.test(process.env.MONGODB_SERVER ?? ''))(
    'read little more than the page where an index knows what is asked for',
    async () => {
      for (const query of [{}, { outcome: 'held' }, { verdict: 'undetermined' }, { organ: 'H99.3' }, { viewer: viewer(1) }] as const) {
        const plans = await plansOf(() => listRecords(connection, { viewer: null, limit: 10, ...query }));
        for (const { command, examined } of plans) expect([query, command, examined < 150]).toEqual([query, command, true]);
      }
    },
  );

  it('of the inbox of a system with 900 organs, through the index of what waits', async () => {
    const collectsFor = Array.from({ length: 900 }, (_, place) => `H99.${place}`);
    const inbox = { system: 'q', collectsFor, at: at(9e6), limit: 100 };
    const first = await offeredTo(connection, inbox);
    const plans = await plansOf(() => offeredTo(connection, { ...inbox, after: first.next ?? '' }));
    expect(faults(plans)).toEqual([]);
    expect(indexesOf(plans)).toContain('delivery_inbox');
  });

  it('of claims for the queues of a broker: the index of what no broker has', async () => {
    const inboxes = Array.from({ length: 40 }, (_, place) => ({ system: `s${place}`, collectsFor: [`H99.${place}`], again: at(0) }));
    const query = { inboxes, at: at(9e6), holder: 'h', until: at(9e6 + 60), limit: 10 };
    const plans = await plansOf(async () => {
      const offers = await toRelay(connection, query);
      await endClaims(
        connection,
        offers.map(({ deliveryId }) => deliveryId),
        'h',
        at(9e6),
      );
    });
    expect(faults(plans)).toEqual([]);
    expect(indexesOf(plans)).toEqual(expect.arrayContaining(['delivery_given', 'delivery_relay']));
  });

  it('of alerts, by every filter', async () => {
    const filters: readonly Partial<AlertQuery>[] = [
      {},
      { state: 'open' },
      { organ: 'H99.1' },
      { kind: 'signature.unsigned' },
      { organs: ['H99.1'] },
      { state: 'open', organs: ['H99.1'] },
    ];
    for (const filter of filters)
      expect([filter, faults(await plansOf(() => listAlerts(connection, { organs: null, limit: 100, ...filter })))]).toEqual([filter, []]);
    expect(faults(await plansOf(() => openAlert(connection, 'k1')))).toEqual([]);
  });

  it('of what a status may mean, what is alike, what waits: each through the index made for it', async () => {
    const plans = await plansOf(async () => {
      await aboutOf(connection, { sender: 'a', recipient: 'b', documentId: 'c', code: 'd', promulgatedOn: null });
      await alikeTo(connection, { from: 'a', documentId: 'b', number: '1', notation: '2', promulgatedOn: '3' });
      await parkedAt(connection, ['a', 'b'], at(0));
      await parkedAt(connection, null, at(0));
      await toJudge(connection, null, 20);
      await toJudge(connection, { acceptedAt: at(3), recordId: 'x' }, 20);
      await refusedSince(connection, 'a', at(0));
      await sameAs(connection, 'x');
      await eventsOf(connection, 'x');
      await submissionsOf(connection, 'x');
    });
    expect(faults(plans)).toEqual([]);
    expect(indexesOf(plans)).toEqual(
      expect.arrayContaining([
        ...['event_record', 'record_alike', 'record_awaited', 'record_code', 'record_document', 'record_doubtful', 'record_identity'],
        ...['record_parked', 'record_refused', 'record_unknown', 'submission_taking'],
      ]),
    );
  });

  it('of the figures and declarations of a month, the tallies and the log', async () => {
    const plans = await plansOf(async () => {
      await figureSums(connection, '2026-11-01', '2026-11-30');
      await declaredFor(connection, ['2026-11']);
      await tallyOf(connection, 'delivery');
      await journalAfter(connection, 5, 100);
      await seal(connection, 100);
    });
    expect(faults(plans)).toEqual([]);
    expect(indexesOf(plans)).toEqual(expect.arrayContaining(['figure_day', 'journal_open', 'journal_sealed', 'paper_period']));
  });

  it('finds what waits between two behind more than a page that one of them answered to itself', async () => {
    const parked = (recordId: string, from: string, place: number): MessageRecord =>
      record({
        ...{ recordId, from, kind: 'status', type: null, statusCode: '03', acceptedAt: at(place), parkedUntil: at(100_000) },
        responseFor: { organ: 'H98.1', documentId: 'D', code: null, promulgatedOn: null },
      });
    const own = Array.from({ length: 1_001 }, (_, place) => parked(`own${place}`, 'H98.1', place));
    const rows = [...own, parked('other', 'H98.2', 2_000)].map((one) => rowOf(one, [], new Map()));
    await connection.rows.records.insertMany(rows);
    try {
      expect((await parkedAt(connection, ['H98.1', 'H98.2'], at(0))).map(({ recordId }) => recordId)).toEqual(['other']);
      expect(await parkedAt(connection, ['H98.1', 'H98.1'], at(0))).toHaveLength(1_000);
    } finally {
      await connection.rows.records.deleteMany({ _id: { $in: rows.map(({ _id }) => _id) } });
    }
  });
});
