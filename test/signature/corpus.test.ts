import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { integrityOnly } from '../../src/signature/context.ts';
import { trustFrom } from '../../src/signature/path/trust.ts';
import { verifyPdf } from '../../src/signature/pdf/verify.ts';
import { bytesOf, now, outcomeOf } from './kit.ts';

const folder = new URL('../../../shared/corpora/pdf/', import.meta.url).pathname;
const present = existsSync(folder);
if (!present) {
  if (process.env.CI === 'true') throw new Error(`The DSS corpus is missing: ${folder}`);
  console.warn(`SKIPPED: the DSS corpus is missing at ${folder}`);
}

/** The 22 files of the corpus's README that hold no signature. */
const unsigned = (
  'EmptyPage doc doc-negative-coordinates-rotate-90 doc-positive-coordinates doc-positive-coordinates-rotate-90 ' +
  'doc-positive-coordinates-rotate-270 documentEmptySignature edition_protected_signing_allowed_no_field ' +
  'edition_protected_signing_allowed_with_field empty-two-pages open_protected pdf-2.0 restricted_fields sample sample_end_space ' +
  'test test_-270 test_-90 test_180 test_270 testdoc unsignedPDFWithSignatureFieldButInvisible'
).split(' ');

/** Bad by the four kinds of the README, with the reason we give. */
const bad: Readonly<Record<string, string>> = {
  'PAdES-BpB-att-SHA256-SHA3_256withRSA': 'invalid/signature-mismatch',
  'Signature-P-HU_NET-2': 'invalid/malformed-signature',
  'pades-5-signatures-and-1-document-timestamp': 'invalid/malformed-signature',
  'pades-enveloping-empty-bytes-cms': 'invalid/malformed-signature',
  'pdf-signed-corrupted': 'invalid/coverage',
  'pdf-signed-out-of-byteRange': 'invalid/coverage',
  siwa: 'invalid/malformed-signature',
  'annotation-and-visible-change': 'invalid/changed-after-signing',
  'pdf-signed-added-page': 'invalid/changed-after-signing',
  'pades-spoofing-replaced-reason': 'invalid/changed-after-signing',
  'pdf-spoofing-attack': 'invalid/changed-after-signing',
};

/** Called bad by us and not by DSS; spec/signature.md says why. */
const stricter: Readonly<Record<string, string>> = {
  'pades-signed-annot-added': 'invalid/changed-after-signing',
  'pades-lta-copied-doctst': 'invalid/digest-mismatch',
};

describe.skipIf(!present)('the EU DSS corpus under integrity-only rules', () => {
  const names = present ? readdirSync(folder).filter((name) => name.endsWith('.pdf')) : [];
  const trust = trustFrom({ anchors: [], pins: [] });
  const judge = (name: string) => outcomeOf(verifyPdf(bytesOf(readFileSync(`${folder}${name}`)), { trust, at: now, rules: integrityOnly }));

  it('has its 82 files', () => {
    expect(names).toHaveLength(82);
    expect(unsigned).toHaveLength(22);
  });

  it.each(names)('%s', (name) => {
    const outcome = judge(name);
    const stem = name.slice(0, -4);
    if (unsigned.includes(stem)) expect(['unsigned/no-signature', 'unreadable/encrypted']).toContain(outcome);
    else if (stem in bad || stem in stricter) expect(outcome).toBe(bad[stem] ?? stricter[stem]);
    else
      expect(['valid', 'undetermined', 'unsigned/no-signature', 'unreadable/encrypted']).toContain(
        outcome.startsWith('un') && !outcome.startsWith('undetermined') ? outcome : outcome.split('/')[0],
      );
  });
});
