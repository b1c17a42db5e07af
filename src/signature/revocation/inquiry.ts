/**
 * Asking what is known of every certificate of a path, lists and OCSP answers together, and of whoever
 * signed those in turn. One inquiry lasts for one path; nobody vouches in a circle, and the number of
 * questions is bounded.
 */
import type { AlgorithmRules } from '../cms/strength.ts';
import type { Certificate } from '../path/certificate.ts';
import { pathsOf } from '../path/path.ts';
import type { Trust } from '../path/trust.ts';
import { statusByCrl } from './crl/status.ts';
import { answersFor, crlsOf, type KnownRevocation } from './known.ts';
import { statusByOcsp } from './ocsp/status.ts';
import { certificateHold, type Inquiry, type Moment, type Status, type UsedThing } from './status.ts';

export type InquirySetting = {
  readonly trust: Trust;
  readonly embedded: readonly Certificate[];
  readonly known: KnownRevocation;
  readonly now: Date;
  /** 6.3.3 f: signers of revocation data stand under the anchor of the path they speak of. */
  readonly anchor: Certificate;
  readonly expiry: boolean;
  readonly algorithms?: AlgorithmRules;
  readonly budget: Budget;
};

/** What may still be asked for one leaf over all its paths. Used up, everything else is unknown, never good. */
export type Budget = { questions: number; strangers: number };

/**
 * An honest path with its signers needs about ten questions. Strangers are signers of lists and answers that
 * came with the file and turned out not to be believed: thousands can be made up. Those that are installed
 * are always asked.
 */
export const fullBudget = (): Budget => ({ questions: 200, strangers: 15 });

/** What was found of one certificate below the anchor. */
export type CertificateStatus = { readonly certificate: Certificate; readonly status: Status | null; readonly exempt: boolean };

/** Paths tried for one signer. */
const MAX_PATHS = 5;

/**
 * Nothing is published of these, by their authority's word: noRevAvail (RFC 9608) and validity-assured
 * short-term certificates (ETSI EN 319 412-1 5.2). Only leaves may say so; a revocation that is known
 * counts all the same.
 */
const exemptions = ['2.5.29.56', '0.4.0.194121.2.1'];
const noCheck = '1.3.6.1.5.5.7.48.1.5';

const isExempt = (certificate: Certificate, isResponder: boolean): boolean =>
  !certificate.isAuthority && [...exemptions, ...(isResponder ? [noCheck] : [])].some((id) => certificate.extensions.has(id));

/** A lasting revocation wins whoever tells of it; a hold may be lifted, so there, as for `good`, the newest decides. */
const decide = (statuses: readonly (Status | null)[]): Status | null => {
  const told = statuses.filter((status) => status !== null);
  const lasting = told.find((one) => one.status === 'revoked' && one.reason !== certificateHold);
  const [newest] = told.filter((one) => one.status !== 'unknown').toSorted((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
  return lasting ?? newest ?? told[0] ?? null;
};

/** Nothing revoked, nothing unknown that is not exempt. */
export const isClear = (findings: readonly CertificateStatus[]): boolean =>
  findings.every(({ status, exempt }) => (exempt ? status?.status !== 'revoked' : status?.status === 'good'));

const usedBy = (findings: readonly CertificateStatus[]): readonly UsedThing[] => findings.flatMap(({ status }) => status?.used ?? []);
const certificatesIn = (chain: readonly Certificate[]): readonly UsedThing[] =>
  chain.map(({ der, sha256 }) => ({ kind: 'certificate', der, sha256 }));

/** `inProgress`: SHA-256 of the certificates just being asked for, the latest last. */
type Asking = InquirySetting & { readonly inProgress: string[]; readonly settled: Map<string, Status> };

const isStranger = ({ trust }: Asking, one: Certificate): boolean =>
  !(trust.named.get(one.subject.key) ?? []).some((local) => local.sha256 === one.sha256);

/** What `Inquiry.believes` promises. */
const standingOf = (asking: Asking, signer: Certificate, purpose: 'crl' | 'ocsp', at: Date): readonly UsedThing[] | null => {
  const { trust, embedded, anchor, expiry, algorithms, budget, inProgress } = asking;
  // The one circle there is: an authority that leaves its lists to a signer of its own lets that signer's
  // list speak of the signer too (PKITS 4.14.30). Of the others nobody is believed who waits for himself.
  const ofItself = purpose === 'crl' && inProgress.at(-1) === signer.sha256;
  if (inProgress.includes(signer.sha256) && !ofItself) return null;
  const stranger = isStranger(asking, signer);
  if (stranger && budget.strangers <= 0) return null;
  let tried = 0;
  for (const path of pathsOf(signer, embedded, trust, { purpose, at, expiry, ...(algorithms && { algorithms }) })) {
    if (tried >= MAX_PATHS) break;
    tried += 1;
    if (path.fault !== null || path.chain.at(-1)?.sha256 !== anchor.sha256) continue;
    const findings = askAll(asking, ofItself ? path.chain.slice(1) : path.chain, at, purpose === 'ocsp');
    if (isClear(findings)) return [...certificatesIn(path.chain), ...usedBy(findings)];
  }
  if (stranger) budget.strangers -= 1;
  return null;
};

const statusOf = (asking: Asking, certificate: Certificate, issuer: Certificate, moment: Moment): Status | null => {
  const { trust, embedded, known, expiry, algorithms, budget, inProgress, settled } = asking;
  const id = `${certificate.sha256}${issuer.sha256}${moment.existedAt.getTime()}`;
  const before = settled.get(id);
  if (before !== undefined || inProgress.includes(certificate.sha256) || budget.questions <= 0) return before ?? null;
  budget.questions -= 1;
  inProgress.push(certificate.sha256);
  const believes: Inquiry['believes'] = (signer, purpose, at) => standingOf(asking, signer, purpose, at);
  const inquiry: Inquiry = { trust, embedded, expiry, believes, ...(algorithms && { algorithms }) };
  const status = decide([
    statusByCrl(certificate, issuer, (key) => crlsOf(known, key), moment, inquiry),
    statusByOcsp(certificate, issuer, answersFor(known, certificate.serial), moment, inquiry),
  ]);
  inProgress.pop();
  // `unknown` may come from a circle that another question does not have.
  if (status !== null && status.status !== 'unknown') settled.set(id, status);
  return status;
};

const askAll = (asking: Asking, chain: readonly Certificate[], existedAt: Date, isResponder: boolean): readonly CertificateStatus[] =>
  chain
    .slice(0, -1)
    .map((certificate, i) => {
      const status = statusOf(asking, certificate, chain[i + 1] ?? asking.anchor, { existedAt, now: asking.now });
      return { certificate, status, exempt: i === 0 && isExempt(certificate, isResponder) };
    })
    .toReversed();

/** Asks for every certificate of `chain` (signer first, anchor last) below the anchor; answers from the anchor down. */
export const askOf = (setting: InquirySetting, chain: readonly Certificate[], existedAt: Date): readonly CertificateStatus[] =>
  askAll({ ...setting, inProgress: [], settled: new Map() }, chain, existedAt, false);
