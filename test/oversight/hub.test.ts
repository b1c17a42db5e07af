/** Alerts, declarations and the report on a real store, with the clock in our hand. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type FailureCode, HubError } from '../../src/errors.ts';
import { type OpenHub, openHub } from '../../src/open.ts';
import { acknowledgeAlert, listAlerts, settleAlert, showAlert } from '../../src/oversight/alerts.ts';
import { complianceFor } from '../../src/oversight/compliance.ts';
import { checkChain } from '../../src/oversight/journal.ts';
import { declarePaper } from '../../src/oversight/paper.ts';
import type { AlertRaise } from '../../src/records/change.ts';
import type { FigureDelta } from '../../src/records/figure.ts';
import type { Caller } from '../../src/records/key.ts';
import { seedStore } from '../support/seed.ts';

let folder: string;
let hub: OpenHub;
let now = new Date('2026-11-20T03:00:00.000Z');

const agency = (system: string): Caller => ({ keyId: `key-${system}`, system, role: 'agency' });
const [qlvb, so] = [agency('qlvb'), agency('H99.01')];
const upper: Caller = { keyId: 'key-hub', system: 'TRUC', role: 'hub' };
const admin: Caller = { keyId: 'key-admin', system: 'QT', role: 'admin' };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-oversight-'));
  await seedStore(
    folder,
    [
      { code: 'H99.01', level: 'province', oldCodes: ['000.00.01.H99'] },
      { code: 'H99.21', system: 'qlvb' },
      { code: 'H99.22', system: 'qlvb', oldCodes: ['000.00.22.H99'] },
      { code: 'H99.23', system: 'qlvb', kind: 'public-service' },
      { code: 'H99.24', system: 'qlvb', validTo: '2026-06-30' },
      { code: 'G09', member: false, system: 'TRUC' },
    ],
    [],
  );
  const opened = await openHub(readConfig({ LIENTHONG_DATA: folder, LIENTHONG_HUB: 'H99.W00' }));
  hub = { ...opened, now: () => now };
});
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  now = new Date('2026-11-20T03:00:00.000Z');
});

const entry = () => ({ entryId: randomUUID(), at: now.toISOString(), act: 'test', by: 'test', subject: 'test', details: {} });

/** Raised as accepting a document raises it. */
const raise = async (organ: string, changes: Partial<AlertRaise> = {}): Promise<string> => {
  const alertId = `a_${randomUUID()}`;
  const alert: AlertRaise = {
    alertId,
    joins: false,
    key: `signature.unsigned:no-signature:${organ}:${alertId}`,
    kind: 'signature.unsigned',
    severity: 'high',
    organ,
    recordId: `r_${alertId}`,
    reason: 'no-signature',
    vi: 'Chưa ký số',
    en: 'unsigned',
    at: now.toISOString(),
    ...changes,
  };
  expect(await hub.commit({ journal: entry(), alerts: [alert] })).toEqual({ kind: 'done' });
  return alertId;
};

const failing = async (act: Promise<unknown>): Promise<HubError> => {
  const error = await act.then(
    () => null,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
};
const codeOf = async (act: Promise<unknown>): Promise<FailureCode> => (await failing(act)).code;

describe('alerts (contract §5)', () => {
  it('have exactly the shape of the contract, and with records when shown', async () => {
    const id = await raise('H99.22');
    const shown = await showAlert(hub, admin, id);
    const { records, ...item } = shown;
    expect(Object.keys(item)).toEqual([
      'alertId',
      'key',
      'kind',
      'severity',
      'state',
      'organ',
      'recordId',
      'count',
      'vi',
      'en',
      'raisedAt',
      'lastAt',
    ]);
    expect(records).toEqual([{ recordId: `r_${id}`, reason: 'no-signature', at: now.toISOString() }]);
    expect((await listAlerts(hub, admin, { limit: 100 })).items).toContainEqual(item);
  });

  it('are seen by the system whose organ sent, under an earlier code too, and by administrators; for others they do not exist', async () => {
    const [mine, old, others] = [await raise('H99.22'), await raise('000.00.22.H99'), await raise('H99.01')];
    const ids = async (caller: Caller, organ?: string): Promise<readonly string[]> =>
      (await listAlerts(hub, caller, { limit: 1000, ...(organ === undefined ? {} : { organ }) })).items.map((item) => item.alertId);
    expect(await ids(qlvb)).toEqual(expect.arrayContaining([mine, old]));
    expect(await ids(qlvb)).not.toContain(others);
    expect(await ids(admin)).toEqual(expect.arrayContaining([mine, old, others]));
    expect(await ids(qlvb, 'H99.01')).toEqual([]);
    expect(await ids(upper)).toEqual([]);
    expect(await codeOf(showAlert(hub, qlvb, others))).toBe('resource.unknown');
    expect(await codeOf(acknowledgeAlert(hub, so, mine))).toBe('resource.unknown');
    expect(await codeOf(settleAlert(hub, upper, mine, 'đã rõ'))).toBe('resource.unknown');
    expect(await codeOf(showAlert(hub, admin, 'a_none'))).toBe('resource.unknown');
  });

  it('are acknowledged and settled, repeats answer the same, a settled one stays settled', async () => {
    const id = await raise('H99.22');
    expect(await acknowledgeAlert(hub, qlvb, id)).toMatchObject({ alertId: id, state: 'acknowledged' });
    expect(await acknowledgeAlert(hub, qlvb, id)).toMatchObject({ state: 'acknowledged' });
    expect(await settleAlert(hub, admin, id, 'Đã ký số và gửi cập nhật')).toMatchObject({ state: 'settled' });
    expect(await settleAlert(hub, admin, id, 'lần nữa')).toMatchObject({ state: 'settled' });
    expect(await acknowledgeAlert(hub, admin, id)).toMatchObject({ state: 'settled' });
    expect((await showAlert(hub, admin, id)).state).toBe('settled');
  });

  it('want a reason for settling, which goes to the journal with the act', async () => {
    const id = await raise('H99.22');
    for (const reason of ['', '   ', 'x'.repeat(2001)]) {
      const error = await failing(settleAlert(hub, admin, id, reason));
      expect(error.faults[0]).toMatchObject({ code: 'request.invalid', at: '/reason' });
    }
    await settleAlert(hub, admin, id, '  Đã xử lý ');
    const written = (await hub.journal.list(0, 1000)).find((each) => each.subject === id);
    expect(written).toMatchObject({ act: 'alert.settled', by: 'key-admin', details: { reason: 'Đã xử lý', from: 'open' } });
  });

  it('take the decision also while documents keep joining', async () => {
    const id = await raise('H99.22');
    const { alert } = (await hub.alerts.get(id)) ?? { alert: null };
    // Another document joins between looking and deciding: the first commit is stale.
    let joined = false;
    const racing: OpenHub = {
      ...hub,
      commit: async (change) => {
        if (!joined && alert !== null) {
          joined = true;
          const { key, kind, severity, organ, vi, en } = alert;
          const raised: AlertRaise = {
            alertId: id,
            joins: true,
            key,
            kind,
            severity,
            organ,
            recordId: 'r_2',
            reason: null,
            vi,
            en,
            at: now.toISOString(),
          };
          expect(await hub.commit({ journal: entry(), alerts: [raised] })).toEqual({ kind: 'done' });
        }
        return hub.commit(change);
      },
    };
    expect(await settleAlert(racing, admin, id, 'xong')).toMatchObject({ state: 'settled', count: 2, recordId: 'r_2' });
    expect((await showAlert(hub, admin, id)).records).toHaveLength(2);
  });
});

describe('declarations (contract §5, §6)', () => {
  const numbers = { issuedToAgencies: 40, paperOnly: 1, otherElectronic: 2 };

  it('answer what is stored, and a repeat replaces', async () => {
    const stored = await declarePaper(hub, so, { period: '2026-11', numbers });
    expect(stored).toEqual({ organ: 'H99.01', period: '2026-11', ...numbers, declaredAt: now.toISOString(), declaredBy: 'H99.01' });
    now = new Date('2026-11-21T03:00:00.000Z');
    await declarePaper(hub, so, { period: '2026-11', numbers: { ...numbers, paperOnly: 3 } });
    const kept = (await hub.paper.declared(['2026-11'])).filter((month) => month.organ === 'H99.01');
    expect(kept).toHaveLength(1);
    expect(kept[0]).toMatchObject({ paperOnly: 3, declaredAt: now.toISOString() });
  });

  it('name the organ where the system speaks for several, by any of its codes', async () => {
    expect((await failing(declarePaper(hub, qlvb, { period: '2026-11', numbers }))).faults[0]).toMatchObject({
      code: 'request.invalid',
      at: '/organ',
    });
    expect(await declarePaper(hub, qlvb, { period: '2026-11', organ: '000.00.22.H99', numbers })).toMatchObject({ organ: 'H99.22' });
  });

  it('are made for own organs only, by an administrator for any, by a hub for none', async () => {
    expect(await codeOf(declarePaper(hub, qlvb, { period: '2026-11', organ: 'H99.01', numbers }))).toBe('resource.unknown');
    expect(await codeOf(declarePaper(hub, qlvb, { period: '2026-11', organ: 'H99.77', numbers }))).toBe('resource.unknown');
    expect(await codeOf(declarePaper(hub, upper, { period: '2026-11', organ: 'G09', numbers }))).toBe('role.insufficient');
    expect(await codeOf(declarePaper(hub, admin, { period: '2026-11', numbers }))).toBe('request.invalid');
    expect(await declarePaper(hub, admin, { period: '2026-11', organ: 'H99.21', numbers })).toMatchObject({ declaredBy: 'key-admin' });
  });

  it('begin with the first day of the period in Việt Nam, not in Greenwich', async () => {
    now = new Date('2026-11-30T16:59:59.000Z');
    expect(await codeOf(declarePaper(hub, so, { period: '2026-12', numbers }))).toBe('declaration.invalid');
    now = new Date('2026-11-30T17:00:00.000Z');
    expect(await declarePaper(hub, so, { period: '2026-12', numbers })).toMatchObject({ period: '2026-12' });
    now = new Date('2026-11-14T16:59:59.000Z');
    expect(await codeOf(declarePaper(hub, so, { period: 'BC2026-12', numbers }))).toBe('declaration.invalid');
    now = new Date('2026-11-14T17:00:00.000Z');
    expect(await declarePaper(hub, so, { period: 'BC2026-12', numbers })).toMatchObject({ period: 'BC2026-12' });
  });

  it('are for months only; a period that is none is request.invalid', async () => {
    expect(await codeOf(declarePaper(hub, so, { period: '2026-Q4', numbers }))).toBe('declaration.invalid');
    expect(await codeOf(declarePaper(hub, so, { period: '2026', numbers }))).toBe('declaration.invalid');
    expect(await codeOf(declarePaper(hub, so, { period: 'tháng 11', numbers }))).toBe('request.invalid');
  });

  it.each([
    [{ issuedToAgencies: 1.5, paperOnly: -1, otherElectronic: '2' }, ['/issuedToAgencies', '/paperOnly', '/otherElectronic']],
    [{ issuedToAgencies: 10, paperOnly: 1 }, ['/otherElectronic']],
    [{ issuedToAgencies: 10, paperOnly: 9, otherElectronic: 2 }, ['/issuedToAgencies']],
    [{ issuedToAgencies: 2 ** 53, paperOnly: 0, otherElectronic: 0 }, ['/issuedToAgencies']],
    [{ issuedToAgencies: null, paperOnly: Number.NaN, otherElectronic: true }, ['/issuedToAgencies', '/paperOnly', '/otherElectronic']],
  ])('refuse %j, every fault with its place', async (wrong, places) => {
    const error = await failing(declarePaper(hub, so, { period: '2026-11', numbers: wrong }));
    expect(error.faults.map(({ code, at }) => [code, at])).toEqual(places.map((at) => ['declaration.invalid', at]));
  });

  it('refuse an organ that the report of that month would not show', async () => {
    expect(await codeOf(declarePaper(hub, admin, { period: '2026-11', organ: 'G09', numbers }))).toBe('declaration.invalid');
    expect(await codeOf(declarePaper(hub, admin, { period: '2026-11', organ: 'H99.24', numbers }))).toBe('declaration.invalid');
    expect(await declarePaper(hub, admin, { period: '2026-06', organ: 'H99.24', numbers })).toMatchObject({ organ: 'H99.24' });
  });
});

describe('the report (contract §6)', () => {
  const delta = (day: string, organ: string, figure: FigureDelta['figure'], by: number): FigureDelta => ({ day, organ, figure, by });

  beforeAll(async () => {
    const figures = [
      delta('2026-09-30', 'H99.01', 'electronic-only', 100),
      delta('2026-09-01', 'H99.01', 'electronic-only', 9),
      delta('2026-09-30', 'H99.01', 'signed-valid', 100),
      delta('2026-10-01', 'H99.01', 'electronic-only', 1000),
      delta('2026-09-10', 'H99.22', 'turns-sent', 4),
      delta('2026-09-10', 'H99.23', 'turns-received', 4),
    ];
    expect(await hub.commit({ journal: entry(), figures })).toEqual({ kind: 'done' });
    await declarePaper(hub, admin, {
      period: '2026-09',
      organ: 'H99.01',
      numbers: { issuedToAgencies: 110, paperOnly: 1, otherElectronic: 0 },
    });
    await hub.keys.touch('qlvb', '2026-11-19T00:00:00.000Z');
  });

  it('counts from the first to the last day of the period, both included', async () => {
    const report = await complianceFor(hub, admin, { period: '2026-09' });
    expect(report).toMatchObject({ period: '2026-09', from: '2026-09-01', to: '2026-09-30', computedAt: now.toISOString(), ended: true });
    expect(report.rows.map((row) => row.organ)).toEqual(['H99.01', 'H99.21', 'H99.22']);
    expect(report.rows[0]).toMatchObject({ electronicOnly: 109, issued: 110, share: 109 / 110, signed: 100, difference: 0 });
    expect(report.levels?.map((level) => [level.level, level.organs, level.declaredOrgans])).toEqual([
      ['province', 1, 1],
      ['commune', 2, 0],
    ]);
    expect(report.total).toMatchObject({ organs: 3, declaredOrgans: 1, electronicOnly: 109, issued: 110, share: 109 / 110 });
  });

  it('says who takes part and which systems are connected', async () => {
    const report = await complianceFor(hub, admin, { period: '2026-09', kind: 'all' });
    expect(report.rows).toHaveLength(4);
    expect(report.coverage).toEqual({
      activeOrgans: 2,
      organs: 4,
      activeShare: 0.5,
      connectedSystems: 1,
      systems: 2,
      connectedShare: 0.5,
    });
  });

  it('gives an agency its own rows, without levels and total, and a hub none', async () => {
    const report = await complianceFor(hub, qlvb, { period: '2026-09' });
    expect(report.rows.map((row) => row.organ)).toEqual(['H99.21', 'H99.22']);
    expect(report).toMatchObject({ levels: null, total: null, coverage: null });
    expect((await complianceFor(hub, upper, { period: '2026-09' })).rows).toEqual([]);
  });

  it('refuses a period or kind that is none', async () => {
    expect(await codeOf(complianceFor(hub, admin, { period: '2026-9' }))).toBe('request.invalid');
    expect(await codeOf(complianceFor(hub, admin, { period: '2026-09', kind: 'school' }))).toBe('request.invalid');
  });
});

describe('the journal’s chain', () => {
  it('is intact after sealing, and the place of a change is found', async () => {
    await hub.journal.seal(10_000);
    const chain = await checkChain(hub);
    expect(chain).toMatchObject({ brokenAt: null, unsealed: 0 });
    expect(chain.sealed).toBeGreaterThan(10);
    const altered = async (after: number, limit: number) =>
      (await hub.journal.list(after, limit)).map((each) => (each.sequence === 5 ? { ...each, by: 'someone else' } : each));
    expect(await checkChain({ journal: { ...hub.journal, list: altered } })).toMatchObject({ brokenAt: 5, sealed: 4 });
    const shortened = async (after: number, limit: number) => (await hub.journal.list(after, limit)).filter((each) => each.sequence !== 3);
    expect(await checkChain({ journal: { ...hub.journal, list: shortened } })).toMatchObject({ brokenAt: 4, sealed: 2 });
  });
});
