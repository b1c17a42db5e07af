/**
 * The dummies that the national axis's own samples and the .NET client put where an envelope's signature
 * belongs. Only in an envelope, and only what says nothing at all is one:
 *
 * 1. an element without anything inside (`<DigitalSignature/>`);
 * 2. the values of the SDK's samples, copied literally, both the digest's and the signature's;
 * 3. no certificate in it that can be read, and the rest cannot be a signature either: a certificate's text
 *    that is not one whole DER element, or no SignatureValue of at least 64 bytes (no RSA or ECDSA value is
 *    shorter), or no DigestValue of a digest's length.
 *
 * As soon as a certificate can be read somebody is named, and what does not hold is `invalid`: to hide
 * behind rule 3 a forger must name nobody, which is no better than leaving the signature out.
 */
import { readWhole } from '../../asn1/der.ts';
import { readCertificate } from '../../path/certificate.ts';
import { digestBytes } from '../algorithm.ts';
import { base64Of, type Node } from './node.ts';

/** Of the samples edoc_new, edoc_update, edoc_replacement and edoc_revocation of the SDK: one value in all four. */
const sample = {
  digest: 'FwgIqsSYJshUS2+wlOM61L+q7Aw=',
  value:
    'GbVb8n9+qFxz466Ag0sbpVdLPs2R0+9JBekp12UyarAZjoG0W/kPZZJ1auRZDcNcrSwzgkQMpqrjwxcy3ejzbY/ON5USUPgoYNYM8p4wsgQpEAeQaZ+EWLkkEBxYjb+iWEiAjYuJI7gtJoOyENcOK4fO050SXp2ctOc32LJMA5eEI6Hw7sxhc2LAgcPiynJHdDW2Z+eut6QZiUsbIF9+S3T6u/tfLImw39dgSlCxupwLPHepxuiLOqyd08HeJGCZufg9WqRBVyLFM76uCIaPRP5wwAdx72GVjPcG2kh+2jjrt7fqtJOufJzCObtQgPgBqIvDiZCGoOM41OQMiqtF3w==',
} as const;

const textsOf = (node: Node, name: string): readonly string[] => [
  ...(node.name === name ? [node.text.replace(/\s+/g, '')] : []),
  ...node.children.flatMap((child) => textsOf(child, name)),
];

const isSample = (node: Node): boolean =>
  textsOf(node, 'DigestValue').includes(sample.digest) && textsOf(node, 'SignatureValue').includes(sample.value);

const passes = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch {
    return false;
  }
};

const isCertificate = (text: string): boolean => passes(() => readCertificate(base64Of(text) ?? Buffer.alloc(0)));
const isDer = (text: string): boolean => passes(() => readWhole(base64Of(text) ?? Buffer.alloc(0)));

const shortestValue = 64;

const isHollow = (node: Node): boolean => {
  const certificates = textsOf(node, 'X509Certificate');
  if (certificates.some(isCertificate)) return false;
  const value = base64Of(textsOf(node, 'SignatureValue')[0] ?? '');
  const digest = base64Of(textsOf(node, 'DigestValue')[0] ?? '');
  return (
    certificates.some((text) => !isDer(text)) ||
    (value?.length ?? 0) < shortestValue ||
    !Object.values(digestBytes).includes(digest?.length ?? 0)
  );
};

/** Whether what stands in an envelope's place for a signature is a dummy; what is empty is hollow, too. */
export const isPlaceholder = (node: Node): boolean => isSample(node) || isHollow(node);
