/**
 * Where judges disagree with us, who is right, and why, by clause. spec/signature.md shows this very table; the suites fail on
 * a disagreement that is not in it and on a row that is no disagreement any more.
 */
import type { PdfProof } from '../../src/signature/pdf/verify.ts';
import type { Reason } from '../../src/signature/proof.ts';
import type { Opinions } from './judges/judges.ts';

export type Judge = 'pyhanko' | 'dss' | 'pdfsig';
/** Where the files come from: pyHanko's makers, our own makers, the tests of attacks. */
export type Suite = 'made' | 'own' | 'attacks';

export type Disagreement = {
  readonly suite: Suite;
  readonly judge: Judge;
  /** What the judge does with them where we do the opposite. */
  readonly they: 'accept' | 'refuse';
  /** What we say of these files, null for `valid`. */
  readonly we: Reason | null;
  /** Names; `*` stands for any letters. Absent: all that the other columns fit. */
  readonly files?: readonly string[];
  /** Only where its own words hold this. */
  readonly said?: string;
  readonly right: 'we' | 'they' | 'open';
  /** By which clause. */
  readonly why: string;
};

const encryption = 'We open no encrypted file and say so (`unreadable/encrypted`); they open it with the empty password.';
const contract =
  'Without DocMDP ISO 32000-2 12.8.2.2 forbids nothing by itself; contract §3 calls what the reader sees and the signer did not sign `visible`.';
const appended =
  'Bytes after the last `%%EOF` that no cross-reference reaches: ISO 32000-2 12.8.1 wants the whole file covered, and readers that search from the end may find them (contract §3).';
const noLaterLook = 'pdfsig looks at no later revision (ISO 32000-2 12.8.2.2.2, 12.8.2.4; EN 319 142-1 5.5).';
const noCoverage = 'pdfsig hashes whatever ByteRange names (ISO 32000-2 12.8.1: the file, or its revision, less Contents).';

const made: readonly Disagreement[] = [
  { suite: 'made', judge: 'pyhanko', they: 'accept', we: 'changed-after-signing', files: ['appended'], right: 'we', why: appended },
  {
    ...{ suite: 'made', judge: 'pyhanko', they: 'refuse', we: null, files: ['docmdp-3-annotated', 'docmdp-3-stamped-over'], right: 'we' },
    why: 'P 3 permits annotations (ISO 32000-2 table 257); pyHanko knows no rule for them.',
  },
  { suite: 'made', judge: 'pyhanko', they: 'accept', we: 'encrypted', files: ['encrypted-aes-*'], right: 'they', why: encryption },
  {
    ...{ suite: 'made', judge: 'pyhanko', they: 'refuse', we: null, files: ['expiring-timestamp', 'expiring-long-term'], right: 'we' },
    why: 'The trusted signature timestamp lies before notAfter: EN 319 102-1 5.5.4 goes on with that time. DSS accepts the second too.',
  },
  { suite: 'made', judge: 'pyhanko', they: 'accept', we: 'changed-after-signing', files: ['plain-filled'], right: 'open', why: contract },
  {
    ...{ suite: 'made', judge: 'pyhanko', they: 'refuse', we: null, files: ['timestamp-no-purpose', 'timestamp-rogue'], right: 'we' },
    why: 'A timestamp that does not validate proves no time and is left out (EN 319 102-1 5.5.4); the signature needs none. DSS accepts.',
  },
  {
    ...{ suite: 'made', judge: 'pyhanko', they: 'accept', we: 'changed-after-signing', files: ['visible-over-*'], right: 'we' },
    why: 'A later signature hides what was signed; ISO 32000-2 12.8.2.2 allows further signatures, not hiding (shadow attack "hide").',
  },
  { suite: 'made', judge: 'dss', they: 'accept', we: 'changed-after-signing', files: ['appended'], right: 'we', why: appended },
  { suite: 'made', judge: 'dss', they: 'accept', we: 'encrypted', files: ['encrypted-aes-*'], right: 'they', why: encryption },
  {
    ...{ suite: 'made', judge: 'dss', they: 'refuse', we: null, files: ['expiring-timestamp'], right: 'open' },
    why: 'Expired between signing and judging, and no revocation data embedded. We take the CRL that was current at the proven time (RFC 5280 6.3.3); DSS wants one issued after it and before notAfter (its freshness policy, EN 319 102-1 5.2.5).',
  },
  {
    ...{ suite: 'made', judge: 'dss', they: 'accept', we: 'changed-after-signing', right: 'we' },
    files: ['fieldmdp-*all-ykien', 'fieldmdp-*include-ykien', 'fieldmdp-*exclude-nguoisoan'],
    why: 'The value of a locked field was changed (ISO 32000-2 12.8.2.4). pyHanko refuses too; DSS sees the filling in and lets it pass.',
  },
  {
    suite: 'made',
    judge: 'dss',
    they: 'accept',
    we: 'changed-after-signing',
    files: ['plain-annotated', 'plain-filled'],
    right: 'open',
    why: contract,
  },
  {
    ...{ suite: 'made', judge: 'dss', they: 'accept', we: 'changed-after-signing', files: ['visible-over-*'], right: 'we' },
    why: 'DSS warns of annotations that overlap and of no more; of text under an image it says nothing.',
  },
  { suite: 'made', judge: 'pdfsig', they: 'accept', we: 'changed-after-signing', right: 'we', why: noLaterLook },
  {
    suite: 'made',
    judge: 'pdfsig',
    they: 'accept',
    we: 'encrypted',
    right: 'they',
    why: `${encryption} It accepts the altered one as well.`,
  },
  {
    ...{ suite: 'made', judge: 'pdfsig', they: 'refuse', we: null, files: ['algorithm-ed25519'], right: 'we' },
    why: 'RFC 8419, ISO/TS 32002; the library beneath pdfsig does not know Ed25519.',
  },
  {
    ...{ suite: 'made', judge: 'pdfsig', they: 'accept', we: 'weak-algorithm', right: 'we' },
    why: 'No dates of algorithms (ETSI TS 119 312): SHA-1 and RSA-1024 in 2026 pass.',
  },
];

const attacks: readonly Disagreement[] = [
  {
    ...{ suite: 'attacks', judge: 'pyhanko', they: 'accept', we: 'changed-after-signing', right: 'we' },
    why: `${appended} Or objects that an update holds and its table leaves out.`,
  },
  {
    ...{ suite: 'attacks', judge: 'pyhanko', they: 'accept', we: 'coverage', right: 'we' },
    why: 'A cross-reference of the signed revision points into the unsigned gap: what stands there is chosen by whoever fills Contents.',
  },
  {
    ...{ suite: 'attacks', judge: 'pyhanko', they: 'accept', we: 'malformed-signature', right: 'we' },
    why: 'Something other than zeros behind the CMS in Contents (EN 319 142-1 5.2: padding of 0), or ByteRange twice in one dictionary (ISO 32000-2 7.3.7; by itself pyHanko, strict, does not read that file).',
  },
  {
    ...{ suite: 'attacks', judge: 'pyhanko', they: 'refuse', we: null, files: ['docmdp-*level-3*'], right: 'we' },
    why: 'P 3 permits annotations (ISO 32000-2 table 257); pyHanko knows no rule for them.',
  },
  {
    ...{ suite: 'attacks', judge: 'pyhanko', they: 'refuse', we: null, said: 'is locked', right: 'we' },
    why: 'Another field than the locked one is filled in; pyHanko counts the appearance both fields share as an update of the locked one, though no revision touches it.',
  },
  {
    ...{ suite: 'attacks', judge: 'pyhanko', they: 'refuse', we: null, files: ['filling-in-under-p-*-hierarchical-names-*'], right: 'we' },
    why: 'A field below a parent is filled in, which P 2 permits (ISO 32000-2 table 257, 12.7.4.2); pyHanko finds the parent unexplained.',
  },
  {
    ...{ suite: 'attacks', judge: 'pyhanko', they: 'refuse', we: null, said: 'Failed to read document permissions', right: 'we' },
    why: 'DocMDP without P: the default is 2 (ISO 32000-2 table 257).',
  },
  {
    ...{ suite: 'attacks', judge: 'dss', they: 'accept', we: 'changed-after-signing', right: 'we' },
    why: `${appended} Annotations without DocMDP, objects freed or left out of a table: visible by contract §3; DSS lists some of them and passes.`,
  },
  {
    ...{ suite: 'attacks', judge: 'dss', they: 'accept', we: 'coverage', right: 'we' },
    why: 'The cross-reference of the signed revision points past it: what is shown was never signed.',
  },
  {
    ...{ suite: 'attacks', judge: 'dss', they: 'accept', we: 'malformed-signature', right: 'we' },
    why: 'Something other than zeros behind the CMS in Contents (EN 319 142-1 5.2).',
  },
  {
    ...{ suite: 'attacks', judge: 'dss', they: 'refuse', we: null, said: 'SIG_CONSTRAINTS_FAILURE', right: 'open' },
    why: 'Good controls without a claimed time (no M, no signingTime): EN 319 142-1 6.3 asks for one, EN 319 102-1 does not make a signature fail for it; DSS does by policy (SIG_CONSTRAINTS_FAILURE).',
  },
  {
    ...{ suite: 'attacks', judge: 'dss', they: 'refuse', we: null, said: 'FORMAT_FAILURE', right: 'we' },
    files: ['filling-in-under-p-*', 'fields-that-are-locked-*', 'a-later-signature-keeps-*'],
    why: 'Only V and AP of a field that may be filled in are other (ISO 32000-2 table 257, 12.8.2.4). DSS calls it an undefined change where fields shared one appearance stream; among pyHanko’s files, where they do not, it accepts.',
  },
  { suite: 'attacks', judge: 'pdfsig', they: 'accept', we: 'changed-after-signing', right: 'we', why: noLaterLook },
  { suite: 'attacks', judge: 'pdfsig', they: 'accept', we: 'coverage', right: 'we', why: noCoverage },
  {
    ...{ suite: 'attacks', judge: 'pdfsig', they: 'accept', we: 'malformed-signature', right: 'we' },
    why: 'Something other than zeros behind the CMS in Contents (EN 319 142-1 5.2).',
  },
  {
    ...{ suite: 'attacks', judge: 'pdfsig', they: 'accept', we: 'encrypted', right: 'we' },
    why: 'An update names a security handler: what is shown since is deciphered otherwise (ISO 32000-2 7.6), and we open no encrypted file.',
  },
  {
    ...{ suite: 'attacks', judge: 'pdfsig', they: 'accept', we: 'damaged', right: 'we' },
    why: 'An update leaves the file without readable pages or catalog; pdfsig repairs it and looks at the bytes before.',
  },
  {
    ...{ suite: 'attacks', judge: 'pdfsig', they: 'accept', we: 'certificate-misuse', right: 'we' },
    why: 'The ESS attribute binds another certificate than the one shown (RFC 5035); pdfsig does not look.',
  },
];

export const disagreements: readonly Disagreement[] = [
  ...made,
  { suite: 'own', judge: 'pdfsig', they: 'accept', we: 'changed-after-signing', right: 'we', why: noLaterLook },
  ...attacks,
];

type Found = { readonly name: string; readonly they: 'accept' | 'refuse'; readonly we: Reason | null; readonly said: string };

const fits = (row: Disagreement, one: Found): boolean =>
  row.they === one.they &&
  row.we === one.we &&
  one.said.includes(row.said ?? '') &&
  (row.files?.some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(one.name)) ?? true);

/** What of a comparison the table does not explain, and which rows of it explain nothing. */
export const disagreementsIn = (suite: Suite, judge: Judge, ours: ReadonlyMap<string, PdfProof>, theirs: Opinions) => {
  const rows = disagreements.filter((row) => row.suite === suite && row.judge === judge);
  const found = [...theirs].flatMap(([name, { accepted, said }]): readonly Found[] => {
    const proof = ours.get(name);
    if (proof === undefined) throw new Error(`no file ${name}`);
    const they = accepted ? 'accept' : 'refuse';
    return (proof.verdict === 'valid') === accepted ? [] : [{ name, they, said, we: proof.reason }];
  });
  return {
    unexplained: found
      .filter((one) => !rows.some((row) => fits(row, one)))
      .map((one) => `${one.name}: they ${one.they} (${one.said}), we ${one.we ?? 'valid'}`),
    vanished: rows.filter((row) => !found.some((one) => fits(row, one))),
  };
};
