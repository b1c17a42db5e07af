/** TSTInfo (RFC 3161 2.4.2) by hand-written bytes: what is taken from it, and with which words it is refused. */
import { describe, expect, it } from 'vitest';
import { DerError } from '../../../src/signature/asn1/der.ts';
import { boolean, type Der, implicit, integer, nothing, octets, oid, sequence, tagged, tlv } from '../../../src/signature/asn1/write.ts';
import type { SignedData } from '../../../src/signature/cms/read.ts';
import { readToken, readTokenMessage } from '../../../src/signature/time/token.ts';

const tstInfo = '1.2.840.113549.1.9.16.1.4';
const sha256 = '2.16.840.1.101.3.4.2.1';
const generalized = (text: string): Der => tlv(0x18, Buffer.from(text, 'latin1'));
const imprintOf = (...more: readonly Der[]): Der => sequence(sequence(oid(sha256), nothing), octets(Buffer.from('aabb', 'hex')), ...more);

type Parts = { readonly version?: Der; readonly imprint?: Der; readonly serial?: Der; readonly time?: Der; readonly rest?: readonly Der[] };
const fieldsOf = ({ version, imprint, serial, time, rest }: Parts): Der =>
  sequence(
    version ?? integer(1),
    oid('1.2.3'),
    imprint ?? imprintOf(),
    serial ?? integer(77),
    time ?? generalized('20261120090807Z'),
    ...(rest ?? []),
  );
const dataOf = (content: Uint8Array | null, contentType = tstInfo): SignedData => ({
  ...{ contentType, content, certificates: [], revocations: [], signers: [] },
});
const read = (parts: Parts = {}) => readToken(dataOf(fieldsOf(parts)));
const refused = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return error.message;
  }
  return 'taken';
};

const plain = {
  ...{ policy: '1.2.3', digest: 'sha256', imprint: Buffer.from('aabb', 'hex'), at: new Date('2026-11-20T09:08:07.000Z') },
  ...{ accuracy: 0, ordering: false },
};
const accuracy = (...parts: readonly Der[]): Der => sequence(...parts);
const bytes = (...values: readonly number[]) => Buffer.from(values);

describe('a token', () => {
  it.each<readonly [string, Parts, object]>([
    ['with what must be there', {}, {}],
    ['with an unknown digest', { imprint: sequence(sequence(oid('1.2.9')), octets(bytes(1))) }, { digest: null, imprint: bytes(1) }],
    ['with a fraction of a second', { time: generalized('20261120090807.25Z') }, { at: new Date('2026-11-20T09:08:07.250Z') }],
    ['good to a second', { rest: [accuracy(integer(1))] }, { accuracy: 1000 }],
    ['good to a millisecond', { rest: [accuracy(implicit(0, bytes(1)))] }, { accuracy: 1 }],
    ['good to 999 milliseconds', { rest: [accuracy(implicit(0, bytes(0x03, 0xe7)))] }, { accuracy: 999 }],
    ['good to a microsecond', { rest: [accuracy(implicit(1, bytes(1)))] }, { accuracy: 0.001 }],
    ['good to 999 microseconds', { rest: [accuracy(implicit(1, bytes(0x03, 0xe7)))] }, { accuracy: 0.999 }],
    ['good to all three', { rest: [accuracy(integer(2), implicit(0, bytes(3)), implicit(1, bytes(4)))] }, { accuracy: 2003.004 }],
    ['good to nothing', { rest: [accuracy()] }, { accuracy: 0 }],
    ['in order', { rest: [boolean(true)] }, { ordering: true }],
    ['in no order', { rest: [boolean(false)] }, { ordering: false }],
    ['with a nonce', { rest: [integer(9)] }, {}],
    ['with the authority’s name', { rest: [tagged(0, sequence())] }, {}],
    ['with an extension', { rest: [tagged(1, sequence(oid('1.2.3'), octets(bytes(1))))] }, {}],
    [
      'with an extension that is said not to be critical',
      { rest: [tagged(1, sequence(oid('1.2.3'), boolean(false), octets(bytes(1))))] },
      {},
    ],
    [
      'with everything',
      {
        rest: [accuracy(integer(1)), boolean(true), integer(9), tagged(0, sequence()), tagged(1, sequence(oid('1.2.3'), octets(bytes(1))))],
      },
      { accuracy: 1000, ordering: true },
    ],
  ])('%s', (_, parts, expected) => {
    expect(read(parts)).toEqual({ ...plain, ...expected });
  });
  it.each<readonly [string, Parts, string]>([
    ['of another version', { version: integer(2) }, 'odd TSTInfo'],
    ['whose serial number is none', { serial: octets(bytes(1)) }, 'odd TSTInfo'],
    ['whose imprint has more fields', { imprint: imprintOf(integer(1)) }, 'odd fields in TSTInfo'],
    ['with fields in another order', { rest: [boolean(true), accuracy(integer(1))] }, 'odd fields in TSTInfo'],
    ['with a field twice', { rest: [integer(1), integer(2)] }, 'odd fields in TSTInfo'],
    ['with an unknown field', { rest: [tagged(2, sequence())] }, 'odd fields in TSTInfo'],
    ['in UTCTime', { time: tlv(0x17, Buffer.from('261120090807Z')) }, 'genTime is no GeneralizedTime'],
    ['without seconds', { time: generalized('202611200908Z') }, 'odd genTime'],
    ['in local time', { time: generalized('20261120090807') }, 'odd genTime'],
    ['with an offset', { time: generalized('20261120090807+0700') }, 'odd genTime'],
    ['with something before the time', { time: generalized(' 20261120090807Z') }, 'odd genTime'],
    ['with something behind the time', { time: generalized('20261120090807Z ') }, 'odd genTime'],
    ['on a day that is none', { time: generalized('20261320090807Z') }, 'no such time'],
    ['good to a thousand milliseconds', { rest: [accuracy(implicit(0, bytes(0x03, 0xe8)))] }, 'odd accuracy'],
    ['good to a thousand microseconds', { rest: [accuracy(implicit(1, bytes(0x03, 0xe8)))] }, 'odd accuracy'],
    ['good to something else', { rest: [accuracy(implicit(2, bytes(1)))] }, 'odd accuracy'],
    [
      'with a critical extension',
      { rest: [tagged(1, sequence(oid('1.2.3'), boolean(true), octets(bytes(1))))] },
      'a critical extension in TSTInfo',
    ],
  ])('%s is refused', (_, parts, message) => {
    expect(refused(() => read(parts))).toBe(message);
  });
  it('of another type, or detached, is none', () => {
    expect(refused(() => readToken(dataOf(fieldsOf({}), '1.2.840.113549.1.7.1')))).toBe('not a time-stamp token');
    expect(refused(() => readToken(dataOf(null)))).toBe('not a time-stamp token');
    expect(refused(() => readToken(dataOf(Buffer.concat([fieldsOf({}), bytes(0)]))))).toBe('bytes after the element');
  });
});

describe('a token that stands alone', () => {
  const message = sequence(
    oid('1.2.840.113549.1.7.2'),
    tagged(0, sequence(integer(3), tlv(0x31), sequence(oid(tstInfo), tagged(0, octets(fieldsOf({})))), tlv(0x31))),
  );
  it('is read', () => {
    expect(readToken(readTokenMessage(message))).toEqual(plain);
  });
  it('has nothing behind it', () => {
    expect(refused(() => readTokenMessage(Buffer.concat([message, bytes(0)])))).toBe('bytes after the token');
  });
});
