/** How the installed certification authorities stand: which have a current list at hand, which an old one, which none. */
import type { Certificate } from '../path/certificate.ts';
import type { Trust } from '../path/trust.ts';
import type { CrlFacts, RevocationFacts } from './facts.ts';
import { reachesAnchor } from './offer.ts';

export type Standing = {
  readonly authority: Certificate;
  readonly state: 'current' | 'stale' | 'missing';
  /** Its newest full lists, one for each distribution point. */
  readonly lists: readonly CrlFacts[];
};

/** A list names its issuer by name, and by key where one name has had several keys. */
export const isListOf = (facts: RevocationFacts, authority: Certificate): facts is CrlFacts =>
  facts.kind === 'crl' &&
  facts.issuer.key === authority.subject.key &&
  (facts.authorityKeyId === null || authority.subjectKeyId === null || facts.authorityKeyId === authority.subjectKeyId);

const isCurrent = ({ nextUpdate }: CrlFacts, now: Date): boolean => nextUpdate !== null && Date.parse(nextUpdate) >= now.getTime();

/** Installed certificates of authorities whose path ends in a pinned anchor and that are not over: of these revocation is asked. */
export const authoritiesOf = (trust: Trust, now: Date): readonly Certificate[] =>
  [...trust.anchors, ...trust.intermediates].filter((one) => one.isAuthority && one.notAfter >= now && reachesAnchor(one, [], trust));

export const standingsOf = (trust: Trust, kept: readonly RevocationFacts[], now: Date): readonly Standing[] =>
  authoritiesOf(trust, now).map((authority) => {
    const newest = new Map<string, CrlFacts>();
    for (const facts of kept) {
      if (!isListOf(facts, authority) || facts.isDelta) continue;
      if (facts.thisUpdate > (newest.get(facts.scope)?.thisUpdate ?? '')) newest.set(facts.scope, facts);
    }
    const lists = [...newest.values()];
    // Several points share the certificates between them: each must be current.
    const current = lists.length > 0 && lists.every((facts) => isCurrent(facts, now));
    return { authority, state: current ? 'current' : lists.length > 0 ? 'stale' : 'missing', lists };
  });
