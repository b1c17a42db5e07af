/** What a message carries for later: taken from each place it may stand in, and nothing from any other. */
import { beforeAll, describe, expect, it } from 'vitest';
import { readWhole, sequenceOf } from '../../../src/signature/asn1/der.ts';
import { type Der, integer, octets, oid, sequence, tagged, tlv } from '../../../src/signature/asn1/write.ts';
import { carrying, enclosedIn } from '../../../src/signature/cms/enclosed.ts';
import type { SignedData, SignerInfo } from '../../../src/signature/cms/read.ts';
import { type Kit, makeKit } from '../kit.ts';

const adobe = '1.2.840.113583.1.1.8';
const revocationValues = '1.2.840.113549.1.9.16.2.24';
const certificateValues = '1.2.840.113549.1.9.16.2.23';
const ocspChoice = '1.3.6.1.5.5.7.16.2';

const item = (value: number): Der => sequence(integer(value));
const dataWith = (...choices: readonly Der[]): SignedData => ({
  ...{ contentType: '', content: null, certificates: [], signers: [], revocations: choices.map((one) => readWhole(one)) },
});
type Values = Readonly<Record<string, Der>>;
const attributesOf = (values: Values) => new Map(Object.entries(values).map(([id, value]) => [id, [readWhole(value)]]));
const infoWith = (signed: Values | null, unsigned: Values = {}): SignerInfo =>
  ({
    signed: signed === null ? null : { attributes: attributesOf(signed) },
    unsigned: attributesOf(unsigned),
  }) as unknown as SignerInfo;
/** The number in each item; of an answer that was wrapped, the number within. */
const told = (data: SignedData, info: SignerInfo | null) => {
  const { certificates, crls, answers } = enclosedIn(data, info);
  const number = (der: Uint8Array) => sequenceOf(readWhole(der))[0]?.content[0];
  return {
    certificates: certificates.map(number),
    crls: crls.map(number),
    answers: answers.map((one) => Buffer.from(one).toString('hex')),
  };
};
const none = { certificates: [], crls: [], answers: [] };
const hex = (der: Der) => Buffer.from(der).toString('hex');
/** OCSPResponse: successful, with a BasicOCSPResponse. */
const around = (basic: Der) => hex(sequence(tlv(0x0a, Buffer.from([0])), tagged(0, sequence(oid('1.3.6.1.5.5.7.48.1.1'), octets(basic)))));

describe('beside the signature', () => {
  it.each<readonly [string, readonly Der[], object]>([
    ['lists', [item(1), item(2)], { crls: [1, 2] }],
    ['an answer', [tlv(0xa1, oid(ocspChoice), item(3))], { answers: [hex(item(3))] }],
    ['a list and an answer', [item(1), tlv(0xa1, oid(ocspChoice), item(3))], { crls: [1], answers: [hex(item(3))] }],
    ['another format', [tlv(0xa1, oid('1.2.3'), item(3))], {}],
    ['a format without its answer', [tlv(0xa1, oid(ocspChoice))], {}],
    ['another choice', [tlv(0xa2, oid(ocspChoice), item(3))], {}],
    ['a format that cannot be read, which spoils the answers and not the lists', [item(1), tlv(0xa1, integer(1), item(3))], { crls: [1] }],
  ])('%s', (_, choices, expected) => {
    expect(told(dataWith(...choices), null)).toEqual({ ...none, ...expected });
    expect(told(dataWith(...choices), infoWith({}))).toEqual({ ...none, ...expected });
  });
  it('at most a hundred of a kind', () => {
    const many = dataWith(...Array.from({ length: 101 }, () => item(1)));
    expect(told(many, null).crls).toHaveLength(100);
  });
});

describe('in attributes', () => {
  const lists = (number: number, ...items: readonly Der[]): Der => tagged(number, sequence(...items));
  it.each<readonly [string, Values | null, Values, object]>([
    ['nothing', null, {}, {}],
    ['Adobe’s lists', { [adobe]: sequence(lists(0, item(1), item(2))) }, {}, { crls: [1, 2] }],
    ['Adobe’s answers', { [adobe]: sequence(lists(1, item(3))) }, {}, { answers: [hex(item(3))] }],
    ['Adobe’s both', { [adobe]: sequence(lists(0, item(1)), lists(1, item(3))) }, {}, { crls: [1], answers: [hex(item(3))] }],
    ['Adobe’s other things', { [adobe]: sequence(lists(2, item(1))) }, {}, {}],
    ['Adobe’s attribute that nobody signed', null, { [adobe]: sequence(lists(0, item(1))) }, {}],
    ['rubbish for Adobe', { [adobe]: integer(1) }, {}, {}],
    ['CAdES lists', null, { [revocationValues]: sequence(lists(0, item(1))) }, { crls: [1] }],
    ['CAdES answers, which come bare', null, { [revocationValues]: sequence(lists(1, item(3))) }, { answers: [around(item(3))] }],
    ['CAdES certificates', {}, { [certificateValues]: sequence(item(4), item(5)) }, { certificates: [4, 5] }],
    ['rubbish for CAdES', {}, { [certificateValues]: integer(1), [revocationValues]: integer(2) }, {}],
    ['CAdES values that are signed', { [revocationValues]: sequence(lists(0, item(1))) }, {}, {}],
  ])('%s', (_, signed, unsigned, expected) => {
    expect(told(dataWith(), infoWith(signed, unsigned))).toEqual({ ...none, ...expected });
  });
  it('from every place at once, in this order', () => {
    const info = infoWith(
      { [adobe]: sequence(lists(0, item(2)), lists(1, item(7))) },
      { [revocationValues]: sequence(lists(0, item(3)), lists(1, item(8))) },
    );
    expect(told(dataWith(item(1), tlv(0xa1, oid(ocspChoice), item(6))), info)).toEqual({
      certificates: [],
      crls: [1, 2, 3],
      answers: [hex(item(6)), hex(item(7)), around(item(8))],
    });
  });
});

describe('the context of a signature that carries something', () => {
  let kit: Kit;
  beforeAll(async () => {
    kit = await makeKit();
  });
  it('is the same where it carries nothing', () => {
    expect(carrying(kit.context, { certificates: [], crls: [], answers: [] })).toBe(kit.context);
  });
  it('gains certificates behind those that came before, and revocation', () => {
    const { certificate: first } = kit.pki.root;
    const one = carrying(kit.context, { certificates: [first, Buffer.from('x')], crls: [], answers: [] });
    expect(one.enclosed?.map(({ der }) => Buffer.from(der).toString('hex'))).toEqual([Buffer.from(first).toString('hex')]);
    expect(one.revocation).toEqual([]);
    const two = carrying(one, {
      certificates: [kit.pki.issuing.certificate],
      crls: kit.pki.revocationLists([], kit.context.at),
      answers: [],
    });
    expect(two.enclosed).toHaveLength(2);
    expect(two.enclosed?.[0]).toBe(one.enclosed?.[0]);
    expect(two.revocation).toHaveLength(1);
    const three = carrying(two, { certificates: [], crls: [], answers: [Buffer.from('x')] });
    expect(three.revocation).toHaveLength(2);
    expect(three.trust).toBe(kit.trust);
  });
});
