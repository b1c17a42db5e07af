/** The NIST PKITS suite as cases of our own kind: what is given, what is asked, what must come of it. */
import { existsSync, readFileSync } from 'node:fs';
import { allRules, type VerificationContext } from '../../../src/signature/context.ts';
import { type Certificate, readCertificate } from '../../../src/signature/path/certificate.ts';
import type { Rule } from '../../../src/signature/path/purpose.ts';
import { trustFrom } from '../../../src/signature/path/trust.ts';
import { type Belief, verifyCertificate } from '../../../src/signature/path/verify.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';

const folder = new URL('../../../../shared/corpora/pkits/', import.meta.url).pathname;

export const present = existsSync(`${folder}pkits.json`);
if (!present) {
  if (process.env.CI === 'true') throw new Error(`The PKITS corpus is missing: ${folder}`);
  console.warn(`SKIPPED: the PKITS corpus is missing at ${folder}`);
}

type Params = {
  readonly user_initial_policy_set?: readonly string[];
  readonly initial_explicit_policy?: boolean;
  readonly initial_policy_mapping_inhibit?: boolean;
  readonly initial_any_policy_inhibit?: boolean;
};

export type Case = {
  readonly id: string;
  readonly name: string;
  readonly cert: string;
  readonly other_certs?: readonly string[];
  readonly crls?: readonly string[];
  readonly path_len: number;
  readonly revocation?: boolean;
  readonly params?: Params;
  readonly error?: { readonly class: string; readonly msg_regex: string };
};

const bytesOf = (kind: 'certs' | 'crls', name: string): Uint8Array => readFileSync(`${folder}${kind}/${name}`);

export const cases: readonly Case[] = present ? JSON.parse(readFileSync(`${folder}pkits.json`, 'utf8')) : [];

/** Within every validity period of the suite that is meant to be within. */
export const asked = new Date('2020-01-01T00:00:00.000Z');

const root = 'TrustAnchorRootCertificate.crt';
export const pkitsTrust = () => trustFrom({ anchors: [bytesOf('certs', root)], pins: 'self-signed' });

/** The suite's two DSA keys of 1024 bits and their SHA-1 are believed here: it asks about paths, not about strength. */
const algorithms = { sha1: 'always', 'dsa-1024': 'always' };

export const certificatesOf = (names: readonly string[]): readonly Certificate[] =>
  names.map((name) => readCertificate(bytesOf('certs', name)));
export const listsOf = (names: readonly string[]) => revocationFrom(names.map((name) => bytesOf('crls', name)));

export const contextFor = (one: Case, more: Partial<VerificationContext> = {}): VerificationContext => ({
  trust: pkitsTrust(),
  at: asked,
  revocation: listsOf(['TrustAnchorRootCRL.crl', ...(one.crls ?? [])]),
  rules: { ...allRules, revocation: one.revocation !== false, algorithms },
  ...more,
});

/** `params` mapped by name onto the inputs of RFC 5280 6.1.1; the leaf's own use is not asked, since some leaves are authorities. */
export const beliefIn = (
  one: Case,
  context = contextFor(one),
  others: readonly Certificate[] = certificatesOf(one.other_certs ?? []),
): Belief => {
  const [leaf] = certificatesOf([one.cert]);
  if (leaf === undefined) throw new Error('no certificate');
  const policies = {
    acceptable: one.params?.user_initial_policy_set ?? ('any' as const),
    explicit: one.params?.initial_explicit_policy === true,
    inhibitMapping: one.params?.initial_policy_mapping_inhibit === true,
    inhibitAny: one.params?.initial_any_policy_inhibit === true,
  };
  return verifyCertificate(leaf, others, { purpose: 'any', existedAt: asked, policies }, context);
};

/** Which fault and which rule a PathValidationError must come to, by the sentence the suite's reader expects. */
const byWords: readonly (readonly [RegExp, NonNullable<Belief['fault']>, Rule])[] = [
  [/signature of .* could not be verified/, 'untrusted', 'signature'],
  [/issuer name could not be matched/, 'untrusted', 'no-issuer'],
  [/is not valid until/, 'not-yet-valid', 'validity'],
  [/ expired /, 'expired', 'validity'],
  [/is not a CA/, 'certificate-misuse', 'basic-constraints'],
  [/maximum path length/, 'certificate-misuse', 'path-length'],
  [/not allowed to sign certificates/, 'certificate-misuse', 'key-usage'],
  [/valid set of policies|policy mapping/, 'certificate-misuse', 'policy'],
  [/permitted namespace|excluded from the namespace/, 'certificate-misuse', 'name-constraints'],
  [/unsupported critical extension/, 'unsupported', 'critical-extension'],
];

export type Expected = { readonly fault: Belief['fault']; readonly rule: Rule | null };

export const expectedOf = ({ error }: Case): Expected => {
  switch (error?.class) {
    case undefined:
      return { fault: null, rule: null };
    case 'RevokedError':
      return { fault: 'revoked', rule: null };
    case 'InsufficientRevinfoError':
    case 'StaleRevinfoError':
      return { fault: 'revocation-unknown', rule: null };
    default: {
      const row = byWords.find(([words]) => words.test(error?.msg_regex ?? ''));
      if (error?.class !== 'PathValidationError' || row === undefined)
        throw new Error(`no expectation for ${error?.class}: ${error?.msg_regex}`);
      return { fault: row[1], rule: row[2] };
    }
  }
};
