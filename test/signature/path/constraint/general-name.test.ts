/** GeneralName in each of its forms, and when two are the same. */
import { describe, expect, it } from 'vitest';
import { readWhole } from '../../../../src/signature/asn1/der.ts';
import { nameOf } from '../../../../src/signature/asn1/name.ts';
import { type Der, implicit, integer, oid, sequence, tagged, tlv, utf8 } from '../../../../src/signature/asn1/write.ts';
import { generalNameKey, generalNameOf, generalNamesOf, rdnsOf } from '../../../../src/signature/path/constraint/general-name.ts';
import { nameDer } from '../authority.ts';

const text = (form: number, value: string): Der => implicit(form, Buffer.from(value, 'latin1'));
const other = (type: string, value: Der): Der => tlv(0xa0, oid(type), value);
const mailbox = '1.3.6.1.5.5.7.8.9';

describe('a general name', () => {
  it.each<readonly [string, Der, object, string | null]>([
    ['an address', text(1, 'a@mau.test'), { kind: 'mail', text: 'a@mau.test' }, 'mail:a@mau.test'],
    ['a host', text(2, 'mau.test'), { kind: 'dns', text: 'mau.test' }, 'dns:mau.test'],
    ['a place', text(6, 'http://mau.test/'), { kind: 'uri', text: 'http://mau.test/' }, 'uri:http://mau.test/'],
    ['a number', implicit(7, Buffer.from([10, 0, 0, 1])), { kind: 'ip', bytes: Buffer.from([10, 0, 0, 1]) }, 'ip:0a000001'],
    ['a directory name', tagged(4, nameDer('CA')), { kind: 'directory', rdns: ['["CN=ca"]'] }, 'directory:["CN=ca"]'],
    ['an address beyond ASCII', other(mailbox, tagged(0, utf8('ả@mau.test'))), { kind: 'mail', text: 'ả@mau.test' }, 'mail:ả@mau.test'],
    ['an address that is not tagged', other(mailbox, utf8('a')), { kind: 'other', form: `0:${mailbox}` }, null],
    ['another type', other('1.2.3', tagged(0, utf8('a'))), { kind: 'other', form: '0:1.2.3' }, null],
    ['X.400', tlv(0xa3), { kind: 'other', form: '3' }, null],
    ['a registered identifier', implicit(8, Buffer.from([42])), { kind: 'other', form: '8' }, null],
    ['what is none', integer(1), { kind: 'other', form: 'unknown' }, null],
  ])('%s', (_, der, expected, key) => {
    const name = generalNameOf(readWhole(der));
    expect(name).toEqual(expected);
    expect(generalNameKey(name)).toBe(key);
    expect(generalNamesOf(sequence(der, der))).toEqual([expected, expected]);
  });
  it('of a directory is taken apart once', () => {
    const name = nameOf(readWhole(nameDer('CA')));
    expect(rdnsOf(name)).toBe(rdnsOf(name));
    expect(rdnsOf({ ...name, key: JSON.stringify([['O=a', 'OU=b'], ['CN=c']]) })).toEqual(['["O=a","OU=b"]', '["CN=c"]']);
  });
});
