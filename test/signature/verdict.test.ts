/** From parts to the whole: signatures of a file, files of a document (contract §3). */
import { describe, expect, it } from 'vitest';
import { allReasons, findingOf, type Reason, type SignatureProof } from '../../src/signature/proof.ts';
import { findingOfDocument, findingOfFile, worstOf } from '../../src/signature/verdict.ts';

const row = (kind: SignatureProof['kind'], reason: Reason | null): SignatureProof => ({ kind, ...findingOf(reason) }) as SignatureProof;
const fileOf = (...rows: readonly SignatureProof[]): string => findingOfFile(rows).reason ?? findingOfFile(rows).verdict;

describe('the finding of a file', () => {
  it('is that of its signature, whatever a document timestamp lacks', () => {
    expect(fileOf(row('signature', null), row('document-timestamp', 'untrusted'))).toBe('valid');
    expect(fileOf(row('signature', null), row('document-timestamp', 'expired'))).toBe('valid');
    expect(fileOf(row('signature', 'expired'), row('document-timestamp', 'unsupported'))).toBe('expired');
    expect(fileOf(row('signature', null), row('document-timestamp', null))).toBe('valid');
  });
  it('is invalid with a document timestamp that is broken, with or without signatures', () => {
    expect(fileOf(row('signature', null), row('document-timestamp', 'digest-mismatch'))).toBe('digest-mismatch');
    expect(fileOf(row('document-timestamp', 'signature-mismatch'))).toBe('signature-mismatch');
    expect(fileOf(row('document-timestamp', 'signature-mismatch'), row('document-timestamp', null))).toBe('signature-mismatch');
  });
  it('is unsigned with document timestamps alone that are whole, believed or not', () => {
    expect(fileOf()).toBe('no-signature');
    expect(fileOf(row('document-timestamp', null))).toBe('no-signature');
    expect(fileOf(row('document-timestamp', 'untrusted'))).toBe('no-signature');
  });
  it('is that of the worst of two signatures, in either order', () => {
    for (const [bad, less] of [
      ['digest-mismatch', 'untrusted'],
      ['untrusted', 'revocation-unknown'],
      ['expired', 'revocation-unknown'],
      ['revocation-unknown', null],
    ] as const) {
      expect(fileOf(row('signature', bad), row('signature', less))).toBe(bad);
      expect(fileOf(row('signature', less), row('signature', bad))).toBe(bad);
    }
  });
});

describe('the finding of a document', () => {
  const documentOf = (main: Reason | null, ...others: readonly (Reason | null)[]): string => {
    const finding = findingOfDocument(findingOf(main), [main, ...others].map(findingOf));
    return finding.reason ?? finding.verdict;
  };
  it('is that of its main file, whatever attachments lack', () => {
    expect(documentOf(null, 'untrusted', 'no-signature')).toBe('valid');
    expect(documentOf('untrusted', null, 'expired')).toBe('untrusted');
    expect(documentOf('no-signature', null)).toBe('no-signature');
  });
  it('is that of an invalid attachment when the main file is not invalid itself', () => {
    expect(documentOf(null, 'untrusted', 'changed-after-signing')).toBe('changed-after-signing');
    expect(documentOf('no-signature', 'coverage', 'digest-mismatch')).toBe('digest-mismatch');
  });
  it('stays that of an invalid main file though an attachment is worse', () => {
    expect(documentOf('coverage', 'digest-mismatch')).toBe('coverage');
  });
});

it('nothing is worse than nothing, and every reason that can meet another has a place', () => {
  expect(worstOf([])).toBeNull();
  expect(worstOf([null, null])).toBeNull();
  const missing = allReasons.filter((reason) => worstOf([reason, null]) !== reason);
  // These are of a file that was not looked into: no second signature stands beside them.
  expect(missing.filter((reason) => findingOf(reason).verdict === 'invalid')).toEqual([]);
});
