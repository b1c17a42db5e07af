/** The table of a list's entries, byte by byte: serial numbers, issuers, what makes a list unusable. */
import { describe, expect, it } from 'vitest';
import { DerError } from '../../../../src/signature/asn1/der.ts';
import { boolean, type Der, octets, oid, sequence, tagged, time, tlv, utf8 } from '../../../../src/signature/asn1/write.ts';
import { readEntries } from '../../../../src/signature/revocation/crl/entries.ts';
import { extension } from '../../../../src/signature/sign/extension.ts';
import { at, general, nameDer } from '../../path/authority.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const on = (date: string): Der => time(at(date));
const late = tlv(0x18, Buffer.from('20260301000000Z'));
const entry = (serial: string, ...extensions: readonly Der[]): Der =>
  sequence(tlv(0x02, hex(serial)), on('2026-01-01'), ...(extensions.length === 0 ? [] : [sequence(...extensions)]));
const reason = (code: number): Der => extension('2.5.29.21', false, Buffer.from([0x0a, 1, code]));
const since = (date: string): Der => extension('2.5.29.24', false, tlv(0x18, Buffer.from(`${date}Z`)));
const issuerOf = (name: string, critical = true): Der => extension('2.5.29.29', critical, sequence(general.directory(nameDer(name))));
const keyOf = (name: string): string => `directory:${JSON.stringify([`CN=${name.toLowerCase()}`])}`;

const own = 'directory:own';
const entriesIn = (...parts: readonly Uint8Array[]) => readEntries(Buffer.concat(parts), own, false);
const indirectIn = (...parts: readonly Uint8Array[]) => readEntries(Buffer.concat(parts), own, true);

describe('an entry', () => {
  it('is found by its serial number, whatever else stands in the list', () => {
    const serials = ['01', '7f', '0080', '00ff', 'ff', '0102', '0201', '01020304', '0102030405060708090a0b0c0d0e0f1011121314'];
    const list = entriesIn(...serials.map((serial) => entry(serial)));
    expect(list.count).toBe(serials.length);
    for (const serial of serials)
      expect(list.find(hex(serial), own)).toEqual({ revokedAt: at('2026-01-01'), reason: null, invalidSince: null });
    for (const serial of ['02', '00', '80', '0103', '010203', '0102030405', '000102030405']) expect(list.find(hex(serial), own)).toBeNull();
    expect(list.find(hex('01'), 'directory:other')).toBeNull();
  });

  it('of an empty list is none', () => {
    const list = entriesIn();
    expect([list.count, list.find(hex('01'), own), list.find(hex(''), own)]).toEqual([0, null, null]);
  });

  it('is the same with octets in front that DER forbids, and no other', () => {
    const found = (listed: string, asked: string): boolean => entriesIn(entry(listed)).find(hex(asked), own) !== null;
    expect(found('0001', '01')).toBe(true);
    expect(found('01', '000001')).toBe(true);
    expect(found('000001', '0001')).toBe(true);
    expect(found('007f', '7f')).toBe(true);
    expect(found('ffff80', '80')).toBe(true);
    expect(found('80', 'ff80')).toBe(true);
    expect(found('ffff', 'ff')).toBe(true);
    expect(found('0000', '00')).toBe(true);
    // 128 and -128, 255 and -1, 127 and -129.
    expect(found('0080', '80')).toBe(false);
    expect(found('ff', '00ff')).toBe(false);
    expect(found('ff7f', '7f')).toBe(false);
    expect(found('00', '01')).toBe(false);
    expect(found('', '')).toBe(true);
  });

  it('says when, why, and since when the key was bad', () => {
    const list = entriesIn(
      entry('01', reason(1)),
      entry('02', reason(10), since('20251231120000')),
      sequence(tlv(0x02, hex('03')), late),
      sequence(tlv(0x02, hex('04')), late, sequence(reason(0))),
      entry('05', extension('1.2.3', false, utf8('x'))),
    );
    expect(list.find(hex('01'), own)).toEqual({ revokedAt: at('2026-01-01'), reason: 1, invalidSince: null });
    expect(list.find(hex('02'), own)).toEqual({ revokedAt: at('2026-01-01'), reason: 10, invalidSince: new Date('2025-12-31T12:00:00Z') });
    expect(list.find(hex('03'), own)).toEqual({ revokedAt: at('2026-03-01'), reason: null, invalidSince: null });
    expect(list.find(hex('04'), own)).toEqual({ revokedAt: at('2026-03-01'), reason: 0, invalidSince: null });
    expect(list.find(hex('05'), own)?.reason).toBeNull();
  });

  it('that stands several times counts by the worst: lasting, hold, removed; then the earliest', () => {
    const dated = (date: string, ...more: readonly Der[]): Der =>
      sequence(tlv(0x02, hex('01')), on(date), ...(more.length === 0 ? [] : [sequence(...more)]));
    const [removed, hold, lasting, later] = [
      dated('2026-01-01', reason(8)),
      dated('2026-01-02', reason(6)),
      dated('2026-01-04', reason(1)),
      dated('2026-01-05'),
    ];
    const found = (...parts: readonly Der[]) => entriesIn(...parts).find(hex('01'), own);
    for (const order of [
      [removed, hold, lasting, later],
      [later, lasting, hold, removed],
      [hold, later, removed, lasting],
    ])
      expect(found(...order)).toMatchObject({ reason: 1, revokedAt: at('2026-01-04') });
    expect(found(hold, removed)?.reason).toBe(6);
    expect(found(removed, hold)?.reason).toBe(6);
    expect(found(removed)?.reason).toBe(8);
  });
});

describe('an indirect list', () => {
  it('names an issuer for an entry and all that follow it', () => {
    const list = indirectIn(
      entry('01'),
      entry('02', issuerOf('A')),
      entry('03'),
      entry('04', reason(1), issuerOf('B', false)),
      entry('05'),
      entry('06', issuerOf('C')),
      entry('07'),
      entry('08', issuerOf('D')),
    );
    const whose = (serial: string) => [own, ...['A', 'B', 'C', 'D'].map(keyOf)].filter((issuer) => list.find(hex(serial), issuer) !== null);
    const expected = [own, keyOf('A'), keyOf('A'), keyOf('B'), keyOf('B'), keyOf('C'), keyOf('C'), keyOf('D')];
    expect(['01', '02', '03', '04', '05', '06', '07', '08'].map(whose)).toEqual(expected.map((key) => [key]));
    expect(list.find(hex('04'), keyOf('B'))?.reason).toBe(1);
  });

  it('may name one by several names; other kinds of names are nobody', () => {
    const two = extension(
      '2.5.29.29',
      true,
      sequence(general.directory(nameDer('A')), tlv(0x88, hex('2a')), general.directory(nameDer('B'))),
    );
    const list = indirectIn(entry('01', two));
    expect([keyOf('A'), keyOf('B'), own].map((issuer) => list.find(hex('01'), issuer) !== null)).toEqual([true, true, false]);
    const nobody = indirectIn(entry('01', extension('2.5.29.29', true, sequence(tlv(0x88, hex('2a'))))));
    expect(nobody.find(hex('01'), own)).toBeNull();
  });

  it('keeps two certificates of one number apart', () => {
    const list = indirectIn(entry('01', reason(4)), entry('01', issuerOf('A'), reason(1)));
    expect([list.find(hex('01'), own)?.reason, list.find(hex('01'), keyOf('A'))?.reason]).toEqual([4, 1]);
  });
});

describe('a list that may not be used', () => {
  const unused =
    (bytes: Uint8Array, indirect = false) =>
    () =>
      readEntries(bytes, own, indirect);

  it('names an issuer without being indirect', () => {
    expect(unused(entry('01', issuerOf('A')))).toThrow('not indirect');
    expect(unused(entry('01', issuerOf('A')), true)).not.toThrow();
  });

  it.each<[string, Der, boolean]>([
    ['critical and unknown', extension('1.2.3', true, utf8('x')), false],
    ['not critical', extension('1.2.3', false, utf8('x')), true],
    ['expressly not critical', sequence(oid('1.2.3'), tlv(0x01, hex('00')), octets(utf8('x'))), true],
    ['a critical reason', extension('2.5.29.21', true, hex('0a0101')), true],
    ['a critical date', extension('2.5.29.24', true, tlv(0x18, Buffer.from('20251231120000Z'))), true],
    ['critical, its last arc one more', extension('2.5.29.30', true, utf8('x')), false],
  ])('for the sake of an extension: %s', (_, one, usable) => {
    for (const all of [[one], [reason(1), one], [one, since('20251231120000')]])
      if (usable) expect(unused(Buffer.concat([entry('01'), entry('02', ...all)]))).not.toThrow();
      else expect(unused(Buffer.concat([entry('01'), entry('02', ...all)]))).toThrow('critical');
  });

  it.each([
    ['no sequence', '3103020101'],
    ['cut in its head', '30'],
    ['longer than the list', '3005020101'],
    ['of no length', '3080020101'],
    ['of a length of five bytes', '308500000000030201010000'],
    ['whose number is no integer', '3012040101170d3236303130313030303030305a'],
    ['whose number goes beyond it', '30030202011702'],
    ['whose time is none', '30050201010500'],
    ['whose time goes beyond the list', '30050201011709'],
    ['without a time', '3003020101'],
    ['followed by something', '3012020101170d3236303130313030303030305a00'],
    ['with extensions that are none', '30140201 01170d3236303130313030303030305a0400'],
  ])('has an entry %s', (_, bytes) => {
    expect(unused(hex(bytes.replaceAll(' ', '')))).toThrow(DerError);
  });

  it('holds lengths of one to four bytes as well', () => {
    const inside = hex('020101170d3236303130313030303030305a');
    for (const head of ['3012', '308112', '30820012', '3083000012', '308400000012']) {
      expect(entriesIn(hex(head), inside).find(hex('01'), own)?.revokedAt).toEqual(at('2026-01-01'));
    }
    const long = extension('1.2.3', false, octets(Buffer.alloc(300)));
    expect(entriesIn(entry('01'), entry('02', long), entry('03')).count).toBe(3);
    expect(entriesIn(entry('02', extension('1.2.3', false, octets(Buffer.alloc(100)))), entry('03')).find(hex('03'), own)).not.toBeNull();
  });

  it('has very many entries of one number', () => {
    const alike = (count: number) => Array.from({ length: count }, () => entry('01'));
    expect(entriesIn(...alike(101)).count).toBe(101);
    expect(() => entriesIn(...alike(102))).toThrow('alike');
  });

  it('has a critical extension whose flag is longer than usual, or stands on its own', () => {
    const odd = sequence(oid('1.2.3'), boolean(true), octets(utf8('x')), tagged(0, utf8('y')));
    expect(unused(entry('01', odd))).toThrow('critical');
  });
});
