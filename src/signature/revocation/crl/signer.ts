/** Who signed a list, and whether it may (RFC 5280 6.3.3 f–g). */
import { weakness } from '../../cms/strength.ts';
import { type Certificate, usage } from '../../path/certificate.ts';
import { linkBy } from '../../path/link.ts';
import type { Inquiry, UsedThing } from '../status.ts';
import type { Crl } from './list.ts';

/** Certificates of one name, installed and brought along, that are tried on one list; more is no honest authority. */
const MAX_INSTALLED = 10;
const MAX_BROUGHT = 4;
/** Keys tried on one list that are remembered. */
const MAX_REMEMBERED = 50;

/** Answers of keys asked about a list: hashing twenty megabytes for every document would be slow. */
const asked = new WeakMap<Crl, Map<string, string | null>>();

/** Name of the digest under which this certificate's key signed the list ('' where the algorithm has none); null: it did not. */
const signedBy = (crl: Crl, signer: Certificate): string | null => {
  const answers = asked.get(crl) ?? new Map<string, string | null>();
  asked.set(crl, answers);
  const known = answers.get(signer.sha256);
  if (known !== undefined) return known;
  const { signed, digest } = linkBy(signer.key, crl);
  const answer = signed ? (digest ?? '') : null;
  if (answers.size < MAX_REMEMBERED) answers.set(signer.sha256, answer);
  return answer;
};

const fitsKeyId = (crl: Crl, signer: Certificate): boolean =>
  crl.authorityKeyId === null || signer.subjectKeyId === null || crl.authorityKeyId === signer.subjectKeyId;

/** Those of the list's issuer's name: the certificate's own issuer, then installed ones, then those that came along; key identifiers that fit first. */
const candidatesFor = (crl: Crl, issuer: Certificate, { trust, embedded }: Inquiry): readonly Certificate[] => {
  const some = (pool: readonly Certificate[], most: number) =>
    pool
      .filter((one) => one.subject.key === crl.issuer.key && one.sha256 !== issuer.sha256)
      .toSorted((a, b) => Number(fitsKeyId(crl, b)) - Number(fitsKeyId(crl, a)))
      .slice(0, most);
  const others = [...some(trust.named.get(crl.issuer.key) ?? [], MAX_INSTALLED), ...some(embedded, MAX_BROUGHT)];
  return issuer.subject.key === crl.issuer.key ? [issuer, ...others] : others;
};

const mayIssue = (signer: Certificate): boolean => signer.keyUsage === null || signer.keyUsage.has(usage.cRLSign);

/**
 * The certificates needed to believe the signer of the list, null when it is not believed. The issuer of
 * the certificate itself stands in the path that is being validated; another signer needs a path of its own.
 * `at`: the instant asked for, or the list's own where that is later.
 */
export const believedSigner = (
  crl: Crl,
  issuer: Certificate,
  at: Date,
  inquiry: Inquiry,
): { signer: Certificate; used: readonly UsedThing[] } | null => {
  for (const signer of candidatesFor(crl, issuer, inquiry)) {
    const digest = signedBy(crl, signer);
    if (digest === null || !mayIssue(signer)) continue;
    if (crl.ofOneKey && Buffer.compare(signer.spki, issuer.spki) !== 0) continue;
    // What a list signed with a broken digest says, anybody may have written.
    if (weakness(digest === '' ? null : digest, signer.key, at, inquiry.algorithms) !== null) continue;
    if (signer.sha256 === issuer.sha256) {
      if (inquiry.expiry && (crl.thisUpdate > signer.notAfter || crl.thisUpdate < signer.notBefore)) continue;
      return { signer, used: [] };
    }
    const used = inquiry.believes(signer, 'crl', at);
    if (used !== null) return { signer, used };
  }
  return null;
};
