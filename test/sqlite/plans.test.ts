/** No question that a page, a report or an inbox asks may read a whole table that grows with the years. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/hub/store.ts';
import type { AlertQuery, RecordQuery } from '../../src/records/query.ts';
import { type Database, wrap } from '../../src/sqlite/connection.ts';
import { alertsText } from '../../src/sqlite/read/alerts.ts';
import { inboxText } from '../../src/sqlite/read/inbox.ts';
import { listingFor } from '../../src/sqlite/read/listing.ts';
import { declaredText, sumsText } from '../../src/sqlite/read/oversight.ts';
import { aboutOf, alikeTo, eventsOf, parkedAt, refusedSince, sameAs, submissionsOf, toJudge } from '../../src/sqlite/read/records.ts';
import { freshText, givenText, headsText, offerText, relayable } from '../../src/sqlite/read/relay.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import { at, document, raise } from '../contract/specimens.ts';
import { freshFolder } from './opening.ts';

const folder = freshFolder();
let store: Store;
let database: DatabaseSync;

const states = ['queued', 'collected', '03', '06', 'held'] as const;

beforeAll(async () => {
  store = await openSqlite({ folder });
  const organ = (place: number): string => `H99.${place % 40}`;
  await Promise.all(
    Array.from({ length: 2000 }, (_, place) => {
      const from = organ(place);
      const state = states[place % states.length] ?? 'queued';
      const sent = document(
        [organ(place + 1), organ(place + 2)],
        { from, system: from, acceptedAt: at(place), subject: `Văn bản số ${place}` },
        { state },
      );
      const alerts = place % 10 === 0 ? [raise(sent.record.recordId, { key: `${place}`, organ: from, at: at(place) })] : [];
      return store.commit({ ...sent, alerts, figures: [{ day: '2026-11-19', organ: from, figure: 'turns-sent', by: 1 }] });
    }),
  );
  await store.journal.seal(1000);
  database = new DatabaseSync(join(folder, 'lienthong.db'));
});

afterAll(async () => {
  database.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const plan = (text: string, values: Record<string, string | number | null> | (string | number)[]): readonly string[] => {
  const statement = database.prepare(`EXPLAIN QUERY PLAN ${text}`);
  const rows = Array.isArray(values) ? statement.all(...values) : statement.all(values);
  return rows.map((row) => String(row.detail));
};

/** A step that reads a growing table from end to end: a SCAN of it that no index order with a limit shortens. */
const grows =
  /^SCAN (record|delivery|event|submission|alert|alert_record|journal|figure_sum|figure_delta|paper_month|d|r|w)\b(?! USING (COVERING )?INDEX)/;
/** Walking an index in its order is the plan of a newest-first list; for anything else it is a whole read in disguise. */
const walks = /^SCAN .* USING (COVERING )?INDEX (\w+)/;
const inOrder = new Set(['record_accepted', 'alert_latest']);

const faults = (steps: readonly string[]): readonly string[] =>
  steps.filter((step) => {
    const walked = walks.exec(step)?.[2];
    return grows.test(step) || (walked !== undefined && !inOrder.has(walked));
  });

const viewer = (organs: number) => ({
  system: 'H99.1',
  speaksFor: Array.from({ length: organs }, (_, place) => `H99.${place}`),
  collectsFor: Array.from({ length: organs }, (_, place) => `H99.${place}`),
});
const after = Buffer.from(JSON.stringify([at(1000), 'r'])).toString('base64url');

describe('plans', () => {
  it('sees a whole read when there is one', () => {
    expect(faults(plan('SELECT * FROM record WHERE subject = :q', { q: 'x' }))).toHaveLength(1);
    expect(faults(plan('SELECT count(*) FROM delivery WHERE size > :q', { q: 1 }))).toHaveLength(1);
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
    { verdict: 'invalid' },
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
    it(`of records: ${JSON.stringify({ ...query, viewer: query.viewer?.speaksFor.length })}`, () => {
      const { text, values } = listingFor({ viewer: null, limit: 100, ...query }, (state) => (state === 'held' ? 10 : 1_000_000));
      expect(faults(plan(text, values as Record<string, string | number>))).toEqual([]);
    });

  it('of the inbox of a system with 900 organs, through the index of what waits', () => {
    const organs = JSON.stringify(Array.from({ length: 900 }, (_, place) => `H99.${place}`));
    const values = { organs, at: at(9e6), system: 'q', kind: null, priority: null, queued: null, id: null, limit: 101 };
    const steps = plan(inboxText, values);
    expect(faults(steps)).toEqual([]);
    expect(steps.some((step) => step.includes('USING COVERING INDEX delivery_inbox (organ=?'))).toBe(true);
  });

  it('of what goes to a broker: which organs have something, what is new and what was given, each organ through its own range', () => {
    const addressees = JSON.stringify(Array.from({ length: 900 }, (_, place) => [`H99.${place}`, 'q']));
    const one = { organ: 'H99.1', system: 'q', at: at(9e6), holder: 'h', limit: 50 };
    const steps = {
      heads: plan(headsText, { addressees, at: at(9e6), holder: 'h', limit: 64 }),
      fresh: plan(freshText, one),
      given: plan(givenText, { ...one, again: at(9e6) }),
      offer: plan(offerText, [1]),
    };
    expect(Object.values(steps).flatMap(faults)).toEqual([]);
    expect(steps.heads.join()).toContain('SEARCH head USING INTEGER PRIMARY KEY (rowid=?)');
    expect(steps.heads.join()).toContain('SEARCH w USING INDEX delivery_relay (organ=?)');
    expect(steps.fresh.join()).toContain('USING INDEX delivery_relay (organ=?)');
    expect(steps.given.join()).toContain('USING INDEX delivery_given (organ=? AND relayed_at<?)');
    // In the order of their index: nothing is gathered and sorted before the first is known.
    expect([...steps.fresh, ...steps.given].filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });

  it('of alerts, by every filter', () => {
    const base = { organs: null, limit: 100 };
    const filters: readonly Partial<AlertQuery>[] = [
      {},
      { state: 'open' },
      { organ: 'H99.1' },
      { organs: ['H99.1'] },
      { state: 'open', organs: ['H99.1'] },
    ];
    for (const filter of filters) {
      const query = { ...base, ...filter };
      const values = {
        limit: 100,
        ...(query.state === undefined ? {} : { state: query.state }),
        ...(query.organ === undefined ? {} : { organ: query.organ }),
        ...(query.organs === null ? {} : { organs: JSON.stringify(query.organs) }),
      };
      expect([filter, faults(plan(alertsText(query, false), values))]).toEqual([filter, []]);
    }
  });

  it('of what a status may mean, what is alike, what waits: each through the index made for it', () => {
    const steps: string[] = [];
    /** Explains instead of asking. */
    const explained = (text: string, values: readonly SQLInputValue[]): [] => {
      steps.push(
        ...database
          .prepare(`EXPLAIN QUERY PLAN ${text}`)
          .all(...values)
          .map((row) => String(row.detail)),
      );
      return [];
    };
    const sql = (text: string) =>
      ({
        all: (...values: SQLInputValue[]) => explained(text, values),
        get: (...values: SQLInputValue[]) => void explained(text, values),
      }) as unknown as StatementSync;
    const spy: Database = { sql, run: () => undefined, inTransaction: () => false, close: () => undefined };
    aboutOf(spy, { sender: 'a', recipient: 'b', documentId: 'c', code: 'd', promulgatedOn: null });
    alikeTo(spy, { from: 'a', documentId: 'b', number: '1', notation: '2', promulgatedOn: '3' });
    parkedAt(spy, { between: ['a', 'b'], at: at(0) });
    toJudge(spy, { after: null, limit: 20 });
    refusedSince(spy, { system: 'a', since: at(0) });
    sameAs(spy, 'x');
    eventsOf(spy, 'x');
    submissionsOf(spy, 'x');
    expect(faults(steps)).toEqual([]);
    const used = new Set(steps.flatMap((step) => /INDEX (record_\w+|event_\w+)/.exec(step)?.[1] ?? []));
    expect([...used].sort()).toEqual([
      'event_record',
      'record_alike',
      'record_code',
      'record_document',
      'record_identity',
      'record_parked',
      'record_refused',
      'record_to_judge',
    ]);
  });

  it('a round for a broker costs the same beside 100,000 that stand in its queues, and hardly more beside 20,000 that wait for it', () => {
    const wrapped = wrap(database);
    const inboxes = Array.from({ length: 1_000 }, (_, place) => ({ system: `s${place}`, collectsFor: [`X.${place}`], again: null }));
    const query = { inboxes, at: at(9e6), holder: 'h', until: at(9e6), limit: 200 };
    const cost = (): number => {
      const times = Array.from({ length: 9 }, () => {
        const started = performance.now();
        relayable(wrapped, query);
        return performance.now() - started;
      });
      return times.toSorted((left, right) => left - right)[4] ?? 0;
    };
    const fill = (count: number, organs: number, relayedAt: string | null): void => {
      database
        .prepare(
          `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?5)
           INSERT INTO delivery (delivery_id, record_id, organ, via, kind, priority, state, version, sha256, size, queued_at, offered_at, attempt, relayed_at)
           SELECT 'x' || ?1 || i, 'x' || ?1 || i, 'X.' || CAST(i % ?2 AS INTEGER), 'inbox', 'document', i % 3, 'queued', 1, 'a', 1, ?3, ?3, 0, ?4 FROM n`,
        )
        .run(relayedAt ?? 'new', organs, at(0), relayedAt, count);
    };
    database.exec('BEGIN');
    try {
      const idle = cost();
      fill(100_000, 1, at(5));
      const behind = cost();
      fill(20_000, 1_000, null);
      const round = database.prepare(headsText);
      const addressees = JSON.stringify(inboxes.map(({ system, collectsFor }) => [collectsFor[0] ?? '', system]));
      expect(round.all({ addressees, at: at(9e6), holder: 'h', limit: 5_000 })).toHaveLength(1_000);
      const burdened = cost();
      process.stderr.write(
        `\nrelayable: idle ${idle.toFixed(1)} ms, 100,000 given ${behind.toFixed(1)} ms, and 20,000 new ${burdened.toFixed(1)} ms\n`,
      );
      expect(behind).toBeLessThan(idle * 4 + 10);
      expect(burdened).toBeLessThan(idle * 40 + 40);
    } finally {
      database.exec('ROLLBACK');
    }
  }, 60_000);

  it('of the figures and declarations of a month', () => {
    expect(faults(plan(sumsText, { from: '2026-11-01', to: '2026-11-30' }))).toEqual([]);
    expect(faults(plan(declaredText, ['["2026-11"]']))).toEqual([]);
  });
});
