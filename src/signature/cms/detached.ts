/** A CMS that is a file of its own (.p7s, .p7m): over a file that stands beside it, or with its content inside. */
import { type RandomAccess, walk } from '../../envelope/bytes.ts';
import { DerLimitError } from '../asn1/der.ts';
import type { VerificationContext } from '../context.ts';
import { type Finding, findingOf, type SignatureProof } from '../proof.ts';
import { rowOf } from '../row.ts';
import { believeSigner } from '../time/believe.ts';
import { findingOfFile } from '../verdict.ts';
import { readSignedData, type SignedData, type SignerInfo } from './read.ts';
import { type Content, certificatesOf, contentOf, type SignerOutcome, verifySigner } from './signer.ts';

export type CmsProof = Finding & { readonly signatures: readonly SignatureProof[] };

const piece = 256 * 1024;

const without = (reason: 'malformed-signature' | 'unsupported' | 'over-limits' | 'no-signature' | 'digest-mismatch'): CmsProof => ({
  ...findingOf(reason),
  signatures: [],
});

/** PEM or bare base64, as mail programs and openssl write it; DER and BER as they are. */
const binaryOf = (bytes: Uint8Array): Uint8Array => {
  if (bytes[0] === 0x30) return bytes;
  const text = Buffer.from(bytes).toString('latin1');
  const inside = /-----BEGIN (?:PKCS7|CMS)-----([\sA-Za-z0-9+/=]+)-----END/.exec(text)?.[1] ?? text;
  return Buffer.from(inside, 'base64');
};

/** Digest and value are right, whoever signed; where nobody's certificate is at hand that cannot be said. */
const isRight = (fault: SignerOutcome['fault'], certificate: unknown): boolean =>
  certificate !== null && (fault === null || fault === 'certificate-misuse');

const rowFor = (info: SignerInfo, data: SignedData, content: Content, index: number, context: VerificationContext): SignatureProof => {
  const { trust } = context;
  const local = [...(context.enclosed ?? []), ...trust.intermediates, ...trust.anchors];
  const outcome = verifySigner(info, data, content, { embedded: certificatesOf(data, trust.memory), local });
  const { certificate, algorithm, claimedAt } = outcome;
  const belief = believeSigner({ outcome, cms: { info, data, content }, claimedAt }, context);
  const intact = isRight(outcome.fault, certificate);
  return rowOf({ reason: belief.reason, intact, wholeFile: intact, certificate, algorithm, claimedAt, belief }, index, context);
};

/** The content inside, or the file beside; null when there is neither. Both at once must be the same bytes. */
const contentFor = (data: SignedData, beside: RandomAccess | null): Content | null => {
  const inside = data.content;
  if (inside !== null) return contentOf((sink) => sink(inside));
  return beside === null ? null : contentOf((sink) => walk(beside, { offset: 0, length: beside.size, piece }, sink));
};

const isOther = (data: SignedData, beside: RandomAccess | null): boolean =>
  data.content !== null && beside !== null && Buffer.compare(data.content, beside.read(0, beside.size)) !== 0;

/** Never throws for what is in the bytes. `beside` is the file that a detached signature is over. */
export const verifyCms = (bytes: Uint8Array, beside: RandomAccess | null, context: VerificationContext): CmsProof => {
  const read = ((): SignedData | 'over-limits' | null => {
    try {
      const binary = binaryOf(bytes);
      const { data, length } = readSignedData(binary);
      return length === binary.length ? data : null;
    } catch (error) {
      return error instanceof DerLimitError ? 'over-limits' : null;
    }
  })();
  if (read === 'over-limits') return without(read);
  if (read === null) return without('malformed-signature');
  // Certificates only (a .p7b under another name): nobody signed anything.
  if (read.signers.length === 0) return without('no-signature');
  const content = contentFor(read, beside);
  if (content === null) return without('unsupported');
  if (isOther(read, beside)) return without('digest-mismatch');
  const signatures = read.signers.map((info, index) => rowFor(info, read, content, index, context));
  return { ...findingOfFile(signatures), signatures };
};
