/**
 * Validation of one path that ends in an anchor (RFC 5280 6.1), from the anchor down, at one instant.
 *
 * Of the anchor more counts than its name and key (RFC 5937 lets a relying party choose): its dates,
 * basic constraints, path length, key usage, name and policy constraints. Whatever a root says to narrow
 * its own use only ever narrows what the operator pinned; nothing it says widens it. A self-signed anchor
 * of version 1 or 2 can say nothing and stands by its pin alone.
 */
import type { KeyObject } from 'node:crypto';
import { type AlgorithmRules, weakness } from '../cms/strength.ts';
import type { Reason } from '../proof.ts';
import type { Certificate } from './certificate.ts';
import { type NameConstraints, nameConstraintsOf, obeysNames } from './constraint/names.ts';
import { noDemand, type PolicyDemand, policiesHold } from './constraint/policy.ts';
import { inheritsParameters, keyUnder, type Link, linkBetween, linkBy } from './link.ts';
import { hasUnprocessed, isSelfIssued, issueFault, type Purpose, type Rule, useFault } from './purpose.ts';
import type { Trust } from './trust.ts';

export type PathReason = Extract<
  Reason,
  'untrusted' | 'expired' | 'not-yet-valid' | 'weak-algorithm' | 'unsupported' | 'certificate-misuse'
>;

export type PathFault = { readonly reason: PathReason; readonly rule: Rule };

/** What is asked of a path. `expiry` false: validity periods are not looked at. */
export type PathQuestion = {
  readonly purpose: Purpose;
  readonly at: Date;
  readonly expiry: boolean;
  readonly policies?: PolicyDemand;
  readonly algorithms?: AlgorithmRules;
};

const misuse = (rule: Rule): PathFault => ({ reason: 'certificate-misuse', rule });
const unsupported = (rule: Rule): PathFault => ({ reason: 'unsupported', rule });

/** The worst of what is found is told: misuse is certain, the rest may be a matter of time or of our knowledge. */
const severity: readonly PathReason[] = ['untrusted', 'certificate-misuse', 'unsupported', 'not-yet-valid', 'expired', 'weak-algorithm'];
const worstOf = (faults: readonly (PathFault | null)[]): PathFault | null =>
  faults.filter((fault) => fault !== null).toSorted((a, b) => severity.indexOf(a.reason) - severity.indexOf(b.reason))[0] ?? null;

/** Signatures from the anchor down with the working key, which for DSA may take its parameters from above. */
const signatureFaults = (path: readonly Certificate[], question: PathQuestion, trust: Trust): (PathFault | null)[] => {
  let working: KeyObject | null = null;
  return path.map((certificate, i) => {
    const issuer = path[i - 1];
    const isWeak = (digest: string | null) => weakness(digest, working, question.at, question.algorithms) !== null;
    if (issuer === undefined) {
      working = certificate.key;
      return isWeak(null) ? { reason: 'weak-algorithm', rule: 'algorithm' } : null;
    }
    const link: Link = inheritsParameters(issuer) ? linkBy(working, certificate) : linkBetween(trust.memory.links, issuer, certificate);
    working = keyUnder(certificate, working);
    if (!link.signed) return { reason: 'untrusted', rule: 'signature' };
    return isWeak(link.digest) ? { reason: 'weak-algorithm', rule: 'algorithm' } : null;
  });
};

const authorityFaults = (path: readonly Certificate[]): (PathFault | null)[] => {
  let below = 0;
  return path
    .slice(0, -1)
    .toReversed()
    .map((issuer, i) => {
      const isBareAnchor = i === path.length - 2 && issuer.version !== 3;
      const rule = isBareAnchor ? null : issueFault(issuer, below);
      if (!isSelfIssued(issuer)) below += 1;
      return rule === null ? null : misuse(rule);
    });
};

const nameFaults = (path: readonly Certificate[]): (PathFault | null)[] => {
  const above: NameConstraints[] = [];
  return path.map((certificate, i) => {
    // 6.1.3 b: a self-issued certificate that is not the last is its authority's own affair.
    const isBound = i > 0 && (i === path.length - 1 || !isSelfIssued(certificate));
    const outcome = isBound ? obeysNames(certificate, above) : 'within';
    const own = nameConstraintsOf(certificate);
    if (own !== null) above.push(own);
    if (outcome === 'within') return null;
    return outcome === 'outside' ? misuse('name-constraints') : unsupported('name-constraints');
  });
};

const timeFault = (certificate: Certificate, at: Date): PathFault | null => {
  if (at < certificate.notBefore) return { reason: 'not-yet-valid', rule: 'validity' };
  return at > certificate.notAfter ? { reason: 'expired', rule: 'validity' } : null;
};

/** Extensions that cannot be read are not understood, critical or not: the path is not judged by half of what it says. */
const extensionFaults = (path: readonly Certificate[], question: PathQuestion): (PathFault | null)[] => {
  try {
    const [anchor, ...rest] = path;
    const hold = rest.length === 0 || policiesHold(rest, anchor ?? null, question.policies ?? noDemand);
    return [...nameFaults(path), hold ? null : misuse('policy')];
  } catch {
    return [unsupported('unreadable-extension')];
  }
};

/** What is wrong with a path; `chain` is signer first and ends in an anchor. Null: it holds. */
export const faultOfPath = (chain: readonly Certificate[], question: PathQuestion, trust: Trust): PathFault | null => {
  const path = chain.toReversed();
  const [leaf] = chain;
  if (leaf === undefined) return { reason: 'untrusted', rule: 'no-issuer' };
  const use = useFault(leaf, question.purpose);
  return worstOf([
    ...signatureFaults(path, question, trust),
    ...authorityFaults(path),
    use === null ? null : misuse(use),
    ...extensionFaults(path, question),
    ...path.map((certificate) => (hasUnprocessed(certificate) ? unsupported('critical-extension') : null)),
    ...(question.expiry ? path.map((certificate) => timeFault(certificate, question.at)) : []),
  ]);
};
