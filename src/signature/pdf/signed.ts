/** What stands in Contents by its SubFilter: who signed, what the value is over, and whether it holds. Whom to believe comes later. */
import { type RandomAccess, walk } from '../../envelope/bytes.ts';
import { DerLimitError } from '../asn1/der.ts';
import type { Feed } from '../cms/algorithm.ts';
import { verifyBare } from '../cms/bare.ts';
import { contentTypes, readSignedData, type SignedData, type SignerInfo } from '../cms/read.ts';
import { type Content, certificatesOf, contentOf, type SignerFault, type SignerOutcome, verifySigner } from '../cms/signer.ts';
import type { VerificationContext } from '../context.ts';
import type { Reason } from '../proof.ts';
import { type OpenStamp, openStamp } from '../time/timestamp.ts';
import type { Range } from './coverage.ts';
import { PdfError } from './read/object.ts';

export type Signed = {
  readonly outcome: SignerOutcome;
  /** What the outcome was asked with; null where there is no CMS or it cannot be read. */
  readonly cms: { readonly info: SignerInfo; readonly data: SignedData; readonly content: Content } | null;
  /** The token, where this is a document timestamp. */
  readonly stamp: OpenStamp | null;
};

/** Contents, and /Cert of the one form that keeps its certificates beside it. */
export type Value = { readonly subFilter: string; readonly contents: Uint8Array | null; readonly certificates: readonly Uint8Array[] };

const PIECE = 256 * 1024;

/** The bytes of the ranges, never more than a piece in memory. */
export const feedOf =
  (file: RandomAccess, ranges: readonly Range[]): Feed =>
  (sink) => {
    for (const { offset, length } of ranges) walk(file, { offset, length, piece: PIECE }, sink);
  };

const blank = { certificate: null, embedded: [], algorithm: null, digests: [], claimedAt: null, bound: false } as const;
const failed = (fault: 'malformed-signature' | 'unsupported'): Signed => ({ outcome: { ...blank, fault }, cms: null, stamp: null });

/** What the CMS of a signature is over: the document, or for one old form its SHA-1, which stands inside. Null: what is inside does not belong there. */
const contentIn = (subFilter: string, data: SignedData, document: Content): { content: Content; mismatch: boolean } | null => {
  const inside = data.content;
  if (data.contentType !== contentTypes.data) return null;
  if (subFilter !== 'adbe.pkcs7.sha1') return inside === null ? { content: document, mismatch: false } : null;
  if (inside === null) return null;
  return { content: contentOf((sink) => sink(inside)), mismatch: Buffer.compare(inside, document.digest('sha1')) !== 0 };
};

const named = new Set(['ETSI.CAdES.detached', 'adbe.pkcs7.detached', 'adbe.pkcs7.sha1']);

const signersIn = (subFilter: string, data: SignedData, document: Content, context: VerificationContext): readonly Signed[] => {
  const over = contentIn(subFilter, data, document);
  if (over === null || data.signers.length === 0) return [failed('malformed-signature')];
  const { content, mismatch } = over;
  const { trust, enclosed = [] } = context;
  const known = { embedded: [...certificatesOf(data, trust.memory), ...enclosed], local: [...trust.intermediates, ...trust.anchors] };
  return data.signers.map((info) => {
    const outcome = verifySigner(info, data, content, known);
    const fault: SignerFault | null = mismatch ? 'digest-mismatch' : outcome.fault;
    const unnamed = fault === null && !named.has(subFilter) ? 'unsupported' : fault;
    // SHA-1 is the form's own choice of digest over the document, whatever the CMS says.
    const digests = subFilter === 'adbe.pkcs7.sha1' ? [...outcome.digests, 'sha1'] : outcome.digests;
    return { outcome: { ...outcome, fault: unnamed, digests }, cms: { info, data, content }, stamp: null };
  });
};

const stampIn = (data: SignedData, document: Content, context: VerificationContext): Signed => {
  const stamp = openStamp(data, document, context);
  const [info] = data.signers;
  const outcome = stamp.outcome ?? { ...blank, fault: 'malformed-signature' as const };
  return { outcome, cms: info === undefined ? null : { info, data, content: document }, stamp };
};

const isPadding = (contents: Uint8Array, from: number): boolean => {
  for (let at = from; at < contents.length; at++) if (contents[at] !== 0) return false;
  return true;
};

const bareIn = (contents: Uint8Array, value: Value, document: Content, context: VerificationContext): Signed => {
  const { outcome, length } = verifyBare(contents, value.certificates, document, context.trust.memory);
  return isPadding(contents, length) ? { outcome, cms: null, stamp: null } : failed('malformed-signature');
};

/** One answer a signer; what stands in Contents throws only PdfError `over-limits`. `isTimestamp` is what the dictionary says it is. */
export const verifyContents = (value: Value, isTimestamp: boolean, document: Content, context: VerificationContext): readonly Signed[] => {
  const { subFilter, contents } = value;
  if (contents === null) return [failed('malformed-signature')];
  if (subFilter === 'adbe.x509.rsa_sha1' && !isTimestamp) return [bareIn(contents, value, document, context)];
  try {
    const { data, length } = readSignedData(contents);
    // Behind the CMS stands padding, and padding is zeros: anything else is bytes that nobody signed.
    if (!isPadding(contents, length)) return [failed('malformed-signature')];
    if (!isTimestamp) return signersIn(subFilter, data, document, context);
    // A DocTimeStamp of another form (ISO 32000-2 12.8.5) is no time stamp, and no signature either.
    return [subFilter === 'ETSI.RFC3161' ? stampIn(data, document, context) : failed('malformed-signature')];
  } catch (error) {
    if (error instanceof DerLimitError) throw new PdfError('over-limits', error.message);
    return [failed('malformed-signature')];
  }
};

/** The fault of the bytes, before anybody is trusted. */
export const faultOf = ({ outcome, stamp }: Signed): Reason | null => (stamp === null ? outcome.fault : stamp.fault);
