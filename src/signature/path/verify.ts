/** Whether a certificate is to be believed for one use at one instant: its path, and the revocation of every certificate below the anchor. */
import { allRules, type VerificationContext } from '../context.ts';
import type { Reason, SignatureProof } from '../proof.ts';
import { askOf, type CertificateStatus, fullBudget, isClear } from '../revocation/inquiry.ts';
import { nothingKnown } from '../revocation/known.ts';
import type { UsedThing } from '../revocation/status.ts';
import type { Certificate } from './certificate.ts';
import type { PolicyDemand } from './constraint/policy.ts';
import { type Path, pathsOf } from './path.ts';
import type { Purpose, Rule } from './purpose.ts';

export type Question = {
  readonly purpose: Purpose;
  /** The instant at which the signature is proven to have existed: validity and revocation are judged at it. */
  readonly existedAt: Date;
  /** Which certificate policies are demanded; absent = none. */
  readonly policies?: PolicyDemand;
};

export type Belief = {
  /** Null: believed, under the rules of the context. */
  readonly fault: Extract<
    Reason,
    'untrusted' | 'expired' | 'not-yet-valid' | 'weak-algorithm' | 'unsupported' | 'certificate-misuse' | 'revoked' | 'revocation-unknown'
  > | null;
  /** Which rule the path breaks, for faults of the path; null or absent for others and for none. */
  readonly rule?: Rule | null;
  /** Signer first; ends in an anchor when one was reached. */
  readonly chain: readonly Certificate[];
  /** One row for each certificate below the anchor of which something is known, from the anchor down. */
  readonly revocation: SignatureProof['revocation'];
};

type Fault = Belief['fault'];

/** Best first: of several paths the one is told that blames least. */
const order: readonly Fault[] = [
  null,
  'revocation-unknown',
  'weak-algorithm',
  'expired',
  'not-yet-valid',
  'unsupported',
  'revoked',
  'certificate-misuse',
  'untrusted',
];

/** A path judged with everything: what was found of its certificates, and the certificate that is revoked. */
type Judged = { readonly belief: Belief; readonly findings: readonly CertificateStatus[]; readonly revoked: CertificateStatus | null };

const row = ({ certificate, status }: CertificateStatus): SignatureProof['revocation'] =>
  status === null
    ? []
    : [
        {
          serial: certificate.serial,
          source: status.source,
          status: status.status,
          thisUpdate: status.thisUpdate.toISOString(),
          nextUpdate: status.nextUpdate?.toISOString() ?? null,
          revokedAt: status.revokedAt?.toISOString() ?? null,
        },
      ];

const isOfTime = (fault: Path['fault']): boolean => fault === 'expired' || fault === 'not-yet-valid';

/**
 * One fault from path and revocation. A revoked certificate is told even where the path has also
 * expired or is weak: that is certain, the others may be a matter of time. Where trust does not count,
 * only the validity periods of the path do, if those count.
 */
const faultOf = (path: Path, findings: readonly CertificateStatus[], rules: { trust: boolean; revocation: boolean }): Fault => {
  const ofPath = rules.trust || isOfTime(path.fault) ? path.fault : null;
  if (ofPath === 'untrusted' || ofPath === 'certificate-misuse') return ofPath;
  if (findings.some(({ status }) => status?.status === 'revoked')) return 'revoked';
  if (ofPath !== null) return ofPath;
  if (!rules.revocation) return null;
  // Without an anchor nobody's lists can be believed.
  return path.fault !== 'untrusted' && isClear(findings) ? null : 'revocation-unknown';
};

/**
 * Whether a revocation found on one path also spoils another: where the same certificate stands in it,
 * and, where its key was compromised (reasons 1 and 2), any certificate for that key. Otherwise another
 * path may hold: RFC 5280 6 asks for one valid path, and a cross-certificate withdrawn by one root says
 * nothing of the authority under another.
 */
const spoils = ({ revoked }: Judged, chain: readonly Certificate[]): boolean => {
  if (revoked === null) return false;
  const compromised = revoked.status?.reason === 1 || revoked.status?.reason === 2;
  return chain.some(
    (one) => one.sha256 === revoked.certificate.sha256 || (compromised && Buffer.compare(one.spki, revoked.certificate.spki) === 0),
  );
};

/** Paths whose revocation is asked. */
const MAX_PATHS = 10;

const bestOf = (judged: readonly Judged[]): Judged | undefined => {
  const [best] = judged.toSorted((a, b) => order.indexOf(a.belief.fault) - order.indexOf(b.belief.fault));
  const spoiler = best === undefined ? undefined : judged.find((one) => one !== best && spoils(one, best.belief.chain));
  return spoiler ?? best;
};

const note = ({ belief, findings }: Judged, { evidence }: VerificationContext): void => {
  const things: UsedThing[] = findings.flatMap(({ status }) => status?.used ?? []);
  for (const { der, sha256 } of belief.chain) evidence?.use('certificate', der, sha256);
  for (const { kind, der, sha256 } of things) evidence?.use(kind, der, sha256);
};

/** `embedded` are certificates that came with the signature: they help to build paths and prove nothing. */
export const verifyCertificate = (
  leaf: Certificate,
  embedded: readonly Certificate[],
  question: Question,
  context: VerificationContext,
): Belief => {
  const rules = context.rules ?? allRules;
  const { trust, revocation = nothingKnown, now = context.at } = context;
  const { existedAt, purpose, policies } = question;
  const shared = { expiry: rules.expiry, ...(rules.algorithms && { algorithms: rules.algorithms }) };
  const setting = { trust, embedded, known: revocation, now, budget: fullBudget(), ...shared };
  const judge = (path: Path): Judged => {
    const anchor = path.chain.at(-1);
    const asks = rules.revocation && path.fault !== 'untrusted' && anchor !== undefined;
    const findings = asks ? askOf({ ...setting, anchor }, path.chain, existedAt) : [];
    const fault = faultOf(path, findings, rules);
    return {
      belief: { fault, rule: fault === path.fault ? path.rule : null, chain: path.chain, revocation: findings.flatMap(row) },
      findings,
      revoked: findings.find(({ status }) => status?.status === 'revoked') ?? null,
    };
  };
  const judged: Judged[] = [];
  for (const path of pathsOf(leaf, embedded, trust, { purpose, at: existedAt, ...shared, ...(policies && { policies }) })) {
    judged.push(judge(path));
    if (judged.at(-1)?.belief.fault === null || judged.length >= MAX_PATHS) break;
  }
  const best = bestOf(judged);
  if (best === undefined) return { fault: 'untrusted', rule: 'no-issuer', chain: [leaf], revocation: [] };
  note(best, context);
  return best.belief;
};
