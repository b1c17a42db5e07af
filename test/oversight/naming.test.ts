/** Which organ a certificate's names mean, whose seal an organ may use, and what is learnt: in doubt nobody's. */
import { describe, expect, it } from 'vitest';
import { attributed, learntOrgan } from '../../src/oversight/holders/attribution.ts';
import { kinOf, todayOf } from '../../src/oversight/holders/kin.ts';
import { foldName, organNamed, prepareNames } from '../../src/oversight/holders/naming.ts';
import { type Holder, holderKey } from '../../src/records/holder.ts';
import type { Directory } from '../../src/records/organ.ts';
import type { SignerProof } from '../../src/signature/proof.ts';
import { directoryOf, organ } from '../support/directory.ts';

const directory = directoryOf(
  organ('H99', { name: 'UBND tỉnh Mẫu' }),
  organ('H99.1', { name: 'Sở Nội vụ', parent: 'H99' }),
  organ('H99.2', { name: 'Văn phòng UBND tỉnh', parent: 'H99' }),
  organ('H99.11', { name: 'UBND xã Tân Lập', parent: 'H99' }),
  organ('H99.12', { name: 'Ủy ban nhân dân xã Phú Hòa', parent: 'H99' }),
  organ('H99.13', { name: 'UBND phường Đông Sơn', parent: 'H99' }),
  organ('H99.14', { name: 'UBND xã Tân Lập', parent: 'HUYEN', successor: 'H99.11', validTo: '2025-06-30' }),
  organ('H99.15', { name: 'UBND xã Đông', parent: 'H99' }),
  organ('HUYEN', { name: 'UBND huyện Cũ', parent: 'H99', validTo: '2025-06-30' }),
  organ('H88', { name: 'UBND tỉnh Bạn', member: false }),
  organ('H88.1', { name: 'Sở Nội vụ tỉnh Bạn', parent: 'H88', member: false }),
  organ('H88.2', { name: 'Sở Xây dựng', parent: 'H88', member: false }),
  organ('G09', { name: 'Bộ Nội vụ', member: false }),
);

const named = (sender: string, name: string | null, organisation: string | null = 'UBND tỉnh Mẫu', inside: Directory = directory) => {
  const organOf = inside.organs.get(sender) ?? organ(sender);
  return organNamed(inside, organOf, kinOf(inside, organOf), { name, organisation })?.code ?? null;
};

describe('the organ that CN and O name', () => {
  const cases: readonly (readonly [
    from: string,
    name: string | null,
    organisation: string | null,
    expected: string | null,
    why: string,
  ])[] = [
    [
      'H99.11',
      'ỦY BAN NHÂN DÂN XÃ TÂN LẬP',
      'UBND tỉnh Mẫu',
      'H99.11',
      'the sender, abbreviated otherwise, though two codes bear the name',
    ],
    ['H99.11', 'Uỷ ban nhân dân xã Phú Hoà', 'UBND TỈNH MẪU', 'H99.12', 'another, however the marks are placed'],
    ['H99.11', 'UY BAN NHAN DAN XA PHU HOA', 'Uy ban nhan dan tinh Mau', 'H99.12', 'another, without marks'],
    ['H99.11', 'UBND xã Phú Hòa', 'UBND xã Phú Hòa', 'H99.12', 'O repeats CN'],
    ['H99.11', 'UBND xã Phú Hòa', null, 'H99.12', 'no O'],
    ['H99.11', 'UBND xã Phú Hòa', 'UBND tỉnh Lạ', 'H99.12', 'an O that the directory does not know, between members'],
    ['H99.11', 'UBND xã Phú Hòa', 'UBND tỉnh Bạn', null, 'an O that names another province'],
    ['H99.11', 'UBND xã Phú Hòa', 'UBND huyện Cũ', null, 'an O that names a body not above it'],
    ['H99.13', 'UBND xã Tân Lập', 'UBND tỉnh Mẫu', null, 'two organs of that name'],
    ['H99.11', 'UBND tỉnh Mẫu', null, 'H99', 'the parent'],
    ['H99.2', 'UBND tỉnh', null, null, 'perhaps the sender: every word stands in its name'],
    ['H88.1', 'Sở Nội vụ', 'UBND tỉnh Bạn', null, 'a foreign department by its short name, another has exactly that name'],
    ['H88.1', 'Sở Nội vụ', 'UBND tỉnh Mẫu', null, 'even then it is perhaps the sender'],
    ['G09', 'Sở Xây dựng', 'UBND tỉnh Lạ', null, 'of foreign organs O must say the same'],
    ['G09', 'Sở Xây dựng', 'UBND tỉnh Bạn', 'H88.2', 'and says it'],
    ['H99.13', 'UBND xã Đông', null, 'H99.15', 'xã and phường are told apart'],
    ['H99.11', 'Nguyễn Văn An', 'UBND tỉnh Mẫu', null, 'nobody'],
    ['H99.11', null, 'UBND tỉnh Mẫu', null, 'no name'],
    ['H99.11', ' – ', null, null, 'no word'],
  ];
  for (const [from, name, organisation, expected, why] of cases)
    it(`from ${from}, CN ${name}, O ${organisation}: ${expected} (${why})`, () => expect(named(from, name, organisation)).toBe(expected));

  it('is found in a directory of twenty thousand without holding up others', async () => {
    const many = directoryOf(...Array.from({ length: 20_000 }, (_, i) => organ(`H97.${i}`, { name: `UBND xã số ${i}` })));
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 0);
    await prepareNames(many);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(10);
    expect(named('H97.7', 'Ủy ban nhân dân xã số 19999', null, many)).toBe('H97.19999');
  });

  it('folds names to words, abbreviations written out', () => {
    expect(foldName('VP. UBND T.P Pleiku – Gia Lai')).toBe('van phong uy ban nhan dan t p pleiku gia lai');
    expect(foldName('HĐND-UBND TP Pleiku')).toBe('hoi dong nhan dan uy ban nhan dan thanh pho pleiku');
  });
});

describe('whose seal an organ may use', () => {
  const kin = (code: string, inside: Directory) => {
    const { self, above } = kinOf(inside, inside.organs.get(code) ?? organ(code));
    return [[...self].sort().join(' '), [...above].sort().join(' ')];
  };
  it('its own through all changes, the other code of the office, and its parents', () => {
    const office = directoryOf(
      organ('P'),
      organ('P0', { successor: 'P' }),
      organ('Q', { parent: 'P0', statisticsAs: 'Q2' }),
      organ('Q2', { parent: 'P' }),
      organ('Q1', { successor: 'Q', oldCodes: ['old'] }),
      organ('R', { successor: 'old' }),
      organ('Z', { parent: 'Q' }),
    );
    expect(kin('Q', office)).toEqual(['Q Q1 Q2 R', 'P P0']);
    expect(kin('Z', office)).toEqual(['Z', 'Q Q1 R']);
    expect(kin('R', office)[0]).toBe('Q Q1 R');
  });

  it('ends where references go in circles', () => {
    const circle = directoryOf(organ('A', { successor: 'B', parent: 'B' }), organ('B', { successor: 'A', parent: 'A', statisticsAs: 'A' }));
    expect(kin('A', circle)).toEqual(['A B', 'A B']);
    expect(['A', 'B']).toContain(todayOf(circle, 'A'));
  });
});

describe('what is learnt', () => {
  const count = (code: string, documents: number) => ({ key: 'k', organ: code, documents });
  it.each([
    [[count('H99.11', 3)], 'H99.11'],
    [[count('H99.11', 2)], null],
    [[], null],
    [[count('H99.11', 3), count('H99.12', 1)], null],
    // The commune that was merged into it counts as it.
    [[count('H99.14', 2), count('H99.11', 1)], 'H99.11'],
    [[count('H99.14', 3)], 'H99.11'],
  ])('%j is %s', (counts, expected) => expect(learntOrgan(directory, counts)).toBe(expected));

  const signer = (changes: Partial<SignerProof> = {}): SignerProof => ({
    ...{
      name: 'Thiết bị 01',
      organisation: null,
      kind: 'unknown',
      organ: null,
      knownBy: null,
      serial: '01',
      issuer: 'CN=CA',
      validTo: null,
    },
    ...changes,
  });
  const key = holderKey('CN=CA', '01');
  const told = (sender: string, who: SignerProof, holder: Partial<Holder> | null, counts: readonly ReturnType<typeof count>[] = []) => {
    const organOf = directory.organs.get(sender) ?? organ(sender);
    const listed: Holder = { key, serial: '01', issuer: 'CN=CA', kind: 'agency', organ: 'H99.12', person: null, validTo: null, ...holder };
    const knowledge = { listed: new Map(holder === null ? [] : [[key, listed]]), sighted: new Map([[key, counts]]) };
    const {
      kind,
      organ: code,
      knownBy,
    } = attributed(who, knowledge, {
      ...{ directory, sender: organOf, kin: kinOf(directory, organOf), day: '2026-11-20' },
    });
    return `${kind} ${code} ${knownBy}`;
  };

  it('gives way to the list, and the list ends with its last day', () => {
    const seen = [count('H99.11', 3)];
    expect(told('H99.11', signer(), {}, seen)).toBe('agency H99.12 registry');
    expect(told('H99.11', signer({ kind: 'person' }), { kind: 'agency' })).toBe('agency H99.12 registry');
    expect(told('H99.11', signer(), { kind: 'person', organ: null })).toBe('person null registry');
    expect(told('H99.11', signer(), { validTo: '2026-11-20' }, seen)).toBe('agency H99.12 registry');
    expect(told('H99.11', signer(), { validTo: '2026-11-19' }, seen)).toBe('agency H99.11 learnt');
  });

  it('is not for persons, nor against the very name of the sender', () => {
    const seen = [count('H99.12', 3)];
    expect(told('H99.11', signer({ kind: 'person', knownBy: 'guess' }), null, seen)).toBe('person null guess');
    expect(told('H99.11', signer({ name: 'UBND xã Tân Lập', kind: 'agency' }), null, seen)).toBe('agency H99.11 guess');
    expect(told('H99.11', signer(), null, seen)).toBe('agency H99.12 learnt');
  });

  it('from an office is not held against the body above it, whose seal the office may have used', () => {
    expect(told('H99', signer(), null, [count('H99.2', 3)])).toBe('unknown null null');
    expect(told('H99.11', signer(), null, [count('H99.2', 3)])).toBe('agency H99.2 learnt');
  });
});
