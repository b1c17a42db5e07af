/**
 * The one signature of an XML file and the verdict on the file (XML Signature 1.1, a strict profile of it):
 * enveloped, over the whole document, by an X.509 certificate. Whatever has another shape is `unsupported`
 * (it may be lawful; nobody here can say what it covers), whatever contradicts itself `invalid`.
 */
import type { XmlDocument } from 'libxml2-wasm';
import { type RandomAccess, walk } from '../../envelope/bytes.ts';
import type { VerificationContext } from '../context.ts';
import { type Finding, findingOf, type Reason, type Remark, type SignatureProof } from '../proof.ts';
import { rowOf, type Told } from '../row.ts';
import { believeSigner } from '../time/believe.ts';
import { canonicalSignedInfo, fitOf, type Subject, signatureNode } from './digest.ts';
import { type Unparsed, withXml } from './document.ts';
import { claimOf } from './parts/claim.ts';
import { type Node, ProfileError, unsupported } from './parts/node.ts';
import { isPlaceholder } from './parts/placeholder.ts';
import { signedInfoFrom } from './parts/references.ts';
import { factsFrom, joined } from './parts/xades.ts';
import { isEnvelope, type Place, placeIn } from './place.ts';
import { type Signer, signerOf } from './signer.ts';
import { xmlSourceOf } from './source/encoding.ts';
import { isolated } from './source/isolate.ts';
import { type Skeleton, splitXml, xmlLimits } from './source/skeleton.ts';

export type XmlProof = Finding & { readonly signatures: readonly SignatureProof[] };

const nobody: Told = { reason: null, intact: false, wholeFile: false, certificate: null, algorithm: null, claimedAt: null, belief: null };

const hopRemark = (hops: number): Remark => ({
  code: 'hops-after-signing',
  vi: `Trục trung gian đã ghi thêm ${hops} TraceHeader sau khi ký; phần còn lại của thông điệp nguyên vẹn`,
  en: `Hubs on the way have appended ${hops} TraceHeader since it was signed; all else is as it was signed`,
});

/** Faults under which the value is known to fit the certificate's key. */
const isRight = (fault: Signer['fault']): boolean => fault === null || fault === 'certificate-misuse';

const judged = (subject: Subject, node: Node, context: VerificationContext): Told => {
  const claim = claimOf(node);
  const bytes = canonicalSignedInfo(subject, claim.canonicalization);
  const info = signedInfoFrom(bytes);
  const { hops, properties } = fitOf(subject, info);
  const facts = joined(properties.map(factsFrom));
  const { claimedAt } = facts;
  const signer = signerOf({ claim, info, bytes, facts }, context);
  const outcome = hops === null ? { ...signer, fault: 'digest-mismatch' as const } : signer;
  const belief = believeSigner({ outcome, cms: null, claimedAt }, context);
  return {
    reason: belief.reason,
    intact: isRight(outcome.fault),
    wholeFile: hops === 0,
    certificate: signer.certificate,
    algorithm: info.scheme.label,
    claimedAt,
    belief,
    ...(hops === null || hops === 0 ? {} : { remarks: [hopRemark(hops)] }),
  };
};

/** A signature outside the profile is judged by what is wrong with it. */
const attempt = (use: () => Told): Told => {
  try {
    return use();
  } catch (thrown) {
    if (thrown instanceof ProfileError) return { ...nobody, reason: thrown.reason };
    throw thrown;
  }
};

const without = (reason: Reason): XmlProof => ({ ...findingOf(reason), signatures: [] });
const withOne = (found: Told, context: VerificationContext): XmlProof => ({
  ...findingOf(found.reason),
  signatures: [rowOf(found, 0, context)],
});

const judgeOne = (
  place: Extract<Place, { kind: 'one' }>,
  file: RandomAccess,
  skeleton: Skeleton,
  context: VerificationContext,
): XmlProof => {
  const span = skeleton.signatures[place.index];
  let isDummy = false;
  const told = attempt(() => {
    if (span === undefined) return unsupported('the lexer and the parser see different documents');
    const subject = { file, skeleton, place, alone: isolated(skeleton, span) };
    const node = signatureNode(subject);
    isDummy = place.isEnvelope && isPlaceholder(node);
    return isDummy ? nobody : judged(subject, node, context);
  });
  return isDummy ? without('placeholder') : withOne(told, context);
};

const judgePlace = (place: Place, file: RandomAccess, skeleton: Skeleton, context: VerificationContext): XmlProof => {
  switch (place.kind) {
    case 'none':
      return without('no-signature');
    case 'several':
    case 'astray':
      return withOne({ ...nobody, reason: 'unsupported' }, context);
    case 'imitation':
      return without(isPlaceholder(place.node) ? 'placeholder' : 'unsupported');
    case 'one':
      return judgeOne(place, file, skeleton, context);
  }
};

/** The name of a signature's element, for files that no parser takes. */
const looksSigned = (bytes: Buffer): boolean => /<(?:[^\s<>/:]+:)?(?:Digital)?Signature[\s/>]/.test(bytes.toString('latin1'));

/** Text that begins like XML without saying that it is, and is none: a web page's fragment, a report with tags. */
const claimsXml = (bytes: Buffer): boolean => /^(?:\xef\xbb\xbf)?\s*<\?xml\s/.test(bytes.toString('latin1', 0, 64));

const unparsedReason = (why: Unparsed, bytes: Buffer): Reason => {
  const isSigned = looksSigned(bytes);
  if (why !== 'damaged') return isSigned ? 'unsupported' : 'no-signature';
  return isSigned || claimsXml(bytes) ? 'damaged' : 'unsignable-format';
};

/** As much of a file that is not parsed as is looked through for a signature. */
const beginning = (file: RandomAccess): Buffer => Buffer.from(file.read(0, xmlLimits.skeletonBytes));

/** Whether the word stands anywhere: a file too large to be parsed is still known to be unsigned where it does not. */
const mentionsSignature = (file: RandomAccess): boolean => {
  let found = false;
  const word = 'Signature';
  walk(file, { offset: 0, length: file.size, piece: 256 * 1024, overlap: word.length }, (piece) => {
    found = piece.includes(word);
    return found;
  });
  return found;
};

/** Bytes before the document are an envelope's old affair (`envelope.leading-bytes`); any other file is damaged by them. */
const placed = (document: XmlDocument, junk: boolean): Place | ProfileError | Unparsed => {
  if (junk && !isEnvelope(document)) return 'damaged';
  try {
    return placeIn(document);
  } catch (thrown) {
    if (thrown instanceof ProfileError) return thrown;
    throw thrown;
  }
};

/** Never throws for what is in the file. */
export const verifyXml = (file: RandomAccess, context: VerificationContext): XmlProof => {
  const source = xmlSourceOf(file);
  if (source.kind === 'refused') {
    const isUnread = source.why === 'unsupported' && !looksSigned(beginning(file));
    return without(isUnread ? 'no-signature' : source.why);
  }
  const skeleton = splitXml(source.file, source.start);
  if (skeleton.kind === 'refused') {
    if (skeleton.why !== 'over-limits') return without(unparsedReason(skeleton.why, beginning(source.file)));
    return without(mentionsSignature(source.file) ? 'over-limits' : 'no-signature');
  }
  const place = withXml(skeleton.bytes, (document) => placed(document, source.junk));
  if (typeof place === 'string') return without(unparsedReason(place, skeleton.bytes));
  if (place instanceof ProfileError) return withOne({ ...nobody, reason: place.reason }, context);
  return judgePlace(place, source.file, skeleton, context);
};
