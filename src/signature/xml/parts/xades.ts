/** What signed properties say (XAdES, ETSI EN 319 132-1 5.2, and the SigningTime that Vietnamese signers write), read from the bytes that were hashed. */

import { digestBytes as hash } from '../../cms/algorithm.ts';
import type { Certificate } from '../../path/certificate.ts';
import { digestFor, ds } from '../algorithm.ts';
import { withXml } from '../document.ts';
import { base64Of, malformed, type Node, nodeOf, unsupported } from './node.ts';

/** Every version of the namespace: v1.3.2 is today's, v1.1.1 and v1.2.2 are met. */
const etsi = 'http://uri.etsi.org/01903/';

export type Facts = {
  readonly claimedAt: Date | null;
  /** Digests of the signer's certificate; it must fit every one. */
  readonly certificates: readonly { readonly algorithm: string; readonly digest: Buffer }[];
};

const named = (node: Node, name: string): readonly Node[] => [
  ...(node.name === name ? [node] : []),
  ...node.children.flatMap((child) => named(child, name)),
];

const dateTime = /^\s*(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)(Z|[+-]\d{2}:\d{2})?\s*$/;

/** A claim for display; without a zone it is a Vietnamese clock's. */
const timeIn = (root: Node): Date | null => {
  const [, moment, zone = '+07:00'] = dateTime.exec(named(root, 'SigningTime')[0]?.text ?? '') ?? [];
  if (moment === undefined) return null;
  const at = new Date(moment + zone);
  return Number.isNaN(at.getTime()) ? null : at;
};

/** SigningCertificate and SigningCertificateV2: the first Cert is the signer's (5.2.2). */
const certificateIn = (node: Node): Facts['certificates'][number] => {
  const [cert] = node.children;
  const digest = cert?.children.find((one) => one.namespace === node.namespace && one.name === 'CertDigest');
  const method = digest?.children.find((one) => one.namespace === ds && one.name === 'DigestMethod')?.attributes.get('Algorithm');
  const value = digest?.children.find((one) => one.namespace === ds && one.name === 'DigestValue');
  if (method === undefined || value === undefined) return malformed(`parts of ${node.name}`);
  const algorithm = digestFor(method) ?? unsupported(`digest ${method}`);
  return { algorithm, digest: base64Of(value.text) ?? malformed(`digest of ${node.name}`) };
};

/** From the canonical bytes of an element that a reference covers. Throws ProfileError. */
export const factsFrom = (canonical: Buffer): Facts => {
  const read = withXml(canonical, (document): Facts => {
    const root = nodeOf(document.root);
    const signing = [...named(root, 'SigningCertificate'), ...named(root, 'SigningCertificateV2')];
    return { claimedAt: timeIn(root), certificates: signing.filter((one) => one.namespace.startsWith(etsi)).map(certificateIn) };
  });
  return typeof read === 'string' ? malformed('signed properties do not stand by themselves') : read;
};

export const joined = (all: readonly Facts[]): Facts => ({
  claimedAt: all.find((one) => one.claimedAt !== null)?.claimedAt ?? null,
  certificates: all.flatMap((one) => one.certificates),
});

/** False when the signed properties name another certificate: it was swapped. */
export const isBound = (facts: Facts, certificate: Certificate): boolean =>
  facts.certificates.every(({ algorithm, digest }) => digest.equals(hash(algorithm, certificate.der)));
