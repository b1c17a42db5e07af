/** The shell of a CMS message (RFC 5652 3 and 5.1): what is no SignedData is refused, whatever it holds. */
import { expect, it } from 'vitest';
import { DerError } from '../../../src/signature/asn1/der.ts';
import { type Der, integer, nothing, octets, oid, sequence, tlv } from '../../../src/signature/asn1/write.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';

const signedData = '1.2.840.113549.1.7.2';
const content = sequence(oid('1.2.840.113549.1.7.1'));
const fields: readonly Der[] = [integer(1), tlv(0x31), content, tlv(0x31)];
const shell = (parts: readonly Der[], type = signedData, tag = 0xa0): Der => sequence(oid(type), tlv(tag, sequence(...parts)));

it('a SignedData without signers is read', () => {
  expect(readSignedData(shell(fields)).data.signers).toEqual([]);
  expect(readSignedData(Buffer.concat([shell(fields), Buffer.alloc(9)])).length).toBe(shell(fields).length);
});

it.each<readonly [string, Der]>([
  ['of another type, though it holds a SignedData', shell(fields, '1.2.840.113549.1.7.3')],
  ['whose content stands under another tag', shell(fields, signedData, 0xa1)],
  ['whose version is no number', shell([octets(Buffer.from([1])), ...fields.slice(1)])],
  ['whose digest algorithms are no set', shell([integer(1), nothing, content, tlv(0x31)])],
  ['with a field nobody knows', shell([...fields.slice(0, 3), tlv(0xa2), tlv(0x31)])],
  ['whose signers are no set', shell([...fields.slice(0, 3), sequence()])],
])('a message %s is refused', (_, bytes) => {
  expect(() => readSignedData(bytes)).toThrow(DerError);
});

it('lists among the certificates are none', () => {
  const certificate = sequence(integer(7));
  const list = sequence(integer(9));
  const { data } = readSignedData(shell([...fields.slice(0, 3), tlv(0xa0, certificate), tlv(0xa1, list), tlv(0x31)]));
  expect(data.certificates.map((one) => Buffer.from(one).toString('hex'))).toEqual([Buffer.from(certificate).toString('hex')]);
  expect(data.revocations.map((one) => Buffer.from(one.bytes).toString('hex'))).toEqual([Buffer.from(list).toString('hex')]);
});
