import { describe, expect, it } from 'vitest';
import type { Envelope, OrganId, Organization } from '../../src/envelope/types.ts';
import { routesFor } from '../../src/exchange/route.ts';
import type { Caller } from '../../src/records/key.ts';
import type { Policy } from '../../src/records/policy.ts';
import { directoryOf, organ } from '../support/directory.ts';

const directory = directoryOf(
  organ('H99.01', { name: 'Sở Nội vụ', oldCodes: ['000.00.01.H99'] }),
  organ('H99.02', { name: 'Sở Xây dựng' }),
  organ('H99.30', { name: 'Văn thư chung', system: 'QLVB' }),
  organ('H99.31', { name: 'Phòng trực thuộc', delegate: 'H99.30' }),
  organ('H99.90', { locked: true }),
  organ('H99.91', { validTo: '2025-06-30' }),
  organ('H99.92', { validTo: '2025-06-30', successor: 'H99.93' }),
  organ('H99.93', { validTo: '2025-12-31', successor: 'H99.01' }),
  organ('H99.94', { validTo: '2025-06-30', successor: 'H99.95' }),
  organ('H99.95', { validTo: '2025-06-30', successor: 'H99.94' }),
  organ('H99.96', { validFrom: '2027-01-01' }),
  organ('G09', { name: 'Bộ Nội vụ', member: false, system: null, level: 'central' }),
  organ('H98.01', { member: false, system: 'TRUC-H98' }),
);

const agency: Caller = { keyId: 'k', system: 'H99.02', role: 'agency' };
const hub: Caller = { keyId: 'k', system: 'TRUC', role: 'hub' };
const redirecting: Policy = { name: 'test', rules: [], closedCode: 'redirect' };

const routing = (codes: readonly string[], { caller = agency, policy = redirecting }: { caller?: Caller; policy?: Policy } = {}) => {
  const to = codes.map((code) => ({ organId: code as OrganId, name: null })) as unknown as Organization[];
  return routesFor({ directory, caller, policy, day: '2026-11-20' }, { to } as unknown as Envelope);
};
const faults = (codes: readonly string[], given?: Parameters<typeof routing>[1]) =>
  routing(codes, given).faults.map(({ code, at }) => `${code} ${at}`);

describe('each recipient is resolved before anything is promised', () => {
  it('a member goes to the inbox of its system, a delegate collects instead of its organ, a foreign organ without a system waits for the upper hub', () => {
    expect(routing(['H99.01', 'H99.31', 'G09', 'H98.01']).routes.map(({ organ: code, via, collector }) => [code, via, collector])).toEqual([
      ['H99.01', 'inbox', 'H99.01'],
      ['H99.31', 'inbox', 'QLVB'],
      ['G09', 'upper', null],
      ['H98.01', 'inbox', 'TRUC-H98'],
    ]);
  });

  it('an earlier code is the same organ', () => {
    expect(routing(['000.00.01.H99']).routes).toMatchObject([{ organ: 'H99.01', redirectedFrom: null }]);
  });

  it('unknown codes are all named with the nearest organs', () => {
    const { faults: found } = routing(['H99.0l', 'H99.01', 'Z00']);
    expect(found.map(({ code, at }) => [code, at])).toEqual([
      ['organ.unknown', 'MessageHeader/To[1]/OrganId'],
      ['organ.unknown', 'MessageHeader/To[3]/OrganId'],
    ]);
    expect(found[0]?.vi).toContain('H99.01 (Sở Nội vụ)');
  });

  it('from a hub an unknown recipient is parked and the others go', () => {
    const { routes, faults: found, warnings } = routing(['Z00', 'H99.01'], { caller: hub });
    expect(found).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['organ.unknown']);
    expect(routes.map(({ organ: code, parked }) => [code, parked])).toEqual([
      ['Z00', true],
      ['H99.01', false],
    ]);
  });

  it('a locked recipient is refused, also behind a closed one', () => {
    expect(faults(['H99.90'])).toEqual(['organ.locked MessageHeader/To[1]/OrganId']);
  });

  it('a code that is not yet valid is unknown', () => {
    expect(faults(['H99.96'])).toEqual(['organ.unknown MessageHeader/To[1]/OrganId']);
    expect(routing(['H99.96']).faults[0]?.vi).toBe('Mã định danh "H99.96" không có trong danh mục trước ngày 2027-01-01 (Cơ quan H99.96)');
  });
});

describe('a closed code', () => {
  it('redirects along the chain of successors to the one valid today, and says so', () => {
    const { routes, warnings } = routing(['H99.92']);
    expect(routes).toMatchObject([{ organ: 'H99.01', redirectedFrom: 'H99.92' }]);
    expect(warnings.map(({ code, at }) => [code, at])).toEqual([['organ.closed', 'MessageHeader/To[1]/OrganId']]);
  });

  it('is refused without a successor, in a circle of successors, or where the policy refuses', () => {
    expect(faults(['H99.91'])).toEqual(['organ.closed MessageHeader/To[1]/OrganId']);
    expect(faults(['H99.94'])).toEqual(['organ.closed MessageHeader/To[1]/OrganId']);
    expect(faults(['H99.92'], { policy: { ...redirecting, closedCode: 'refuse' } })).toEqual(['organ.closed MessageHeader/To[1]/OrganId']);
  });

  it('that meets its successor becomes one delivery with a warning, addressed directly', () => {
    const { routes, faults: found, warnings } = routing(['H99.92', 'H99.01']);
    expect(found).toEqual([]);
    expect(routes).toMatchObject([{ organ: 'H99.01', redirectedFrom: null }]);
    expect(warnings.map(({ code }) => code)).toEqual(['organ.closed', 'recipient.duplicate']);
  });
});

describe('a recipient named twice', () => {
  it('is a fault at its second place, under any of its codes', () => {
    expect(faults(['H99.01', '000.00.01.H99'])).toEqual(['recipient.duplicate MessageHeader/To[2]/OrganId']);
  });
  it('from a hub is a warning and one delivery', () => {
    const { routes, faults: found, warnings } = routing(['H99.01', 'H99.01'], { caller: hub });
    expect([routes.length, found.length, warnings.map(({ code }) => code)]).toEqual([1, 0, ['recipient.duplicate']]);
  });
});
