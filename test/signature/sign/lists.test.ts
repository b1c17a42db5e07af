/** Lists and tokens that we write, read back by the readers, and to the byte where the encoding is the point. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { childrenOf, readWhole, sequenceOf } from '../../../src/signature/asn1/der.ts';
import { octets, oid, sequence } from '../../../src/signature/asn1/write.ts';
import { isSigned, schemeOf } from '../../../src/signature/cms/algorithm.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';
import { readCrl } from '../../../src/signature/revocation/crl/list.ts';
import { directoryKey } from '../../../src/signature/revocation/crl/point.ts';
import { writeCertificate } from '../../../src/signature/sign/certificate.ts';
import { attribute, type CmsRequest, signCms } from '../../../src/signature/sign/cms.ts';
import {
  type CrlRequest,
  enumerated,
  generalizedTime,
  type RevocationReason,
  revocationReasons,
  writeCrl,
} from '../../../src/signature/sign/crl.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { signTimestamp, timeStampingPurpose, timestampedBy } from '../../../src/signature/sign/timestamp.ts';
import { readToken } from '../../../src/signature/time/token.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const day = (text: string) => new Date(`${text}T00:00:00.000Z`);
const name = { commonName: 'CA' };
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

describe('a list', () => {
  const written = (more: Partial<CrlRequest> = {}) => {
    const crl = readCrl(
      writeCrl({
        ...{ issuer: name, issuerKey: keys.privateKey, entries: [], thisUpdate: day('2026-11-19'), nextUpdate: day('2026-11-26') },
        ...more,
      }),
    );
    if (crl === null) throw new Error('no list');
    return crl;
  };
  const find = (crl: ReturnType<typeof written>, serial: string) =>
    crl.entries()?.find(Buffer.from(serial, 'hex'), directoryKey(crl.issuer)) ?? null;
  it('says who, when and until when', () => {
    const crl = written();
    expect(crl).toMatchObject({ thisUpdate: day('2026-11-19'), nextUpdate: day('2026-11-26'), number: null, baseNumber: null });
    expect(crl.issuer.text).toBe('CN=CA');
    expect(crl.entries()?.count).toBe(0);
    const scheme = schemeOf(crl.signatureAlgorithm, null);
    expect(scheme !== null && isSigned(scheme, keys.publicKey, crl.tbs, crl.signature)).toBe(true);
    expect(crl.authorityKeyId).toMatch(/^[0-9a-f]{40}$/);
    expect(written({ nextUpdate: null }).nextUpdate).toBeNull();
  });
  it('has a number, and a base where it is a delta', () => {
    expect(written({ number: 7 }).number).toBe(7n);
    expect(written({ number: 300, deltaOf: 299 })).toMatchObject({ number: 300n, baseNumber: 299n });
  });
  it('names what is revoked, since when and why', () => {
    const crl = written({
      entries: [
        { serial: '0102', revokedAt: day('2026-11-01') },
        { serial: Buffer.from('0a', 'hex'), revokedAt: day('2026-11-02'), reason: 'keyCompromise', invalidityAt: day('2026-10-01') },
        { serial: 'abc', revokedAt: day('2026-11-03'), reason: 'certificateHold' },
      ],
    });
    expect(crl.entries()?.count).toBe(3);
    expect(find(crl, '0102')).toMatchObject({ revokedAt: day('2026-11-01') });
    expect(find(crl, '0a')).toMatchObject({ revokedAt: day('2026-11-02'), reason: 1 });
    expect(find(crl, '0abc')).toMatchObject({ reason: 6 });
    expect(find(crl, '05')).toBeNull();
  });
  it.each<readonly [RevocationReason, number]>([
    ['unspecified', 0],
    ['keyCompromise', 1],
    ['cACompromise', 2],
    ['affiliationChanged', 3],
    ['superseded', 4],
    ['cessationOfOperation', 5],
    ['certificateHold', 6],
    ['removeFromCRL', 8],
    ['privilegeWithdrawn', 9],
    ['aACompromise', 10],
  ])('%s is reason %d', (reason, value) => {
    expect(revocationReasons[reason]).toBe(value);
  });
  it('with an extension that nobody understands is none', () => {
    const odd = { ...{ issuer: name, issuerKey: keys.privateKey, entries: [], thisUpdate: day('2026-11-19'), nextUpdate: null } };
    expect(readCrl(writeCrl({ ...odd, extensions: [extension('1.2.3', true, sequence())] }))).toBeNull();
    expect(readCrl(writeCrl({ ...odd, extensions: [extension('1.2.3', false, sequence())] }))).not.toBeNull();
  });
  it('writes times and numbers as DER has them', () => {
    expect(hex(generalizedTime(new Date('2026-11-20T09:08:07.654Z')))).toBe(hex(Buffer.from('\x18\x0f20261120090807Z', 'latin1')));
    expect(hex(enumerated(6))).toBe('0a0106');
    expect(hex(extension('2.5.29.15', true, octets(Buffer.from([1]))))).toBe('300d0603551d0f0101ff0403040101');
    expect(hex(extension('2.5.29.15', false, octets(Buffer.from([1]))))).toBe('300a0603551d0f0403040101');
  });
});

const certificate = writeCertificate({
  ...{
    subject: { commonName: 'Sở' },
    issuer: name,
    subjectKey: keys.publicKey,
    issuerKey: keys.privateKey,
    issuerPublicKey: keys.publicKey,
  },
  ...{ validFrom: day('2026-01-01'), validTo: day('2030-01-01'), usages: ['digitalSignature'], serial: Buffer.from('3b01', 'hex') },
  extensions: [timeStampingPurpose],
});
const content = Buffer.from('Nội dung');
const digest = createHash('sha256').update(content).digest();

describe('a message', () => {
  const written = (more: Partial<CmsRequest> = {}) => readSignedData(signCms({ certificate, key: keys.privateKey, content, ...more })).data;
  const attributesOf = (more: Partial<CmsRequest> = {}) => written(more).signers[0]?.signed?.attributes;
  const ids = {
    type: '1.2.840.113549.1.9.3',
    digest: '1.2.840.113549.1.9.4',
    time: '1.2.840.113549.1.9.5',
    bond: '1.2.840.113549.1.9.16.2.47',
  };
  it('is detached, or has its content inside', () => {
    expect(written()).toMatchObject({ contentType: '1.2.840.113549.1.7.1', content: null });
    const inside = { type: '1.2.3', content };
    expect(written({ inside })).toMatchObject({ contentType: '1.2.3' });
    expect(hex(written({ inside }).content ?? undefined)).toBe(hex(content));
    const version = (more: object) =>
      childrenOf(
        childrenOf(childrenOf(readWhole(signCms({ certificate, key: keys.privateKey, content, ...more })))[1] ?? readWhole(content))[0] ??
          readWhole(content),
      )[0]?.content[0];
    expect([version({}), version({ inside })]).toEqual([1, 3]);
  });
  it('signs the digest that it is given, or makes', () => {
    const stated = (more: Partial<CmsRequest>) => hex(attributesOf(more)?.get(ids.digest)?.[0]?.content);
    expect(stated({})).toBe(hex(digest));
    expect(stated({ digest: Buffer.alloc(32, 7) })).toBe('07'.repeat(32));
    expect(stated({ inside: { type: '1.2.3', content: Buffer.from('x') } })).toBe(createHash('sha256').update('x').digest('hex'));
  });
  it('names type, certificate and time, where they are asked for', () => {
    expect([...(attributesOf()?.keys() ?? [])].sort()).toEqual([ids.bond, ids.type, ids.digest].sort());
    expect(attributesOf({ unbound: true })?.has(ids.bond)).toBe(false);
    expect(hex(attributesOf({ signingTime: day('2026-11-20') })?.get(ids.time)?.[0]?.content)).toBe(
      Buffer.from('261120000000Z').toString('hex'),
    );
    expect(attributesOf({ attributes: [attribute('1.2.3', octets(content), octets(digest))] })?.get('1.2.3')).toHaveLength(2);
    expect(hex(attributesOf({ inside: { type: '1.2.3', content } })?.get(ids.type)?.[0]?.bytes)).toBe(hex(oid('1.2.3')));
  });
  it('names its signer by issuer and serial number, in version 1 certificates too', () => {
    expect(written().signers[0]?.signer).toMatchObject({ serial: '3B01' });
    const [tbs, ...rest] = childrenOf(readWhole(certificate)).map((one) => one.bytes);
    const old = sequence(
      sequence(
        ...sequenceOf(readWhole(tbs ?? content))
          .slice(1)
          .map((one) => one.bytes),
      ),
      ...rest,
    );
    expect(readSignedData(signCms({ certificate: old, key: keys.privateKey, content })).data.signers[0]?.signer).toMatchObject({
      serial: '3B01',
    });
  });
  it('carries certificates, and what is made over its value', () => {
    expect(
      written({
        chain: [
          writeCertificate({
            ...{ subject: name, issuer: name, subjectKey: keys.publicKey, issuerKey: keys.privateKey },
            ...{ issuerPublicKey: keys.publicKey, validFrom: day('2026-01-01'), validTo: day('2030-01-01'), usages: [] },
          }),
        ],
      }).certificates,
    ).toHaveLength(2);
    const [info] = written({ unsigned: (value) => [attribute('1.2.3', octets(value))] }).signers;
    expect(hex(info?.unsigned.get('1.2.3')?.[0]?.content)).toBe(hex(info?.value));
    expect(written({ unsigned: () => [] }).signers[0]?.unsigned.size).toBe(0);
    expect(written().signers[0]?.scheme?.label).toBe('ECDSA SHA256');
  });
});

describe('a time stamp', () => {
  const at = new Date('2026-11-20T09:08:07.000Z');
  const written = (more: Partial<Parameters<typeof signTimestamp>[0]> = {}) =>
    readToken(readSignedData(signTimestamp({ certificate, key: keys.privateKey, content, at, ...more })).data);
  it('says what, when and how exactly', () => {
    expect(written()).toEqual({ policy: '2.16.704.1.1.1.2.1', digest: 'sha256', imprint: digest, at, accuracy: 0, ordering: false });
    expect(written({ digest: Buffer.alloc(32, 7) }).imprint).toEqual(Buffer.alloc(32, 7));
    expect(written({ policy: '1.2.3' }).policy).toBe('1.2.3');
    expect(written({ ordering: true }).ordering).toBe(true);
    expect(written({ ordering: true, nonce: Buffer.from([9]), accuracy: { seconds: 1 } })).toMatchObject({
      accuracy: 1000,
      ordering: true,
    });
  });
  it.each([1, 127, 128, 255, 256, 999])('is good to %d milliseconds', (millis) => {
    expect(written({ accuracy: { seconds: 2, millis } }).accuracy).toBe(2000 + millis);
  });
  it.each(['2026-11-20T09:08:07.000Z', '2026-11-20T09:08:07.120Z', '2026-11-20T09:08:07.003Z'])('at %s is told so', (text) => {
    expect(written({ at: new Date(text) }).at.toISOString()).toBe(text);
  });
  it('has no zeros at the end of its fraction (RFC 3161 2.4.2)', () => {
    const content120 = readSignedData(
      signTimestamp({ certificate, key: keys.privateKey, content, at: new Date('2026-11-20T09:08:07.120Z') }),
    ).data.content;
    expect(Buffer.from(content120 ?? []).includes('20261120090807.12Z')).toBe(true);
    expect(
      Buffer.from(readSignedData(signTimestamp({ certificate, key: keys.privateKey, content, at })).data.content ?? []).includes(
        '20261120090807Z',
      ),
    ).toBe(true);
  });
  it('over a signature stands among what nobody signed', () => {
    const { data } = readSignedData(
      signCms({
        certificate,
        key: keys.privateKey,
        content,
        unsigned: timestampedBy({ certificate, key: keys.privateKey, at, serial: 5 }),
      }),
    );
    const [info] = data.signers;
    const token = info?.unsigned.get('1.2.840.113549.1.9.16.2.14')?.[0];
    expect(readToken(readSignedData(token?.bytes ?? content).data).imprint).toEqual(
      createHash('sha256')
        .update(info?.value ?? content)
        .digest(),
    );
  });
});
