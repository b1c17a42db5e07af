/** The CMS in a PDF signature by its SubFilter: who signed, what the value is over, and whether it holds. */
import { type RandomAccess, walk } from '../../envelope/bytes.ts';
import type { Feed } from '../cms/algorithm.ts';
import { contentTypes, readSignedData, type SignedData } from '../cms/read.ts';
import { type Content, certificatesOf, contentOf, type SignerOutcome, verifySigner } from '../cms/signer.ts';
import type { VerificationContext } from '../context.ts';
import type { Reason } from '../proof.ts';
import { imprintOf, isStamped, stampedAt } from '../time/timestamp.ts';
import type { Range } from './coverage.ts';

export type Signed = {
  readonly outcome: SignerOutcome;
  readonly timestampedAt: Date | null;
  /** The time a document timestamp states. */
  readonly stampedAt: Date | null;
};

const PIECE = 256 * 1024;

/** The bytes of the ranges, never more than a piece in memory. */
export const feedOf =
  (file: RandomAccess, ranges: readonly Range[]): Feed =>
  (sink) => {
    for (const { offset, length } of ranges) walk(file, { offset, length, piece: PIECE }, sink);
  };

const blank = { certificate: null, embedded: [], algorithm: null, weak: false, claimedAt: null };
const failed = (fault: 'malformed-signature' | 'unsupported'): Signed => ({
  outcome: { ...blank, fault },
  timestampedAt: null,
  stampedAt: null,
});

/** Detached, unless the SubFilter puts something inside; `null` when what is inside does not belong there. */
const messageOf = (subFilter: string, data: SignedData, document: Content): { content: Content; mismatch: Reason | null } | null => {
  const inside = data.content;
  if (subFilter !== 'ETSI.RFC3161' && data.contentType !== contentTypes.data) return null;
  if (subFilter !== 'ETSI.RFC3161' && subFilter !== 'adbe.pkcs7.sha1')
    return inside === null ? { content: document, mismatch: null } : null;
  if (inside === null) return null;
  const content = contentOf((sink) => sink(inside));
  if (subFilter === 'ETSI.RFC3161') return { content, mismatch: isStamped(imprintOf(data), document) ? null : 'digest-mismatch' };
  return { content, mismatch: Buffer.compare(inside, document.digest('sha1')) === 0 ? null : 'digest-mismatch' };
};

const named = new Set(['ETSI.CAdES.detached', 'adbe.pkcs7.detached', 'adbe.pkcs7.sha1', 'ETSI.RFC3161']);

const verifyEach = (subFilter: string, data: SignedData, document: Content, context: VerificationContext): readonly Signed[] => {
  const message = messageOf(subFilter, data, document);
  if (message === null || data.signers.length === 0) return [failed('malformed-signature')];
  const { trust } = context;
  const known = { embedded: certificatesOf(data, trust.memory), local: [...trust.intermediates, ...trust.anchors] };
  return data.signers.map((info) => {
    const outcome = verifySigner(info, data, message.content, known);
    const mismatch = message.mismatch === null ? outcome.fault : 'digest-mismatch';
    const unnamed = mismatch === null && !named.has(subFilter) ? 'unsupported' : mismatch;
    // SHA-1 is the form's own choice of digest over the document, whatever the CMS says.
    const weak = outcome.weak || subFilter === 'adbe.pkcs7.sha1';
    return {
      outcome: { ...outcome, fault: unnamed, weak },
      timestampedAt: outcome.fault === null && subFilter !== 'ETSI.RFC3161' ? stampedAt(info, trust) : null,
      stampedAt: subFilter === 'ETSI.RFC3161' ? imprintOf(data).at : null,
    };
  });
};

const isPadding = (contents: Uint8Array, from: number): boolean => {
  for (let at = from; at < contents.length; at++) if (contents[at] !== 0) return false;
  return true;
};

/** One answer a signer; never throws for what stands in Contents. */
export const verifyContents = (
  subFilter: string,
  contents: Uint8Array | null,
  document: Content,
  context: VerificationContext,
): readonly Signed[] => {
  if (subFilter === 'adbe.x509.rsa_sha1') return [failed('unsupported')];
  if (contents === null) return [failed('malformed-signature')];
  try {
    const { data, length } = readSignedData(contents);
    // Behind the CMS stands padding, and padding is zeros: anything else is bytes that nobody signed.
    if (!isPadding(contents, length)) return [failed('malformed-signature')];
    return verifyEach(subFilter, data, document, context);
  } catch {
    return [failed('malformed-signature')];
  }
};
