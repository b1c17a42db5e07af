/**
 * Certificates, revocation lists and OCSP answers that a CMS carries for long-term validation: beside the
 * signature (RFC 5652 10.2.1, RFC 5940), as Adobe's signed attribute (ISO 32000-2 12.8.3.3.2), and as the
 * unsigned values of CAdES (ETSI EN 319 122-1 A.1.1). They are material, not proof: each is judged by its
 * own signature. What cannot be read is left out.
 */

import { childrenOf, isContext, isUniversal, oidOf, sequenceOf, type Tlv } from '../asn1/der.ts';
import { octets, tagged, tlv, oid as writeOid, sequence as writeSequence } from '../asn1/write.ts';
import type { VerificationContext } from '../context.ts';
import { withEmbedded } from '../revocation/known.ts';
import type { SignedData, SignerInfo } from './read.ts';
import { certificatesFrom } from './signer.ts';

/** DER of each. */
export type Enclosed = {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly answers: readonly Uint8Array[];
};

const ids = {
  ocspChoice: '1.3.6.1.5.5.7.16.2',
  basicOcsp: '1.3.6.1.5.5.7.48.1.1',
  adobeRevocation: '1.2.840.113583.1.1.8',
  certificateValues: '1.2.840.113549.1.9.16.2.23',
  revocationValues: '1.2.840.113549.1.9.16.2.24',
} as const;

/** More of one kind than any path needs. */
const MAX_ITEMS = 100;

const readable = <Item>(read: () => readonly Item[]): readonly Item[] => {
  try {
    return read().slice(0, MAX_ITEMS);
  } catch {
    return [];
  }
};

/** BasicOCSPResponse in the OCSPResponse it came in (RFC 6960 4.2.1). */
const answerAround = (basic: Uint8Array): Uint8Array =>
  writeSequence(tlv(0x0a, Buffer.from([0])), tagged(0, writeSequence(writeOid(ids.basicOcsp), octets(basic))));

/** Items of the SEQUENCE that stands in the field `[number]`. */
const listIn = (fields: readonly Tlv[], number: number): readonly Tlv[] => {
  const field = fields.find((one) => isContext(one, number));
  return field === undefined ? [] : sequenceOf(childrenOf(field)[0]);
};

const bytesOf = (element: Tlv): Uint8Array => element.bytes;

/** `[1] OtherRevocationInfoFormat` with an OCSP answer in it. */
const answersBeside = (data: SignedData): readonly Uint8Array[] =>
  data.revocations.flatMap((choice) => {
    if (!isContext(choice, 1)) return [];
    const [format, answer] = childrenOf(choice);
    return answer !== undefined && oidOf(format) === ids.ocspChoice ? [answer.bytes] : [];
  });

/** Everything that came with this signer. */
export const enclosedIn = (data: SignedData, info: SignerInfo | null): Enclosed => {
  const adobe = info?.signed?.attributes.get(ids.adobeRevocation)?.[0];
  const values = info?.unsigned.get(ids.revocationValues)?.[0];
  const certificates = info?.unsigned.get(ids.certificateValues)?.[0];
  return {
    certificates: readable(() => (certificates === undefined ? [] : sequenceOf(certificates).map(bytesOf))),
    crls: [
      ...readable(() => data.revocations.filter((choice) => isUniversal(choice, 16)).map(bytesOf)),
      ...readable(() => (adobe === undefined ? [] : listIn(sequenceOf(adobe), 0).map(bytesOf))),
      ...readable(() => (values === undefined ? [] : listIn(sequenceOf(values), 0).map(bytesOf))),
    ],
    answers: [
      ...readable(() => answersBeside(data)),
      ...readable(() => (adobe === undefined ? [] : listIn(sequenceOf(adobe), 1).map(bytesOf))),
      ...readable(() => (values === undefined ? [] : listIn(sequenceOf(values), 1).map((one) => answerAround(one.bytes)))),
    ],
  };
};

/** The context of a signature that came with this: what it carries helps, beside what the hub has. */
export const carrying = (context: VerificationContext, enclosed: Enclosed): VerificationContext => {
  const { certificates, crls, answers } = enclosed;
  if (certificates.length + crls.length + answers.length === 0) return context;
  return {
    ...context,
    revocation: withEmbedded(context.revocation, [...crls, ...answers]),
    enclosed: [...(context.enclosed ?? []), ...certificatesFrom(certificates, context.trust.memory)],
  };
};
