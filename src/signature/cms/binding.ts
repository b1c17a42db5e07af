/**
 * What signed attributes say of the signature itself: which certificate it belongs to (ESS, RFC 5035) and
 * with which algorithms it was made (RFC 6211). They stop certificates and algorithms from being swapped.
 */
import { childrenOf, DerError, integerHex, isContext, isUniversal, octetString, oidOf, sequenceOf, type Tlv } from '../asn1/der.ts';
import { nameOf } from '../asn1/name.ts';
import type { Certificate } from '../path/certificate.ts';
import { digestBytes, digestOf } from './algorithm.ts';
import type { Attributes, SignerInfo } from './read.ts';

const ids = {
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  algorithmProtection: '1.2.840.113549.1.9.52',
} as const;

/** The one value of an attribute that may have only one; undefined when it is absent. */
export const single = (attributes: Attributes, id: string): Tlv | undefined => {
  const values = attributes.get(id);
  if (values !== undefined && values.length !== 1) throw new DerError('an attribute of one value has another number');
  return values?.[0];
};

/** Whether this name is that of the certificate's issuer: most often to the byte, else as RFC 5280 7.1 compares. */
export const isIssuer = (name: Tlv | undefined, { issuer, issuerDer }: Certificate): boolean =>
  name !== undefined && (Buffer.compare(name.bytes, issuerDer) === 0 || nameOf(name).key === issuer.key);

/** IssuerSerial (RFC 5035 5.4): exactly one directory name, and the serial number. */
const isIssuerSerial = (element: Tlv, certificate: Certificate): boolean => {
  const [names, serial] = sequenceOf(element);
  const [name, ...more] = sequenceOf(names);
  if (!isContext(name, 4) || more.length > 0) return false;
  return integerHex(serial) === certificate.serial && isIssuer(childrenOf(name)[0], certificate);
};

export type Bond = 'bound' | 'unbound' | 'other-certificate' | 'unknown-digest';

/** Of SigningCertificate and SigningCertificateV2: the first ESSCertID is the signer's; policies are not asked. */
const bondOf = (value: Tlv, isSecond: boolean, certificate: Certificate): Bond => {
  const fields = [...sequenceOf(sequenceOf(sequenceOf(value)[0])[0])];
  const named = isSecond && isUniversal(fields[0], 16) ? fields.shift() : undefined;
  const [hash, issuerSerial] = fields;
  const algorithm = named === undefined ? (isSecond ? 'sha256' : 'sha1') : digestOf(named);
  if (algorithm === null) return 'unknown-digest';
  if (Buffer.compare(octetString(hash), digestBytes(algorithm, certificate.der)) !== 0) return 'other-certificate';
  return issuerSerial === undefined || isIssuerSerial(issuerSerial, certificate) ? 'bound' : 'other-certificate';
};

/** Whether the attributes name a certificate, and this one; `unbound` when they name none. Throws DerError. */
export const bondTo = (attributes: Attributes, certificate: Certificate): Bond => {
  const second = single(attributes, ids.signingCertificateV2);
  const first = single(attributes, ids.signingCertificate);
  const bonds = [
    ...(second === undefined ? [] : [bondOf(second, true, certificate)]),
    ...(first === undefined ? [] : [bondOf(first, false, certificate)]),
  ];
  if (bonds.length === 0) return 'unbound';
  return bonds.find((bond) => bond !== 'bound') ?? 'bound';
};

/** Equal but for parameters NULL or absent, which makers mix (RFC 6211 3). */
const isSameAlgorithm = (one: Tlv, two: Tlv): boolean => {
  const parts = [one, two].map((identifier) => {
    const [oid, parameters] = sequenceOf({ ...identifier, tagClass: 0, tag: 16 });
    const isBare = parameters === undefined || (isUniversal(parameters, 5) && parameters.content.length === 0);
    return `${oidOf(oid)} ${isBare ? '' : Buffer.from(parameters.bytes).toString('hex')}`;
  });
  return parts[0] === parts[1];
};

/** False when CMSAlgorithmProtection is present and names other algorithms than the SignerInfo. Throws DerError. */
export const keepsAlgorithms = (info: SignerInfo, attributes: Attributes): boolean => {
  const value = single(attributes, ids.algorithmProtection);
  if (value === undefined) return true;
  const [digest, signature, ...more] = sequenceOf(value);
  if (digest === undefined || !isContext(signature, 1) || more.length > 0) return false;
  return isSameAlgorithm(digest, info.identifiers.digest) && isSameAlgorithm(signature, info.identifiers.signature);
};
