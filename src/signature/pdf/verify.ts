/** Every signature of a PDF and the verdict on the file. Decides nothing about who should have signed. */
import type { RandomAccess } from '../../envelope/bytes.ts';
import { contentOf } from '../cms/signer.ts';
import { allRules, type VerificationContext } from '../context.ts';
import { signerOf } from '../holder/signer.ts';
import { findPath, type Path } from '../path/path.ts';
import { type Finding, findingOf, type Reason, type SignatureProof } from '../proof.ts';
import { findingOfFile, indicationOf } from '../verdict.ts';
import { type Effect, effectsByRevision } from './change/changes.ts';
import { classOf, permissionIn } from './change/permission.ts';
import { type Coverage, coverageOf, rangesOf } from './coverage.ts';
import type { Found } from './fields.ts';
import { findSignatures, isDocumentTimestamp } from './found.ts';
import { openPdf, type PdfDocument } from './read/document.ts';
import { isName, isString, PdfError } from './read/object.ts';
import { pdfLimits, type Source, sourceOf } from './read/source.ts';
import { pdfTime, textFrom } from './read/text.ts';
import { feedOf, type Signed, verifyContents } from './signed.ts';
import { strayDicts } from './strays.ts';

export type PdfProof = Finding & { readonly signatures: readonly SignatureProof[] };

/** More than any lawful file has; each costs a hash over the file. */
const MAX_SIGNATURES = 100;

type Change = SignatureProof['laterChanges'][number];
type Effects = () => ReadonlyMap<number, readonly Effect[]>;

const changesAfter = (document: PdfDocument, found: Found, coverage: Coverage, effects: Effects): readonly Change[] => {
  const covered = coverage.view.revision;
  const last = document.latest.revision;
  const permission = last > covered ? permissionIn(coverage.view) : { level: null, locks: [] };
  const changes =
    last === covered
      ? []
      : [...effects()].flatMap(([revision, list]) =>
          revision <= covered ? [] : list.map((effect): Change => ({ revision, class: classOf(effect, permission), what: effect.what })),
        );
  if (!found.current) changes.push({ revision: last, class: 'forbidden', what: 'chữ ký bị gỡ khỏi văn bản' });
  if (document.trailing !== null) changes.push({ revision: last, class: 'forbidden', what: 'có dữ liệu sau phần cuối của tệp' });
  return changes;
};

const isChanged = (changes: readonly Change[]): boolean => changes.some((one) => one.class === 'visible' || one.class === 'forbidden');

/** Of a sound, covered and unchanged signature: what the certificate makes of it. */
const trustReason = (signed: Signed, path: Path | null, context: VerificationContext): Reason | null => {
  const { trust, revocation } = context.rules ?? allRules;
  if (trust && path?.fault !== null) return path?.fault ?? 'untrusted';
  if (signed.outcome.weak) return 'weak-algorithm';
  // An anchor that signs itself has nothing below it whose revocation could be asked.
  return revocation && (path?.chain.length ?? 0) > 1 ? 'revocation-unknown' : null;
};

const brokenFaults: readonly (Reason | null)[] = ['digest-mismatch', 'signature-mismatch', 'malformed-signature'];

const reasonOf = (signed: Signed, coverage: Coverage, changes: readonly Change[], path: Path | null, context: VerificationContext) => {
  const { fault } = signed.outcome;
  if (coverage.fault === 'malformed-signature' || coverage.ranges.length === 0) return coverage.fault;
  if (brokenFaults.includes(fault)) return fault;
  if (coverage.fault !== null) return coverage.fault;
  if (isChanged(changes)) return 'changed-after-signing';
  return fault ?? trustReason(signed, path, context);
};

type Judged = { readonly document: PdfDocument; readonly found: Found; readonly coverage: Coverage; readonly effects: Effects };

const proofOf = (judged: Judged, signed: Signed, context: VerificationContext): Omit<SignatureProof, 'index'> => {
  const { document, found, coverage } = judged;
  const { outcome } = signed;
  const isTimestamp = isDocumentTimestamp(coverage.view, found.dict);
  const { expiry } = context.rules ?? allRules;
  const purpose = isTimestamp ? 'timestamp' : 'document';
  const path =
    outcome.certificate === null
      ? null
      : findPath(outcome.certificate, outcome.embedded, context.trust, { purpose, at: context.at, expiry });
  const changes = changesAfter(document, found, coverage, judged.effects);
  const reason = reasonOf(signed, coverage, changes, path, context);
  const isIntact = coverage.ranges.length > 0 && outcome.certificate !== null && !brokenFaults.includes(outcome.fault);
  const claimed = found.dict.entries.get('M');
  const claimedAt = outcome.claimedAt ?? (isString(claimed) ? pdfTime(textFrom(claimed.bytes)) : null);
  const isTrusted = path !== null && path.fault === null;
  const timestampedAt = isTimestamp ? (isIntact && isTrusted ? signed.stampedAt : null) : signed.timestampedAt;
  return {
    ...findingOf(reason),
    ...indicationOf(reason),
    kind: isTimestamp ? 'document-timestamp' : 'signature',
    integrity: isIntact ? 'intact' : 'broken',
    covers: {
      revision: coverage.view.revision,
      of: document.latest.revision,
      wholeFile: coverage.fault === null && coverage.view === document.latest && document.trailing === null,
    },
    laterChanges: changes,
    signer: signerOf(outcome.certificate),
    algorithm: outcome.algorithm,
    claimedAt: claimedAt?.toISOString() ?? null,
    timestampedAt: timestampedAt?.toISOString() ?? null,
    judgedAt: context.at.toISOString(),
    chain: (path?.chain ?? []).map(({ subject, serial, sha256 }) => ({ subject: subject.text, serial, sha256 })),
    revocation: [],
  };
};

const endOf = (coverage: Coverage): number => {
  const last = coverage.ranges.at(-1);
  return last === undefined ? coverage.view.end : last.offset + last.length;
};

const signaturesOf = (file: RandomAccess, document: PdfDocument, context: VerificationContext): readonly SignatureProof[] => {
  const found = findSignatures(document);
  if (found.length > MAX_SIGNATURES) throw new PdfError('over-limits', 'too many signatures');
  const covered = found
    .map((one) => ({ found: one, coverage: coverageOf(document, one) }))
    .toSorted((a, b) => endOf(a.coverage) - endOf(b.coverage));
  const first = Math.min(...covered.map((one) => one.coverage.view.revision));
  let known: ReadonlyMap<number, readonly Effect[]> | null = null;
  const effects: Effects = () => {
    known ??= effectsByRevision(document, first);
    return known;
  };
  const proofs = covered.flatMap(({ found: one, coverage }) => {
    const subFilter = document.latest.resolve(one.dict.entries.get('SubFilter'));
    const content = contentOf(feedOf(file, coverage.ranges));
    const judged = { document, found: one, coverage, effects };
    const each = verifyContents(isName(subFilter) ? subFilter.name : '', coverage.contents, content, context);
    return each.map((signed) => proofOf(judged, signed, context));
  });
  return proofs.map((proof, index) => ({ index, ...proof }));
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
      const ranges = rangesOf(dict, source.size);
      if (!isString(contents)) return ['malformed-signature'];
      // It names bytes that the file does not have (any more).
      if (ranges === null) return ['coverage'];
      const content = contentOf(feedOf(file, ranges));
      return verifyContents(isName(subFilter) ? subFilter.name : '', contents.bytes, content, context).map((one) => one.outcome.fault);
    });
  const told = [...brokenFaults, 'coverage' as const].find((fault) => faults.includes(fault));
  return { ...findingOf(told ?? 'damaged'), signatures: [] };
};

/** Never throws for what is in the file: it is then `unreadable`. */
export const verifyPdf = (file: RandomAccess, context: VerificationContext): PdfProof => {
  const limits = context.limits ?? pdfLimits;
  const source = sourceOf(file, limits);
  try {
    const signatures = signaturesOf(file, openPdf(source, limits.revisions), context);
    return { ...findingOfFile(signatures), signatures };
  } catch (error) {
    if (error instanceof PdfError && error.reason === 'damaged') return damagedProof(file, source, context);
    if (error instanceof PdfError) return { ...findingOf(error.reason), signatures: [] };
    // Structures deeper or larger than the engine bears.
    if (error instanceof RangeError) return { ...findingOf('over-limits'), signatures: [] };
    throw error;
  }
};
