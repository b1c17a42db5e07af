/** The same messages before pkijs, which shares no code with us: whatever it finds right or wrong over its content, so do we. */
import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { ContentInfo, SignedData } from 'pkijs';
import { describe, expect, it } from 'vitest';
import { integer, nothing, oid, sequence, tagged, time, utf8 } from '../../../src/signature/asn1/write.ts';
import { attribute } from '../../../src/signature/sign/cms.ts';
import { content, digestIdentifier, makeCms, oids, outcomeOf, plainAttributes, type Shape, signerFor } from './maker.ts';

/** pkijs refuses by `false` and by throwing alike. */
const byPkijs = async (cms: Uint8Array, over: Uint8Array = content): Promise<boolean> => {
  try {
    const signed = new SignedData({ schema: ContentInfo.fromBER(Uint8Array.from(cms)).content });
    return await signed.verify({ signer: 0, data: Uint8Array.from(over).buffer });
  } catch {
    return false;
  }
};

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const curves = ['P-256', 'P-384', 'P-521'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve }));
const numbers = { sha256: 32, sha384: 48, sha512: 64 } as const;
type Digest = keyof typeof numbers;

type Making = Pick<Shape, 'signer' | 'algorithm' | 'value'>;
const byRsa = (digest: Digest): Making => ({
  signer: signerFor(rsa),
  algorithm: sequence(oid(`1.2.840.113549.1.1.${{ sha256: 11, sha384: 12, sha512: 13 }[digest]}`), nothing),
  value: (signed) => sign(digest, signed, rsa.privateKey),
});
const byPss = (digest: Digest): Making => ({
  signer: signerFor(rsa),
  algorithm: sequence(
    oid(oids.pss),
    sequence(
      tagged(0, digestIdentifier(digest)),
      tagged(1, sequence(oid(oids.mgf1), digestIdentifier(digest))),
      tagged(2, integer(numbers[digest])),
    ),
  ),
  value: (signed) => sign(digest, signed, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: numbers[digest] }),
});
const byCurve =
  (keys: { publicKey: KeyObject; privateKey: KeyObject } | undefined) =>
  (digest: Digest): Making => {
    if (keys === undefined) throw new Error('no such curve');
    return {
      signer: signerFor(keys),
      algorithm: sequence(oid(`1.2.840.10045.4.3.${{ sha256: 2, sha384: 3, sha512: 4 }[digest]}`)),
      value: (signed) => sign(digest, signed, keys.privateKey),
    };
  };

const makings: readonly (readonly [string, (digest: Digest) => Making])[] = [
  ['RSA', byRsa],
  ['RSA-PSS', byPss],
  ['P-256', byCurve(curves[0])],
  ['P-384', byCurve(curves[1])],
  ['P-521', byCurve(curves[2])],
];

const withMore = (digest: Digest) => [
  ...plainAttributes(digest),
  attribute(oids.signingTime, time(new Date('2026-11-20T01:02:03Z'))),
  attribute('1.2.3.4', utf8('Ký số')),
];

const forms: readonly (readonly [string, (digest: Digest) => Partial<Shape>])[] = [
  ['plain attributes', () => ({})],
  ['further attributes', (digest) => ({ attributes: withMore(digest) })],
  ['no attributes', () => ({ attributes: null })],
];

describe('beside pkijs', () => {
  for (const [kind, making] of makings) {
    for (const digest of Object.keys(numbers) as readonly Digest[]) {
      it(`${kind} with ${digest}: the same answer to right and wrong`, async () => {
        for (const [form, more] of forms) {
          const cms = makeCms({ ...making(digest), digest, ...more(digest) });
          expect([form, await byPkijs(cms), outcomeOf(cms).fault]).toEqual([form, true, null]);
          const other = Buffer.concat([content, Buffer.from('.')]);
          expect([await byPkijs(cms, other), outcomeOf(cms, other).fault === null]).toEqual([false, false]);
          const spoilt = Buffer.from(cms);
          spoilt[spoilt.length - 20] = (spoilt[spoilt.length - 20] ?? 0) ^ 4;
          expect([await byPkijs(spoilt), outcomeOf(spoilt).fault === null]).toEqual([false, false]);
        }
      });
    }
  }
});
