import { createHash, sign } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../../src/demo/pki.ts';
import { childrenOf, readWhole } from '../../../src/signature/asn1/der.ts';
import { type Der, octets, sequence, tagged, tlv } from '../../../src/signature/asn1/write.ts';
import { verifyBare } from '../../../src/signature/cms/bare.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';
import { certificatesOf, contentOf, verifySigner } from '../../../src/signature/cms/signer.ts';
import { trustFrom } from '../../../src/signature/path/trust.ts';
import { verifyContents } from '../../../src/signature/pdf/signed.ts';
import { attribute, signCms } from '../../../src/signature/sign/cms.ts';
import { believeSigner } from '../../../src/signature/time/believe.ts';
import { type Kit, makeKit, now } from '../kit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

const content = Buffer.from('Nội dung văn bản');
const over = contentOf((sink) => sink(content));
const adobe = '1.2.840.113583.1.1.8';
const revocationValues = '1.2.840.113549.1.9.16.2.24';
const certificateValues = '1.2.840.113549.1.9.16.2.23';

const reasonOf = (cms: Uint8Array, trust = kit.trust) => {
  const { data } = readSignedData(cms);
  const [info] = data.signers;
  if (info === undefined) throw new Error('no signer');
  const outcome = verifySigner(info, data, over, {
    embedded: certificatesOf(data, trust.memory),
    local: [...trust.intermediates, ...trust.anchors],
  });
  return believeSigner({ outcome, cms: { info, data, content: over }, claimedAt: null }, { trust, at: now }).reason;
};
const made = (more: Partial<Parameters<typeof signCms>[0]>): Uint8Array =>
  signCms({ content, certificate: kit.agency.certificate, key: kit.agency.key, ...more });
const lists = (): readonly Der[] => kit.pki.revocationLists([], now);

/** The same message with these lists in its field [1]. */
const withLists = (cms: Uint8Array, choices: readonly Der[]): Uint8Array => {
  const [type, wrapped] = childrenOf(readWhole(cms));
  const fields = childrenOf(childrenOf(wrapped ?? readWhole(cms))[0] ?? readWhole(cms)).map((field) => field.bytes);
  const signers = fields.at(-1) ?? cms;
  return sequence(type?.bytes ?? cms, tagged(0, sequence(...fields.slice(0, -1), tlv(0xa1, ...choices), signers)));
};

describe('revocation lists that a message brings', () => {
  it('are missing otherwise', () => {
    expect(reasonOf(made({}))).toBe('revocation-unknown');
  });
  it.each<readonly [string, () => Uint8Array]>([
    ['beside the signature', () => withLists(made({}), lists())],
    ['in Adobe’s signed attribute', () => made({ attributes: [attribute(adobe, sequence(tagged(0, sequence(...lists()))))] })],
    [
      'in the unsigned values of CAdES',
      () => made({ unsigned: () => [attribute(revocationValues, sequence(tagged(0, sequence(...lists()))))] }),
    ],
  ])('%s are used', (_, make) => {
    expect(reasonOf(make())).toBeNull();
  });
  it('and say revoked are believed too', () => {
    const revoked = kit.pki.revocationLists(
      [{ certificate: kit.agency.certificate, at: new Date(now.getTime() - 86_400_000), reason: 'keyCompromise' }],
      now,
    );
    expect(reasonOf(withLists(made({}), revoked))).toBe('revoked');
  });
  it('of a stranger, rubbish, or forms nobody knows do neither good nor harm', () => {
    const other = tlv(0xa1, Buffer.from('0603290304', 'hex'), octets(Buffer.from('x')));
    expect(reasonOf(withLists(made({}), [other, sequence(), ...lists()]))).toBeNull();
    expect(reasonOf(made({ unsigned: () => [attribute(revocationValues, octets(Buffer.from('x')))] }))).toBe('revocation-unknown');
    expect(reasonOf(made({ attributes: [attribute(adobe, sequence(tagged(0, octets(Buffer.from('x')))))] }))).toBe('revocation-unknown');
  });
  it('come with certificates between, which only help to find the way', () => {
    const root = kit.pki.root.certificate;
    const bare = trustFrom({ anchors: [root], pins: [fingerprint(root)] });
    const carried = made({
      unsigned: () => [
        attribute(certificateValues, sequence(kit.pki.issuing.certificate)),
        attribute(revocationValues, sequence(tagged(0, sequence(...lists())))),
      ],
    });
    expect(reasonOf(made({}), bare)).toBe('untrusted');
    expect(reasonOf(carried, bare)).toBeNull();
  });
});

describe('adbe.x509.rsa_sha1', () => {
  const valueBy = (digest: string): Uint8Array => octets(sign(digest, content, kit.agency.key));
  const bare = (contents: Uint8Array, certificates: readonly Uint8Array[] = [kit.agency.certificate]) =>
    verifyContents({ subFilter: 'adbe.x509.rsa_sha1', contents, certificates }, false, over, kit.context)[0]?.outcome;
  it('is verified over the file, and says with which digest', () => {
    expect(bare(valueBy('sha1'))).toMatchObject({ fault: null, algorithm: 'RSA SHA1', digests: ['sha1'] });
    expect(bare(Buffer.concat([valueBy('sha256'), Buffer.alloc(100)]))).toMatchObject({ fault: null, algorithm: 'RSA SHA256' });
  });
  it('is believed as SHA-1 is: not any more', () => {
    const outcome = bare(valueBy('sha1'));
    if (outcome === undefined) throw new Error('no outcome');
    expect(
      believeSigner({ outcome, cms: null, claimedAt: null }, { ...kit.context, rules: { trust: true, revocation: false, expiry: true } })
        .reason,
    ).toBe('weak-algorithm');
  });
  it('is refused over other content, by another key, without certificate, with bytes behind', () => {
    const spoilt = Buffer.from(valueBy('sha1'));
    spoilt[40] = (spoilt[40] ?? 0) ^ 1;
    expect(bare(spoilt)?.fault).toBe('signature-mismatch');
    expect(bare(valueBy('sha1'), [kit.pki.root.certificate])?.fault).toBe('signature-mismatch');
    expect(bare(valueBy('sha1'), [])?.fault).toBe('malformed-signature');
    expect(bare(valueBy('sha1'), [Buffer.from('x'), kit.agency.certificate])?.fault).toBe('malformed-signature');
    expect(bare(Buffer.concat([valueBy('sha1'), Buffer.from('x')]))?.fault).toBe('malformed-signature');
    expect(bare(sequence())?.fault).toBe('malformed-signature');
    expect(
      verifyBare(createHash('sha1').update(content).digest(), [kit.agency.certificate], over, kit.trust.memory).outcome.fault,
    ).not.toBeNull();
  });
});
