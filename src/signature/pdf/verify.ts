/** Every signature of a PDF and the verdict on the file. Decides nothing about who should have signed. */
import type { RandomAccess } from '../../envelope/bytes.ts';
import { shownText } from '../../envelope/text.ts';
import { carrying } from '../cms/enclosed.ts';
import { contentOf } from '../cms/signer.ts';
import type { VerificationContext } from '../context.ts';
import { signerOf } from '../holder/signer.ts';
import type { Belief } from '../path/verify.ts';
import { type Finding, findingOf, type Reason, type SignatureProof } from '../proof.ts';
import { believeSigner } from '../time/believe.ts';
import { believeStamp, type Stamp, stampCircumstances } from '../time/timestamp.ts';
import { type Circumstances, findingOfFile, indicationOf } from '../verdict.ts';
import { effectsByRevision } from './change/changes.ts';
import { classOf, permissionIn } from './change/permission.ts';
import { type Coverage, coverageOf, rangesOf } from './coverage.ts';
import { enclosedInFile } from './dss.ts';
import { childOf, type Found } from './fields.ts';
import { findSignatures, isDocumentTimestamp } from './found.ts';
import { openPdf, type PdfDocument, type View } from './read/document.ts';
import { isArray, isName, isString, type PdfDict, PdfError } from './read/object.ts';
import { pdfLimits, type Source, sourceOf } from './read/source.ts';
import { pdfTime, textFrom } from './read/text.ts';
import { faultOf, feedOf, type Signed, type Value, verifyContents } from './signed.ts';
import { endsInSignature, strayDicts } from './strays.ts';

export type PdfProof = Finding & { readonly signatures: readonly SignatureProof[] };

/** More than any lawful file has; each costs a hash over the file. */
const MAX_SIGNATURES = 100;

type Change = SignatureProof['laterChanges'][number];
type Effects = () => ReturnType<typeof effectsByRevision>;

const changesAfter = (document: PdfDocument, found: Found, coverage: Coverage, effects: Effects): readonly Change[] => {
  const covered = coverage.view.revision;
  const last = document.latest.revision;
  const permission = permissionIn(coverage.view);
  const changes =
    last === covered
      ? []
      : [...effects()].flatMap(([revision, list]) =>
          revision <= covered
            ? []
            : list.map((effect): Change => ({ revision, class: classOf(effect, permission), what: shownText(effect.what) })),
        );
  if (!found.current) changes.push({ revision: last, class: 'forbidden', what: 'chữ ký bị gỡ khỏi văn bản' });
  if (document.trailing !== null) changes.push({ revision: last, class: 'forbidden', what: 'có dữ liệu sau phần cuối của tệp' });
  return changes;
};

const isChanged = (changes: readonly Change[]): boolean => changes.some((one) => one.class === 'visible' || one.class === 'forbidden');

const brokenFaults: readonly (Reason | null)[] = ['digest-mismatch', 'signature-mismatch', 'malformed-signature'];

/** The worst that can be said: the bytes first, then what they cover, then what came later, then whom to believe. */
const reasonOf = (fault: Reason | null, coverage: Coverage, changes: readonly Change[], believed: Reason | null): Reason | null => {
  if (coverage.fault === 'malformed-signature' || coverage.ranges.length === 0) return coverage.fault;
  if (brokenFaults.includes(fault)) return fault;
  if (coverage.fault !== null) return coverage.fault;
  return isChanged(changes) ? 'changed-after-signing' : (fault ?? believed);
};

/** One signer, with the place of his signature in the file. */
type Placed = { readonly document: PdfDocument; readonly found: Found; readonly coverage: Coverage; readonly signed: Signed };
/** What is proven of when it existed, from outside of it: the hub's acceptance, then every document timestamp over it that holds. */
type Existence = { readonly at: Date; readonly stampedAt: Date | null };
type Believed = Pick<SignatureProof, 'timestampedAt' | 'revocation'> &
  Required<Pick<SignatureProof, 'remarks' | 'timestamps'>> & {
    readonly reason: Reason | null;
    readonly chain: Belief['chain'];
    readonly circumstances: Circumstances | undefined;
  };

const earlier = (one: Date | null, two: Date | null): Date | null =>
  one !== null && two !== null ? (one < two ? one : two) : (one ?? two);

const claimedIn = ({ found, signed }: Placed): Date | null => {
  const written = found.dict.entries.get('M');
  return signed.outcome.claimedAt ?? (isString(written) ? pdfTime(textFrom(written.bytes)) : null);
};

const believedSigner = (placed: Placed, existence: Existence, context: VerificationContext): Believed => {
  const { outcome, cms } = placed.signed;
  const belief = believeSigner({ outcome, cms, claimedAt: claimedIn(placed) }, context, existence.at);
  const timestampedAt = earlier(belief.timestampedAt, brokenFaults.includes(outcome.fault) ? null : existence.stampedAt);
  return { ...belief, timestampedAt: timestampedAt?.toISOString() ?? null };
};

const believedStamp = (stamp: Stamp): Believed => ({
  reason: stamp.reason,
  chain: stamp.chain,
  revocation: stamp.revocation,
  timestampedAt: stamp.counts ? (stamp.at?.toISOString() ?? null) : null,
  remarks: [],
  timestamps: [],
  circumstances: stampCircumstances(stamp),
});

const proofOf = (placed: Placed, believed: Believed, effects: Effects, context: VerificationContext): Omit<SignatureProof, 'index'> => {
  const { document, found, coverage, signed } = placed;
  const { outcome, stamp } = signed;
  const changes = changesAfter(document, found, coverage, effects);
  const fault = faultOf(signed);
  const reason = reasonOf(fault, coverage, changes, believed.reason);
  const isIntact = coverage.ranges.length > 0 && outcome.certificate !== null && !brokenFaults.includes(fault);
  return {
    ...findingOf(reason),
    ...indicationOf(reason, believed.circumstances),
    kind: stamp === null && !isDocumentTimestamp(coverage.view, found.dict) ? 'signature' : 'document-timestamp',
    integrity: isIntact ? 'intact' : 'broken',
    covers: {
      revision: coverage.view.revision,
      of: document.latest.revision,
      wholeFile: coverage.fault === null && coverage.view === document.latest && document.trailing === null,
    },
    laterChanges: changes,
    signer: signerOf(outcome.certificate),
    algorithm: outcome.algorithm,
    claimedAt: claimedIn(placed)?.toISOString() ?? null,
    timestampedAt: believed.timestampedAt,
    judgedAt: (context.now ?? context.at).toISOString(),
    chain: believed.chain.map(({ subject, serial, sha256 }) => ({ subject: subject.text, serial, sha256 })),
    revocation: believed.revocation,
    remarks: believed.remarks,
    timestamps: believed.timestamps,
  };
};

const endOf = (coverage: Coverage): number => {
  const last = coverage.ranges.at(-1);
  return last === undefined ? coverage.view.end : last.offset + last.length;
};

/** /Cert of `adbe.x509.rsa_sha1`: one string or several, the signer's first. */
const certificatesIn = (view: View, dict: PdfDict): readonly Uint8Array[] => {
  const value = childOf(view, dict, 'Cert');
  const items = isArray(value) ? value.items.map((item) => view.resolve(item)) : [value];
  return items.filter(isString).map((item) => item.bytes);
};

const valueIn = (view: View, dict: PdfDict, contents: Uint8Array | null): Value => {
  const subFilter = childOf(view, dict, 'SubFilter');
  return { subFilter: isName(subFilter) ? subFilter.name : '', contents, certificates: certificatesIn(view, dict) };
};

/** Every signer of the file in the order of what the signatures cover, none believed yet. */
const placedIn = (file: RandomAccess, document: PdfDocument, context: VerificationContext): readonly Placed[] => {
  const found = findSignatures(document);
  if (found.length > MAX_SIGNATURES) throw new PdfError('over-limits', 'too many signatures');
  const covered = found.map((one) => ({ found: one, coverage: coverageOf(document, one) }));
  return covered
    .toSorted((a, b) => endOf(a.coverage) - endOf(b.coverage))
    .flatMap(({ found: one, coverage }) => {
      const content = contentOf(feedOf(file, coverage.ranges));
      const isTimestamp = isDocumentTimestamp(coverage.view, one.dict);
      const value = valueIn(document.latest, one.dict, coverage.contents);
      return verifyContents(value, isTimestamp, content, context).map((signed) => ({ document, found: one, coverage, signed }));
    });
};

/**
 * From the outermost inwards (ETSI EN 319 102-1 5.6.3): a document timestamp is judged at the instant at
 * which it is known to have existed; one that holds and covers its whole revision proves that everything
 * under it existed when it was made.
 */
const believedIn = (placed: readonly Placed[], context: VerificationContext): readonly Believed[] => {
  let existence: Existence = { at: context.at, stampedAt: null };
  const inwards = placed.toReversed().map((one): Believed => {
    // What does not cover its revision may stand behind the stamp and only point before it.
    const own = one.coverage.fault === null ? existence : { at: context.at, stampedAt: null };
    if (one.signed.stamp === null) return believedSigner(one, own, context);
    const stamp = believeStamp(one.signed.stamp, own.at, context);
    const proves = stamp.counts && one.coverage.fault === null;
    if (proves) existence = { at: earlier(existence.at, stamp.latest) ?? existence.at, stampedAt: earlier(existence.stampedAt, stamp.at) };
    return believedStamp(stamp);
  });
  return inwards.toReversed();
};

const signaturesOf = (file: RandomAccess, document: PdfDocument, given: VerificationContext): readonly SignatureProof[] => {
  const context = carrying(given, enclosedInFile(document));
  const placed = placedIn(file, document, context);
  const believed = believedIn(placed, context);
  const first = Math.min(...placed.map((one) => one.coverage.view.revision));
  let known: ReturnType<Effects> | null = null;
  const effects: Effects = () => {
    known ??= effectsByRevision(document, first);
    return known;
  };
  return placed.flatMap((one, index) => {
    const belief = believed[index];
    return belief === undefined ? [] : [{ index, ...proofOf(one, belief, effects, context) }];
  });
};

/**
 * A file whose structure is broken may still hold a signature, and the break may be what was done to it:
 * where a value does not fit the bytes it names, that is said; else the file is only damaged.
 */
const damagedProof = (file: RandomAccess, source: Source, context: VerificationContext): PdfProof => {
  const faults = strayDicts(source)
    .slice(0, MAX_SIGNATURES)
    .flatMap((dict): (Reason | null)[] => {
      const subFilter = dict.entries.get('SubFilter');
      const contents = dict.entries.get('Contents');
      const name = isName(subFilter) ? subFilter.name : '';
      const ranges = rangesOf(dict, source.size);
      if (!isString(contents)) return ['malformed-signature'];
      // It names bytes that the file does not have (any more).
      if (ranges === null) return ['coverage'];
      const content = contentOf(feedOf(file, ranges));
      const value = { subFilter: name, contents: contents.bytes, certificates: [] };
      return verifyContents(value, name === 'ETSI.RFC3161', content, context).map(faultOf);
    });
  const told = [...brokenFaults, 'coverage' as const].find((fault) => faults.includes(fault));
  return { ...findingOf(told ?? 'damaged'), signatures: [] };
};

const unreadable = (error: unknown): PdfProof => {
  if (error instanceof PdfError) return { ...findingOf(error.reason), signatures: [] };
  // Structures deeper or larger than the engine bears.
  if (error instanceof RangeError) return { ...findingOf('over-limits'), signatures: [] };
  throw error;
};

/** Never throws for what is in the file: it is then `unreadable`. */
export const verifyPdf = (file: RandomAccess, context: VerificationContext): PdfProof => {
  const limits = context.limits ?? pdfLimits;
  const source = sourceOf(file, limits);
  try {
    const document = openPdf(source, limits.revisions);
    const signatures = signaturesOf(file, document, context);
    const found = findingOfFile(signatures);
    return { ...(found.verdict === 'unsigned' && endsInSignature(document) ? findingOf('malformed-signature') : found), signatures };
  } catch (error) {
    if (!(error instanceof PdfError) || error.reason !== 'damaged') return unreadable(error);
  }
  try {
    return damagedProof(file, source, context);
  } catch (error) {
    return unreadable(error);
  }
};
