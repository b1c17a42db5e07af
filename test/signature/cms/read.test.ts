/** SignedData and SignerInfo by hand (RFC 5652 5.1, 5.3): every field in its place, nothing more, and the words of refusal. */
import { describe, expect, it } from 'vitest';
import { DerError } from '../../../src/signature/asn1/der.ts';
import { type Der, integer, nothing, octets, oid, sequence, tagged, tlv, utf8 } from '../../../src/signature/asn1/write.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';

const sha256 = sequence(oid('2.16.840.1.101.3.4.2.1'), nothing);
const ecdsa = sequence(oid('1.2.840.10045.4.3.2'));
const value = octets(Buffer.from('00ff', 'hex'));
const sid = sequence(sequence(), integer(0x3b));
const attribute = (id: string, ...values: readonly Der[]): Der => sequence(oid(id), tlv(0x31, ...values));
const fields: readonly Der[] = [integer(1), sid, sha256, ecdsa, value];
const data = '1.2.840.113549.1.7.1';

const message = (infos: readonly Der[], { content = sequence(oid(data)), between = [] as readonly Der[] } = {}): Der =>
  sequence(oid('1.2.840.113549.1.7.2'), tagged(0, sequence(integer(1), tlv(0x31), content, ...between, tlv(0x31, ...infos))));
const read = (...parts: readonly Der[]) => readSignedData(message([sequence(...parts)])).data.signers[0];
const refused = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    return `${error.name}: ${error.message}`;
  }
  return 'taken';
};
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

describe('a signer', () => {
  it('is named by issuer and serial number, or by key', () => {
    expect(read(...fields)?.signer).toMatchObject({ serial: '3B' });
    expect(read(integer(3), tlv(0x80, Buffer.from('a1b2', 'hex')), ...fields.slice(2))?.signer).toEqual({ keyId: 'a1b2' });
  });
  it('has what is read from it', () => {
    const info = read(...fields);
    expect(info).toMatchObject({ digest: 'sha256', scheme: { label: 'ECDSA SHA256' }, signed: null });
    expect([hex(info?.value), hex(info?.identifiers.digest.bytes), hex(info?.identifiers.signature.bytes)]).toEqual([
      '00ff',
      hex(sha256),
      hex(ecdsa),
    ]);
    expect(info?.unsigned.size).toBe(0);
  });
  it('of an unknown digest has no scheme either', () => {
    expect(read(integer(1), sid, sequence(oid('1.2.3')), ecdsa, value)).toMatchObject({ digest: null, scheme: null });
    expect(read(integer(1), sid, sha256, sequence(oid('1.2.3')), value)).toMatchObject({ digest: 'sha256', scheme: null });
  });
  it('has attributes, as they stand and in order', () => {
    const [one, other] = [attribute('1.2.4', integer(2)), attribute('1.2.3', integer(1))];
    const info = read(...fields.slice(0, 3), tlv(0xa0, one, other), ecdsa, value, tlv(0xa1, other, other));
    expect(hex(info?.signed?.bytes)).toBe(hex(tlv(0x31, one, other)));
    expect(hex(info?.signed?.canonical())).toBe(hex(tlv(0x31, other, one)));
    expect([...(info?.signed?.attributes ?? [])].map(([id, values]) => [id, values.map((item) => hex(item.bytes))])).toEqual([
      ['1.2.4', ['020102']],
      ['1.2.3', ['020101']],
    ]);
    expect([...(info?.unsigned ?? [])].map(([id, values]) => [id, values.length])).toEqual([['1.2.3', 2]]);
  });
  it('may repeat attributes that decide nothing', () => {
    const twice = attribute('1.2.3', integer(1), integer(2));
    expect(read(...fields.slice(0, 3), tlv(0xa0, twice, twice), ecdsa, value)?.signed?.attributes.get('1.2.3')).toHaveLength(4);
  });
  const deciding = ['1.2.840.113549.1.9.3', '1.2.840.113549.1.9.4', '1.2.840.113549.1.9.5', '1.2.840.113549.1.9.16.2.12'];
  it.each([...deciding, '1.2.840.113549.1.9.16.2.47', '1.2.840.113549.1.9.52'])('may not repeat %s', (id) => {
    const twice = tlv(0xa0, attribute(id, integer(1)), attribute(id, integer(1)));
    expect(refused(() => read(...fields.slice(0, 3), twice, ecdsa, value))).toBe(`DerError: attribute ${id} stands twice`);
    expect(refused(() => read(...fields, tlv(0xa1, attribute(id, integer(1)), attribute(id, integer(1)))))).toBe('taken');
  });
  it.each<readonly [string, readonly Der[], string]>([
    ['without a digest', fields.slice(0, 2), 'fields are missing in SignerInfo'],
    ['without an algorithm', fields.slice(0, 3), 'fields are missing in SignerInfo'],
    ['without a value', fields.slice(0, 4), 'expected an OCTET STRING'],
    ['with more fields', [...fields, tlv(0xa1), integer(1)], 'odd fields in SignerInfo'],
    ['with another field', [...fields, tlv(0xa2)], 'odd fields in SignerInfo'],
    ['of no version', [octets(Buffer.from([1])), ...fields.slice(1)], 'expected an INTEGER'],
    ['of nobody', [integer(1), sequence(utf8('x'), integer(1)), ...fields.slice(2)], 'no name of an issuer'],
    ['whose digest is a signature algorithm', [integer(1), sid, ecdsa, ecdsa, value], 'no digest algorithm'],
    ['with no attributes at all', [...fields.slice(0, 3), tlv(0xa0), ecdsa, value], 'no signed attributes'],
  ])('%s is refused', (_, parts, text) => {
    expect(refused(() => read(...parts))).toBe(`DerError: ${text}`);
  });
  it('has at most 1,000 attributes of each kind', () => {
    const many = (count: number) => Array.from({ length: count }, () => attribute('1.2.3', integer(1)));
    expect(refused(() => read(...fields.slice(0, 3), tlv(0xa0, ...many(1000)), ecdsa, value, tlv(0xa1, ...many(1000))))).toBe('taken');
    expect(refused(() => read(...fields.slice(0, 3), tlv(0xa0, ...many(1001)), ecdsa, value))).toBe('DerLimitError: too many attributes');
    expect(refused(() => read(...fields, tlv(0xa1, ...many(1001))))).toBe('DerLimitError: too many attributes');
  });
});

describe('the message', () => {
  const info = sequence(...fields);
  it('has its content inside or elsewhere', () => {
    const inside = (content: Der) => readSignedData(message([info], { content })).data;
    expect(inside(sequence(oid(data)))).toMatchObject({ contentType: data, content: null });
    expect(inside(sequence(oid('1.2.3'), tagged(0, octets(Buffer.from('aa', 'hex')))))).toMatchObject({ contentType: '1.2.3' });
    expect(hex(inside(sequence(oid(data), tagged(0, octets(Buffer.from('aa', 'hex'))))).content ?? undefined)).toBe('aa');
    expect(inside(sequence(oid(data), tagged(0))).content).toBeNull();
    expect(refused(() => inside(sequence(oid(data), tagged(1, octets(Buffer.alloc(1))))))).toBe('DerError: odd encapsulated content');
    expect(refused(() => inside(sequence(oid(data), tagged(0, sequence()))))).toBe('DerError: expected an OCTET STRING');
  });
  it('holds certificates and lists, and nothing else', () => {
    const between = [tlv(0xa0, sequence(integer(1)), tlv(0xa1, integer(2))), tlv(0xa1, sequence(integer(3)), tlv(0xa1))];
    const { data: got } = readSignedData(message([info], { between }));
    expect(got.certificates.map(hex)).toEqual([hex(sequence(integer(1)))]);
    expect(got.revocations.map((one) => hex(one.bytes))).toEqual([hex(sequence(integer(3))), 'a100']);
    expect(refused(() => readSignedData(message([info], { between: [tlv(0xa2)] })))).toBe('DerError: odd fields in SignedData');
  });
  it('has at most two hundred certificates and twenty signers', () => {
    const certificates = (count: number) => ({ between: [tlv(0xa0, ...Array.from({ length: count }, () => sequence()))] });
    const text = 'DerLimitError: too many certificates or signers';
    expect(refused(() => readSignedData(message([info], certificates(200))))).toBe('taken');
    expect(refused(() => readSignedData(message([info], certificates(201))))).toBe(text);
    const signers = (count: number) => message(Array.from({ length: count }, () => info));
    expect(refused(() => readSignedData(signers(20)))).toBe('taken');
    expect(refused(() => readSignedData(signers(21)))).toBe(text);
  });
  it('that is none says so', () => {
    expect(refused(() => readSignedData(sequence(oid(data), tagged(0, sequence()))))).toBe('DerError: not SignedData');
    expect(refused(() => readSignedData(sequence(oid('1.2.840.113549.1.7.2'), tagged(1, sequence()))))).toBe('DerError: not SignedData');
  });
});
