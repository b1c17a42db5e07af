/** What may stand in Contents by SubFilter (ISO 32000-2 12.8.3, table 260), and what of it is none. */
import { createHash, sign } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Party } from '../../../src/demo/pki.ts';
import { integer, octets, oid, sequence, setOf, tagged } from '../../../src/signature/asn1/write.ts';
import { contentOf } from '../../../src/signature/cms/signer.ts';
import { faultOf, feedOf, type Signed, verifyContents } from '../../../src/signature/pdf/signed.ts';
import { type CmsRequest, signCms } from '../../../src/signature/sign/cms.ts';
import { signTimestamp } from '../../../src/signature/sign/timestamp.ts';
import { type Kit, makeKit, now } from '../kit.ts';
import { twiceSigned } from '../time/stamped.ts';
import { faultIn, fileOf } from './written.ts';

let kit: Kit;
let rsa: Party;
beforeAll(async () => {
  kit = await makeKit();
  rsa = kit.agency;
});

const text = Buffer.from('Nội dung văn bản');
const other = Buffer.from('Nội dung khác');
const document = contentOf((sink) => sink(text));
const sha1 = (bytes: Uint8Array): Buffer => createHash('sha1').update(bytes).digest();
const cms = (more: Partial<CmsRequest> = {}): Uint8Array => signCms({ content: text, certificate: rsa.certificate, key: rsa.key, ...more });
const idData = '1.2.840.113549.1.7.1';
const inside = (content: Uint8Array, type = idData): Uint8Array => cms({ inside: { type, content } });

type Asked = { readonly subFilter?: string; readonly certificates?: readonly Uint8Array[]; readonly isTimestamp?: boolean };
const judge = (
  contents: Uint8Array | null,
  { subFilter = 'ETSI.CAdES.detached', certificates = [], isTimestamp = false }: Asked = {},
): readonly Signed[] => verifyContents({ subFilter, contents, certificates }, isTimestamp, document, kit.context);
const faults = (contents: Uint8Array | null, asked?: Asked): readonly (string | null)[] => judge(contents, asked).map(faultOf);
const padded = (bytes: Uint8Array, ...more: readonly number[]): Uint8Array => Buffer.concat([bytes, Uint8Array.from(more)]);
const malformed = ['malformed-signature'];

describe('a detached CMS', () => {
  it.each(['ETSI.CAdES.detached', 'adbe.pkcs7.detached'])('is over the document as %s', (subFilter) => {
    const [one, ...more] = judge(cms(), { subFilter });
    expect([one?.outcome.fault, one?.outcome.digests, one?.stamp, more]).toEqual([null, ['sha256'], null, []]);
    expect(one?.cms?.content).toBe(document);
    expect(Buffer.from(one?.outcome.certificate?.der ?? [])).toEqual(Buffer.from(rsa.certificate));
    expect(one?.cms?.data.signers).toEqual([one?.cms?.info]);
  });
  it.each(['', 'ETSI.CAdES', 'adbe.pkcs7.sha256', 'ETSI.RFC3161'])(
    'as %j is of a form nobody knows, and its faults are told first',
    (subFilter) => {
      expect(faults(cms(), { subFilter })).toEqual(['unsupported']);
      expect(faults(cms({ content: other }), { subFilter })).toEqual(['digest-mismatch']);
    },
  );
  it('over another document does not match', () => {
    expect(faults(cms({ content: other }))).toEqual(['digest-mismatch']);
    expect(faults(cms({ key: kit.person.key }))).toEqual(['signature-mismatch']);
  });
  it('with content inside, or of another type, is malformed', () => {
    expect(faults(inside(text))).toEqual(malformed);
    expect(faults(inside(text, '1.2.840.113549.1.9.16.1.4'))).toEqual(malformed);
    expect(faults(inside(sha1(text)), { subFilter: 'adbe.pkcs7.detached' })).toEqual(malformed);
  });
  it('may have zeros behind it, and nothing else', () => {
    expect(faults(padded(cms(), 0, 0, 0))).toEqual([null]);
    expect(faults(padded(cms(), 1))).toEqual(malformed);
    expect(faults(padded(cms(), 0, 0, 1, 0))).toEqual(malformed);
  });
  it('of two signers is two answers', () => {
    expect(faults(twiceSigned(cms()))).toEqual([null, null]);
    expect(faults(twiceSigned(cms({ content: other })))).toEqual(['digest-mismatch', 'digest-mismatch']);
  });
  it('of no signer is malformed', () => {
    const none = sequence(oid('1.2.840.113549.1.7.2'), tagged(0, sequence(integer(1), setOf(), sequence(oid(idData)), setOf())));
    expect(faults(none)).toEqual(malformed);
  });
  it('may be of a certificate that stands in it, or elsewhere in the file', () => {
    const known = judge(cms())[0]?.outcome.embedded.map((one) => Buffer.from(one.der));
    expect(known).toEqual([Buffer.from(rsa.certificate)]);
    const enclosed = judge(cms())[0]?.outcome.certificate;
    if (enclosed === undefined || enclosed === null) throw new Error('no certificate');
    const stranger = cms({ certificate: kit.person.certificate, key: kit.person.key });
    const [one] = verifyContents({ subFilter: 'ETSI.CAdES.detached', contents: stranger, certificates: [] }, false, document, {
      ...kit.context,
      enclosed: [enclosed],
    });
    expect(one?.outcome.embedded.map((item) => Buffer.from(item.der))).toEqual([
      Buffer.from(kit.person.certificate),
      Buffer.from(rsa.certificate),
    ]);
  });
});

describe('a CMS over the SHA-1 of the document (adbe.pkcs7.sha1)', () => {
  const asked = { subFilter: 'adbe.pkcs7.sha1' };
  it('has it inside', () => {
    const [one] = judge(inside(sha1(text)), asked);
    expect([one?.outcome.fault, one?.outcome.digests]).toEqual([null, ['sha256', 'sha1']]);
    expect(one?.cms?.content.digest('sha256')).toEqual(createHash('sha256').update(sha1(text)).digest());
  });
  it('of another document does not match', () => {
    expect(faults(inside(sha1(other)), asked)).toEqual(['digest-mismatch']);
    expect(faults(inside(text), asked)).toEqual(['digest-mismatch']);
  });
  it('with nothing inside is malformed', () => {
    expect(faults(cms(), asked)).toEqual(malformed);
    expect(faults(inside(sha1(text), '1.2.3'), asked)).toEqual(malformed);
  });
});

describe('a bare value (adbe.x509.rsa_sha1)', () => {
  const value = (algorithm: string, over: Uint8Array = text): Uint8Array => octets(sign(algorithm, over, rsa.key));
  const asked = (): Asked => ({ subFilter: 'adbe.x509.rsa_sha1', certificates: [rsa.certificate] });
  it('holds with the certificate beside it', () => {
    const [one] = judge(value('sha1'), asked());
    expect([one?.outcome.fault, one?.outcome.digests, one?.cms, one?.stamp]).toEqual([null, ['sha1'], null, null]);
    expect(faults(value('sha256'), asked())).toEqual([null]);
    expect(faults(value('sha1', other), asked())).toEqual(['signature-mismatch']);
  });
  it('may have zeros behind it, and nothing else', () => {
    expect(faults(padded(value('sha1'), 0, 0), asked())).toEqual([null]);
    expect(faults(padded(value('sha1'), 0, 7), asked())).toEqual(malformed);
  });
  it('without its certificate, or that is no value, is malformed', () => {
    expect(faults(value('sha1'), { ...asked(), certificates: [] })).toEqual(malformed);
    expect(faults(Uint8Array.of(1, 2, 3), asked())).toEqual(malformed);
    expect(faults(cms(), asked())).toEqual(malformed);
  });
  it('is no CMS of another name, and no document timestamp', () => {
    expect(faults(value('sha1'), { ...asked(), subFilter: 'adbe.pkcs7.detached' })).toEqual(malformed);
    expect(faults(value('sha1'), { ...asked(), isTimestamp: true })).toEqual(malformed);
  });
});

describe('a document timestamp', () => {
  const token = (content: Uint8Array): Uint8Array => signTimestamp({ content, at: now, ...kit.pki.timestamper });
  const asked = { subFilter: 'ETSI.RFC3161', isTimestamp: true };
  it('is a token over the document', () => {
    const [one, ...more] = judge(token(text), asked);
    expect([one?.outcome.fault, one?.stamp?.fault, more]).toEqual([null, null, []]);
    expect(one?.cms?.content).toBe(document);
    expect(one?.cms?.info).toBe(one?.cms?.data.signers[0]);
    expect(faults(token(other), asked)).toEqual(['digest-mismatch']);
    expect(faults(padded(token(text), 0), asked)).toEqual([null]);
    expect(faults(padded(token(text), 1), asked)).toEqual(malformed);
  });
  it('of another form is none, and no signature either', () => {
    expect(faults(token(text), { ...asked, subFilter: 'ETSI.CAdES.detached' })).toEqual(malformed);
    expect(faults(cms(), { ...asked, subFilter: 'ETSI.CAdES.detached' })).toEqual(malformed);
    expect(faults(cms(), asked)).toEqual(malformed);
    expect(faults(token(text), { subFilter: 'ETSI.CAdES.detached' })).toEqual(malformed);
  });
  it('of no signer is malformed, and has nothing to ask further', () => {
    const none = sequence(
      oid('1.2.840.113549.1.7.2'),
      tagged(0, sequence(integer(3), setOf(), sequence(oid('1.2.840.113549.1.9.16.1.4')), setOf())),
    );
    const [one] = judge(none, asked);
    expect([one?.outcome.fault, one?.cms, one && faultOf(one)]).toEqual(['malformed-signature', null, 'malformed-signature']);
  });
});

describe('Contents', () => {
  it('that are not there, or no CMS, are malformed', () => {
    for (const contents of [
      null,
      new Uint8Array(0),
      new Uint8Array(9),
      Buffer.from('30', 'hex'),
      sequence(oid(idData), tagged(0, octets(text))),
    ]) {
      const [one, ...more] = judge(contents);
      expect([one?.outcome, one?.cms, one?.stamp, more]).toEqual([
        { certificate: null, embedded: [], algorithm: null, digests: [], claimedAt: null, bound: false, fault: 'malformed-signature' },
        null,
        null,
        [],
      ]);
    }
  });
  it('with more certificates than anybody sends stop the file', () => {
    const chain = Array.from({ length: 101 }, () => rsa.certificate);
    expect(faultIn(() => judge(cms({ chain })))).toMatch(/^(over-limits: too many|none)/);
    const deep = Array.from({ length: 60 }).reduce<Uint8Array>((inner) => sequence(inner), octets(text));
    expect(faultIn(() => judge(sequence(oid('1.2.840.113549.1.7.2'), tagged(0, deep))))).toMatch(/^(over-limits|none)/);
  });
});

it('the bytes of the ranges are fed in order, no more than 256 KiB at once', () => {
  const file = fileOf(Array.from({ length: 700_000 }, (_, i) => String.fromCharCode(97 + (i % 23))).join(''));
  const pieces: Buffer[] = [];
  const ranges = [
    { offset: 5, length: 600_000 },
    { offset: 600_100, length: 50 },
  ];
  feedOf(file, ranges)((piece) => void pieces.push(Buffer.from(piece)));
  expect(pieces.map(({ length }) => length)).toEqual([262_144, 262_144, 600_000 - 2 * 262_144, 50]);
  expect(Buffer.concat(pieces)).toEqual(Buffer.concat(ranges.map(({ offset, length }) => file.read(offset, length))));
});
