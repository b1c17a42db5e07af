/** The head of a revocation list, field by field, and what makes it none. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  bits,
  type Der,
  implicit,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  tagged,
  time,
  tlv,
} from '../../../../src/signature/asn1/write.ts';
import { readCrl } from '../../../../src/signature/revocation/crl/list.ts';
import { everything } from '../../../../src/signature/revocation/crl/point.ts';
import { extension } from '../../../../src/signature/sign/extension.ts';
import { at, entryIssuer, issuingPoint, nameDer } from '../../path/authority.ts';

const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
const name = nameDer('Sub');
const [before, after] = [time(at('2026-11-01')), time(at('2026-12-01'))];
const generalized = tlv(0x18, Buffer.from('20270101000000Z'));
const entry = (...extensions: readonly Der[]): Der =>
  sequence(integer(5), before, ...(extensions.length === 0 ? [] : [sequence(...extensions)]));
const withExtensions = (...all: readonly Der[]): Der => tagged(0, sequence(...all));

const signed = (...fields: readonly Der[]): Der => sequence(sequence(...fields), algorithm, bits(Buffer.from('sig')));
/** With these after thisUpdate. */
const list = (...rest: readonly Der[]): Der => signed(integer(1), algorithm, name, before, ...rest);
const listWith = (...extensions: readonly Der[]) => readCrl(list(after, withExtensions(...extensions)));

describe('a list', () => {
  it('is read to its last field', () => {
    const number = extension('2.5.29.20', false, integer(Buffer.from('0123456789abcdef01', 'hex')));
    const keyId = extension('2.5.29.35', false, sequence(implicit(1, Buffer.from('ff', 'hex')), implicit(0, Buffer.from('ab01', 'hex'))));
    const kept = extension('2.5.29.60', true, generalized);
    const der = list(after, sequence(entry()), withExtensions(number, keyId, kept));
    const crl = readCrl(der);
    expect(crl).toMatchObject({
      ...{ issuer: { text: 'CN=Sub' }, thisUpdate: at('2026-11-01'), nextUpdate: at('2026-12-01'), der },
      ...{ number: 0x0123456789abcdef01n, baseNumber: null, authorityKeyId: 'ab01', keptSince: at('2027-01-01') },
      ...{ scope: everything, scopeHex: '', ofOneKey: false },
    });
    expect(Buffer.from(crl?.signature ?? []).toString()).toBe('sig');
    expect(Buffer.from(der).indexOf(Buffer.from(crl?.tbs ?? []))).toBe(3);
    expect(crl?.tbs.length).toBe(der.length - 3 - 12 - 6);
    expect(crl?.sha256()).toBe(createHash('sha256').update(der).digest('hex'));
    expect(crl?.entries()?.count).toBe(1);
    expect(crl?.entries()).toBe(crl?.entries());
  });

  it.each<[string, Der, unknown]>([
    ['nothing after its date', list(), { nextUpdate: null, number: null, authorityKeyId: null, keptSince: null }],
    ['entries, no next date', list(sequence(entry())), { nextUpdate: null }],
    ['extensions only', list(withExtensions()), { nextUpdate: null, number: null }],
    ['a next date beyond 2049', list(generalized), { nextUpdate: at('2027-01-01') }],
    ['version 1', signed(algorithm, name, before, after, sequence(entry())), { nextUpdate: at('2026-12-01') }],
    ['a delta', list(after, withExtensions(extension('2.5.29.27', true, integer(9)))), { baseNumber: 9n, number: null }],
    ['one key', list(withExtensions(extension('1.3.6.1.4.1.311.21.1', false, integer(0)))), { ofOneKey: true }],
    [
      'no key identifier',
      list(withExtensions(extension('2.5.29.35', false, sequence(implicit(1, Buffer.alloc(1)))))),
      { authorityKeyId: null },
    ],
  ])('with %s', (_, der, expected) => {
    expect(readCrl(der)).toMatchObject(expected as object);
  });

  it('keeps the bytes of its issuing point', () => {
    const crl = listWith(issuingPoint({ users: true }));
    expect(crl).toMatchObject({ scopeHex: '3003' + '8101ff', scope: { ...everything, onlyUsers: true } });
  });

  it('is empty without entries', () => {
    expect(readCrl(list(after))?.entries()?.count).toBe(0);
    expect(readCrl(list(after, sequence()))?.entries()?.count).toBe(0);
    expect(readCrl(list(after, sequence(entry(), entry())))?.entries()?.count).toBe(2);
  });

  it('has entries that may not be used where they are no entries, and reads issuers where it is indirect', () => {
    expect(readCrl(list(after, sequence(octets(Buffer.alloc(2)))))?.entries()).toBeNull();
    const indirect = issuingPoint({ indirect: true });
    expect(readCrl(list(sequence(entry(entryIssuer('A')))))?.entries()).toBeNull();
    expect(readCrl(list(sequence(entry(entryIssuer('A'))), withExtensions(indirect)))?.entries()?.count).toBe(1);
  });

  it.each(['2.5.29.18', '2.5.29.46', '1.3.6.1.5.5.7.1.1'])('may mark %s as critical', (id) => {
    expect(listWith(extension(id, true, nothing))).not.toBeNull();
  });

  const another = sequence(oid('1.2.840.10045.4.3.3'));
  it.each<[string, Der]>([
    ['with a critical extension that nobody knows', list(after, withExtensions(extension('1.2.3', true, nothing)))],
    ['with one extension twice', list(after, withExtensions(extension('1.2.3', false, nothing), extension('1.2.3', false, nothing)))],
    ['of version 1 in words', signed(integer(0), algorithm, name, before)],
    ['of version 3', signed(integer(2), algorithm, name, before)],
    ['of version 1 with extensions', signed(algorithm, name, before, after, withExtensions())],
    ['whose algorithms differ', signed(integer(1), another, name, before)],
    ['without algorithm', signed(integer(1))],
    ['without issuer', signed(integer(1), algorithm, before)],
    ['without date', signed(integer(1), algorithm, name)],
    ['with three dates', list(after, after)],
    ['with entries twice', list(after, sequence(), sequence())],
    ['with entries behind extensions', list(after, withExtensions(), sequence())],
    ['with a date behind entries', list(sequence(), after)],
    ['with another tag behind', list(after, tagged(1, sequence()))],
    ['with a number of another kind', list(after, withExtensions(extension('2.5.29.20', false, octets(Buffer.alloc(1)))))],
    ['with no fields', signed()],
    ['without a signature', sequence(sequence(integer(1), algorithm, name, before), algorithm)],
    ['without an algorithm for it', sequence(sequence(integer(1), algorithm, name, before))],
    ['with a signature that is no bit string', sequence(sequence(integer(1), algorithm, name, before), algorithm, octets(Buffer.alloc(1)))],
    [
      'with something behind its signature',
      sequence(sequence(integer(1), algorithm, name, before), algorithm, bits(Buffer.alloc(1)), nothing),
    ],
    ['followed by something', Buffer.concat([list(after), nothing])],
    ['that is nothing', sequence()],
    ['of no bytes', Buffer.alloc(0)],
  ])('is none %s', (_, der) => {
    expect(readCrl(der)).toBeNull();
  });
});
