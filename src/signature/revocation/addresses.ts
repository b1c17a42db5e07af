/** Where a certificate says that its revocation and its issuer may be had. Only http(s) addresses: nothing else is ever fetched. */
import { isContext, oidOf, readWhole, sequenceOf, type Tlv } from '../asn1/der.ts';
import type { Certificate } from '../path/certificate.ts';

const accessMethods = { ocsp: '1.3.6.1.5.5.7.48.1', issuer: '1.3.6.1.5.5.7.48.2' } as const;
/** A certificate with more addresses than this wants something else. */
const MAX_ADDRESSES = 8;

/** The URI of a GeneralName (RFC 5280 §4.2.1.6), empty for every other kind of name. */
const urlOf = (name: Tlv): readonly string[] => {
  const text = isContext(name, 6) ? Buffer.from(name.content).toString('latin1') : '';
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? [text] : [];
};

/** An extension nobody can read names no address. */
const readOr = (read: () => readonly string[]): readonly string[] => {
  try {
    return [...new Set(read())].slice(0, MAX_ADDRESSES);
  } catch {
    return [];
  }
};

const pointsIn = (certificate: Certificate, id: string): readonly string[] => {
  const extension = certificate.extensions.get(id);
  if (extension === undefined) return [];
  return readOr(() =>
    sequenceOf(readWhole(extension.value)).flatMap((point) => {
      const name = sequenceOf(point).find((field) => isContext(field, 0));
      const full = name === undefined ? undefined : readWhole(name.content);
      return isContext(full, 0) ? childUrls(full) : [];
    }),
  );
};

const childUrls = (names: Tlv): readonly string[] => {
  // A context-tagged SEQUENCE OF: read as if it were the universal one.
  const children = sequenceOf({ ...names, tagClass: 0, tag: 16 });
  return children.flatMap(urlOf);
};

const accessIn = (certificate: Certificate, method: string): readonly string[] => {
  const extension = certificate.extensions.get('1.3.6.1.5.5.7.1.1');
  if (extension === undefined) return [];
  return readOr(() =>
    sequenceOf(readWhole(extension.value)).flatMap((description) => {
      const [id, location] = sequenceOf(description);
      return oidOf(id) === method && location !== undefined ? urlOf(location) : [];
    }),
  );
};

/** cRLDistributionPoints and freshestCRL (RFC 5280 §4.2.1.13, §4.2.1.15). */
export const crlUrlsOf = (certificate: Certificate): readonly string[] => [
  ...new Set([...pointsIn(certificate, '2.5.29.31'), ...pointsIn(certificate, '2.5.29.46')]),
];

/** Authority information access (§4.2.2.1): responders, and the issuer's own certificate. */
export const ocspUrlsOf = (certificate: Certificate): readonly string[] => accessIn(certificate, accessMethods.ocsp);
export const issuerUrlsOf = (certificate: Certificate): readonly string[] => accessIn(certificate, accessMethods.issuer);
