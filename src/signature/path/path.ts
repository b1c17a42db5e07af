/**
 * Building certification paths over every candidate issuer (RFC 4158): cross-certificates and renewed
 * authorities share names, so all of them are tried, those first that fit best, and never the same
 * authority twice. What each path is worth, `validate.ts` says.
 */
import type { Certificate } from './certificate.ts';
import { inheritsParameters, keyUnder, linkBetween } from './link.ts';
import type { Trust } from './trust.ts';
import { faultOfPath, type PathFault, type PathQuestion, type PathReason } from './validate.ts';

export type Path = {
  /** Signer first; ends in an anchor when one was reached. */
  readonly chain: readonly Certificate[];
  /** Null: the path holds (revocation aside). */
  readonly fault: PathReason | null;
  /** The rule that is broken, null with `fault`. */
  readonly rule: PathFault['rule'] | null;
};

const MAX_LENGTH = 12;
/** Signature checks in one search: bounds what a bag of same-named certificates can cost. */
const MAX_STEPS = 200;
/** Finished paths in one search; honest sets of cross-certificates make a handful. */
const MAX_PATHS = 40;

/** The best failure to tell: the less it blames, the closer the path came. */
const order: readonly (PathReason | null)[] = [
  null,
  'weak-algorithm',
  'expired',
  'not-yet-valid',
  'unsupported',
  'certificate-misuse',
  'untrusted',
];

type Pool = (subject: Certificate) => readonly Certificate[];

/** Candidates by name: those whose key identifier fits first, among equals the local ones before what came with the file. */
const poolOf = (embedded: readonly Certificate[], trust: Trust): Pool => {
  const named = Map.groupBy(
    embedded.filter((one) => !trust.isAnchor(one)),
    (one) => one.subject.key,
  );
  return (subject) => {
    const candidates = [...(trust.named.get(subject.issuer.key) ?? []), ...(named.get(subject.issuer.key) ?? [])];
    const fits = (one: Certificate) => (subject.authorityKeyId !== null && one.subjectKeyId === subject.authorityKeyId ? 0 : 1);
    return candidates.toSorted((a, b) => fits(a) - fits(b));
  };
};

/** The same authority again: the same certificate, or the same name with the same key (RFC 4158 2.4.2). */
const isSame = (one: Certificate, other: Certificate): boolean =>
  one.sha256 === other.sha256 || (one.subject.key === other.subject.key && Buffer.compare(one.spki, other.spki) === 0);

/** Whether `issuer` signed `subject`, as far as can be told before the path above is known (inherited DSA parameters). */
const mayBeSigned = (trust: Trust, issuer: Certificate, subject: Certificate): boolean =>
  inheritsParameters(issuer) || linkBetween(trust.memory.links, issuer, subject).signed;

/** With the keys that inherit parameters completed from above, so that what they signed besides can be checked. */
const completed = (chain: readonly Certificate[]): readonly Certificate[] => {
  if (!chain.some(inheritsParameters)) return chain;
  let above: Certificate['key'] = null;
  return chain
    .toReversed()
    .map((certificate) => {
      above = keyUnder(certificate, above);
      return { ...certificate, key: above };
    })
    .toReversed();
};

/**
 * Every path from `leaf` to an anchor, lazily, in the order of the search, each validated. Bounded in
 * steps and number. Where none reaches an anchor, one `untrusted` path: as far as it got.
 */
export function* pathsOf(leaf: Certificate, embedded: readonly Certificate[], trust: Trust, question: PathQuestion): Generator<Path> {
  const pool = poolOf(embedded, trust);
  let longest: Path = { chain: [leaf], fault: 'untrusted', rule: 'no-issuer' };
  let steps = 0;
  let found = 0;
  function* climb(chain: readonly Certificate[]): Generator<Path> {
    const top = chain.at(-1) ?? leaf;
    if (trust.isAnchor(top)) {
      found += 1;
      const fault = faultOfPath(chain, question, trust);
      yield { chain: completed(chain), fault: fault?.reason ?? null, rule: fault?.rule ?? null };
      return;
    }
    if (chain.length > longest.chain.length) longest = { chain, fault: 'untrusted', rule: 'no-issuer' };
    if (chain.length >= MAX_LENGTH) return;
    for (const issuer of pool(top)) {
      if (found >= MAX_PATHS || steps >= MAX_STEPS) return;
      if (chain.some((one) => isSame(one, issuer))) continue;
      steps += 1;
      if (mayBeSigned(trust, issuer, top)) yield* climb([...chain, issuer]);
      else if (chain.length === longest.chain.length) longest = { chain, fault: 'untrusted', rule: 'signature' };
    }
  }
  yield* climb([leaf]);
  if (found === 0) yield longest;
}

const isBetter = (a: Path['fault'], b: Path['fault']): boolean => order.indexOf(a) < order.indexOf(b);

/** The best path: one that holds, else the most telling failure of one that reaches an anchor. */
export const findPath = (leaf: Certificate, embedded: readonly Certificate[], trust: Trust, question: PathQuestion): Path => {
  let best: Path | null = null;
  for (const path of pathsOf(leaf, embedded, trust, question)) {
    if (best === null || isBetter(path.fault, best.fault)) best = path;
    if (best.fault === null) break;
  }
  return best ?? { chain: [leaf], fault: 'untrusted', rule: 'no-issuer' };
};
