/** The reader of tag-length-value by hand-written bytes (X.690): what it takes, and with which words it refuses. */
import { describe, expect, it } from 'vitest';
import {
  bitsOf,
  childrenOf,
  DerError,
  DerLimitError,
  integerHex,
  isAbsentOrNull,
  isContext,
  isUniversal,
  octetString,
  octetsOf,
  oidOf,
  readTlv,
  readWhole,
  sequenceOf,
  setOf,
  smallInteger,
  type Tlv,
  textOf,
  timeOf,
} from '../../../src/signature/asn1/der.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const tlv = (text: string): Tlv => readTlv(hex(text));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const ascii = (tag: string, text: string): Tlv =>
  tlv(`${tag} ${Buffer.from([text.length]).toString('hex')} ${Buffer.from(text).toString('hex')}`);

const refused = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return `${error.name}: ${error.message}`;
  }
  return 'taken';
};

describe('a tag', () => {
  it.each<readonly [string, number, boolean, number]>([
    ['02 00', 0, false, 2],
    ['30 00', 0, true, 16],
    ['43 00', 1, false, 3],
    ['a5 00', 2, true, 5],
    ['de 00', 3, false, 30],
    ['9f 1f 00', 2, false, 31],
    ['bf 81 01 00', 2, true, 129],
    ['9f 83 82 05 00', 2, false, 3 * 128 * 128 + 2 * 128 + 5],
    ['9f ff ff ff 7f 00', 2, false, 2 ** 28 - 1],
  ])('%s is class %d, constructed %s, number %d', (source, tagClass, constructed, tag) => {
    expect(tlv(source)).toMatchObject({ tagClass, constructed, tag, bytes: hex(source), content: Buffer.alloc(0) });
  });
  it.each<readonly [string, string]>([
    ['', 'ended before a tag'],
    ['1f', 'ended inside a tag'],
    ['9f 81', 'ended inside a tag'],
    ['9f ff ff ff ff 7f 00', 'tag number too large'],
    ['9f ff ff ff ff', 'tag number too large'],
  ])('%s is refused: %s', (source, message) => {
    expect(refused(() => tlv(source))).toBe(`DerError: ${message}`);
  });
});

describe('a length', () => {
  it.each<readonly [string, string, string]>([
    ['04 00', '', ''],
    ['04 02 0102', '0102', ''],
    ['04 02 0102 99', '0102', '99'],
    [`04 7f ${'ab'.repeat(127)}`, 'ab'.repeat(127), ''],
    ['04 81 02 0102', '0102', ''],
    [`04 81 80 ${'cd'.repeat(128)}`, 'cd'.repeat(128), ''],
    [`04 82 0102 ${'ef'.repeat(258)} 00`, 'ef'.repeat(258), '00'],
    ['04 84 00000003 010203', '010203', ''],
    ['30 80 0401aa 0000', '0401aa', ''],
    ['30 80 0401aa 0000 55', '0401aa', '55'],
    ['30 80 30 80 0401aa 0000 0401bb 0000', '30800401aa00000401bb', ''],
    ['30 80 0000', '', ''],
    ['30 80 0402 0000 0000', '04020000', ''],
  ])('of %s: content %s, %s behind', (source, content, behind) => {
    const element = tlv(source);
    expect(hexOf(element.content)).toBe(content);
    expect(hexOf(hex(source).subarray(element.bytes.length))).toBe(behind);
  });
  it.each<readonly [string, string]>([
    ['04', 'ended before a length'],
    ['04 80 00 00', 'indefinite length on a primitive'],
    ['04 85 0000000001 aa', 'length too large'],
    ['04 82 01', 'ended inside a length'],
    ['04 81', 'ended inside a length'],
    ['04 02 01', 'length beyond the end'],
    ['30 80 0401aa', 'no end-of-contents'],
    ['30 80', 'no end-of-contents'],
    ['30 80 00 01', 'length beyond the end'],
    ['30 80 00', 'ended before a length'],
    ['30 80 0401aa 00', 'ended before a length'],
  ])('%s is refused: %s', (source, message) => {
    expect(refused(() => tlv(source))).toBe(`DerError: ${message}`);
  });
  it('reads at an offset, and its bytes are those of the source', () => {
    expect(hexOf(readTlv(hex('ff ff 04 01 aa bb'), 2).bytes)).toBe('0401aa');
  });
  it('of more indefinite levels than anybody writes is over a limit, not an error', () => {
    const deep = (levels: number) => `${'3080'.repeat(levels)}${'0000'.repeat(levels)}`;
    expect(hexOf(tlv(deep(41)).bytes)).toBe(deep(41));
    expect(refused(() => tlv(deep(42)))).toBe('DerLimitError: nested too deep');
    expect(() => tlv(deep(42))).toThrow(DerLimitError);
  });
});

describe('a whole element', () => {
  it('has nothing behind it', () => {
    expect(readWhole(hex('0401aa')).tag).toBe(4);
    expect(refused(() => readWhole(hex('0401aa00')))).toBe('DerError: bytes after the element');
  });
});

describe('children', () => {
  it('stand one after the other', () => {
    expect(childrenOf(tlv('30 06 0201 01 0401 aa')).map((child) => hexOf(child.bytes))).toEqual(['020101', '0401aa']);
    expect(childrenOf(tlv('30 00'))).toEqual([]);
    expect(childrenOf(tlv('30 80 020101 0401aa 0000')).map((child) => child.tag)).toEqual([2, 4]);
  });
  it('are not those of a primitive', () => {
    expect(refused(() => childrenOf(tlv('04 03 020101')))).toBe('DerError: a primitive has no children');
  });
  it('are at most 100,000', () => {
    const many = (count: number): Tlv => ({ ...tlv('30 00'), content: Buffer.alloc(count * 2, Buffer.from([5, 0])) });
    expect(childrenOf(many(100_000))).toHaveLength(100_000);
    expect(refused(() => childrenOf(many(100_001)))).toBe('DerLimitError: too many elements');
  });
  it.each<readonly [string, (element: Tlv | undefined) => unknown, string]>([
    ['30 02 0500', sequenceOf, 'taken'],
    ['31 02 0500', sequenceOf, 'DerError: expected a SEQUENCE'],
    ['b0 02 0500', sequenceOf, 'DerError: expected a SEQUENCE'],
    ['31 02 0500', setOf, 'taken'],
    ['30 02 0500', setOf, 'DerError: expected a SET'],
  ])('of %s', (source, read, outcome) => {
    expect(refused(() => read(tlv(source)))).toBe(outcome);
  });
  it('of nothing are refused', () => {
    expect(refused(() => sequenceOf(undefined))).toBe('DerError: expected a SEQUENCE');
  });
});

describe('the class of an element', () => {
  it('decides with its number', () => {
    const [universal, context] = [tlv('04 00'), tlv('84 00')];
    expect([isUniversal(universal, 4), isUniversal(universal, 5), isUniversal(context, 4), isUniversal(undefined, 4)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([isContext(context, 4), isContext(context, 5), isContext(universal, 4), isContext(undefined, 4)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('octets', () => {
  it('stand whole or in pieces of pieces', () => {
    expect(hexOf(octetString(tlv('04 02 0102')))).toBe('0102');
    expect(hexOf(octetString(tlv('24 07 0401 01 0402 0203')))).toBe('010203');
    expect(hexOf(octetString(tlv('24 08 2403 0401 01 0401 02')))).toBe('0102');
    expect(hexOf(octetsOf(tlv('80 02 0102')))).toBe('0102');
  });
  it.each<readonly [string, string]>([
    ['03 02 0001', 'expected an OCTET STRING'],
    ['24 03 0201 01', 'expected a piece'],
  ])('%s is none: %s', (source, message) => {
    expect(refused(() => octetString(tlv(source)))).toBe(`DerError: ${message}`);
  });
  it('are not nothing, and not in pieces without end', () => {
    expect(refused(() => octetsOf(undefined))).toBe('DerError: expected an OCTET STRING');
    const nested = (levels: number): Tlv => {
      let bytes = hex('0400');
      for (let level = 0; level < levels; level++) bytes = Buffer.concat([hex('24'), Buffer.from([bytes.length]), bytes]);
      return readTlv(bytes);
    };
    expect(octetString(nested(40))).toHaveLength(0);
    expect(refused(() => octetString(nested(41)))).toBe('DerError: expected an OCTET STRING');
  });
});

describe('bits', () => {
  it('are whole octets', () => {
    expect(hexOf(bitsOf(tlv('03 03 00aabb')))).toBe('aabb');
    expect(hexOf(bitsOf(tlv('03 01 00')))).toBe('');
  });
  it.each<readonly [string, string]>([
    ['03 00', 'a BIT STRING of whole octets was expected'],
    ['03 02 01aa', 'a BIT STRING of whole octets was expected'],
    ['04 02 00aa', 'expected a BIT STRING'],
    ['23 04 0302 00aa', 'a BIT STRING in pieces'],
  ])('%s is refused: %s', (source, message) => {
    expect(refused(() => bitsOf(tlv(source)))).toBe(`DerError: ${message}`);
  });
});

describe('an object identifier', () => {
  it.each<readonly [string, string]>([
    ['06 01 00', '0.0'],
    ['06 01 27', '0.39'],
    ['06 01 28', '1.0'],
    ['06 03 2a 86 48', '1.2.840'],
    ['06 01 4f', '1.39'],
    ['06 01 50', '2.0'],
    ['06 03 55 1d 0f', '2.5.29.15'],
    ['06 02 88 37', '2.999'],
    ['06 06 2a 8f ff ff ff 7f', '1.2.4294967295'],
    ['06 02 2a 00', '1.2.0'],
  ])('%s is %s', (source, oid) => {
    expect(oidOf(tlv(source))).toBe(oid);
  });
  it.each<readonly [string, string]>([
    ['06 00', 'empty or cut OBJECT IDENTIFIER'],
    ['06 01 86', 'empty or cut OBJECT IDENTIFIER'],
    ['06 02 2a 86', 'empty or cut OBJECT IDENTIFIER'],
    ['06 0a 2a ff ff ff ff ff ff ff ff 7f', 'arc too large'],
    ['02 01 2a', 'expected an OBJECT IDENTIFIER'],
    ['26 03 0601 2a', 'an OBJECT IDENTIFIER in pieces'],
  ])('%s is refused: %s', (source, message) => {
    expect(refused(() => oidOf(tlv(source)))).toBe(`DerError: ${message}`);
  });
});

describe('an integer', () => {
  it.each<readonly [string, string]>([
    ['02 01 00', '00'],
    ['02 01 05', '05'],
    ['02 02 00ff', 'FF'],
    ['02 03 000abc', '0ABC'],
    ['02 03 0000bc', 'BC'],
    ['02 02 1000', '1000'],
    ['02 00', '00'],
  ])('%s is written %s', (source, text) => {
    expect(integerHex(tlv(source))).toBe(text);
  });
  it.each<readonly [string, number]>([
    ['02 01 00', 0],
    ['02 01 7f', 127],
    ['02 02 0102', 258],
    ['02 04 7fffffff', 2 ** 31 - 1],
  ])('%s is %d', (source, value) => {
    expect(smallInteger(tlv(source))).toBe(value);
  });
  it.each<readonly [string, string]>([
    ['02 00', 'expected a small INTEGER'],
    ['02 05 0000000001', 'expected a small INTEGER'],
    ['02 01 80', 'expected a small INTEGER'],
    ['0a 01 05', 'expected an INTEGER'],
    ['22 03 0201 05', 'an INTEGER in pieces'],
  ])('%s is refused: %s', (source, message) => {
    expect(refused(() => smallInteger(tlv(source)))).toBe(`DerError: ${message}`);
  });
  it('that is none has no hex either', () => {
    expect(refused(() => integerHex(tlv('04 01 05')))).toBe('DerError: expected an INTEGER');
    expect(refused(() => integerHex(tlv('22 03 0201 05')))).toBe('DerError: an INTEGER in pieces');
  });
});

describe('a time', () => {
  it.each<readonly [string, string, string]>([
    ['17', '261120090807Z', '2026-11-20T09:08:07.000Z'],
    ['17', '2611200908Z', '2026-11-20T09:08:00.000Z'],
    ['17', '491231235959Z', '2049-12-31T23:59:59.000Z'],
    ['17', '500101000000Z', '1950-01-01T00:00:00.000Z'],
    ['18', '20500101000000Z', '2050-01-01T00:00:00.000Z'],
    ['18', '20261120090807.5Z', '2026-11-20T09:08:07.500Z'],
    ['18', '20261120090807.05Z', '2026-11-20T09:08:07.050Z'],
    ['18', '20261120090807.123456789Z', '2026-11-20T09:08:07.123Z'],
  ])('of tag %s, %s, is %s', (tag, text, at) => {
    expect(timeOf(ascii(tag, text)).toISOString()).toBe(at);
  });
  it.each<readonly [string, string, string]>([
    ['17', '20261120090807Z', 'unreadable time'],
    ['18', '261120090807Z', 'unreadable time'],
    ['17', '261120090807', 'unreadable time'],
    ['17', '261120090807+0700', 'unreadable time'],
    ['17', 'x261120090807Z', 'unreadable time'],
    ['17', '261120090807Zx', 'unreadable time'],
    ['18', '20261120090807.1234567890Z', 'unreadable time'],
    ['18', '20261120090807.Z', 'unreadable time'],
    ['17', '261320090807Z', 'no such time'],
    ['17', '261120250807Z', 'no such time'],
    ['04', '261120090807Z', 'expected a time'],
    ['97', '261120090807Z', 'expected a time'],
  ])('of tag %s, %s, is refused: %s', (tag, text, message) => {
    expect(refused(() => timeOf(ascii(tag, text)))).toBe(`DerError: ${message}`);
  });
  it('is not nothing and not in pieces', () => {
    expect(refused(() => timeOf(undefined))).toBe('DerError: expected a time');
    expect(refused(() => timeOf(ascii('37', '261120090807Z')))).toBe('DerError: a time in pieces');
  });
});

describe('text', () => {
  it.each<readonly [string, string, string]>([
    ['12 UTF8String', `0c 0f ${Buffer.from('Sở Nội vụ').toString('hex')}`, 'Sở Nội vụ'],
    ['28 UniversalString', '1c 08 00000053 00001edf', 'Sở'],
    ['28 with half a character behind', '1c 06 00000053 1edf', 'S'],
    ['30 BMPString', '1e 04 0053 1edf', 'Sở'],
    ['19 PrintableString', '13 02 5341', 'SA'],
    ['20 TeletexString', '14 02 53e9', 'Sé'],
  ])('of %s is read', (_, source, text) => {
    expect(textOf(tlv(source))).toBe(text);
  });
  it('of a BMPString has two bytes a character', () => {
    expect(refused(() => textOf(tlv('1e 03 005300')))).toBe('DerError: odd BMPString');
  });
});

describe('parameters', () => {
  it.each<readonly [string, boolean]>([
    ['05 00', true],
    ['05 01 00', false],
    ['25 00', false],
    ['30 00', false],
    ['85 00', false],
  ])('%s are none: %s', (source, is) => {
    expect(isAbsentOrNull(tlv(source))).toBe(is);
  });
  it('that are absent are none', () => {
    expect(isAbsentOrNull(undefined)).toBe(true);
  });
});
