/** Indication and sub-indication of ETSI EN 319 102-1 (tables 5 and 6) for every outcome, with what is proven. */
import { describe, expect, it } from 'vitest';
import { allReasons, findingOf, type Reason } from '../../../src/signature/proof.ts';
import { type Circumstances, indicationOf } from '../../../src/signature/verdict.ts';

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const known: Circumstances = {
  certificate: { notBefore: day('2024-01-01'), notAfter: day('2026-01-01') },
  isOther: false,
  isPathUnsupported: false,
  bestTime: day('2026-11-20'),
  madeAfter: null,
  revokedAt: null,
  isGood: false,
  weakUntil: '2013-12-31',
  isOutOfOrder: false,
};
const told = (reason: Reason | null, more: Partial<Circumstances> = {}): string => {
  const { indication, subIndication } = indicationOf(reason, { ...known, ...more });
  return `${indication} ${subIndication}`;
};

describe('the indication', () => {
  it.each<readonly [Reason | null, Partial<Circumstances>, string]>([
    [null, {}, 'TOTAL-PASSED null'],
    ['digest-mismatch', {}, 'TOTAL-FAILED HASH_FAILURE'],
    ['signature-mismatch', {}, 'TOTAL-FAILED SIG_CRYPTO_FAILURE'],
    ['malformed-signature', {}, 'TOTAL-FAILED FORMAT_FAILURE'],
    ['coverage', {}, 'TOTAL-FAILED FORMAT_FAILURE'],
    ['changed-after-signing', {}, 'TOTAL-FAILED FORMAT_FAILURE'],
    ['untrusted', {}, 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND'],
    ['untrusted', { certificate: null }, 'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND'],
    ['expired', {}, 'INDETERMINATE OUT_OF_BOUNDS_NO_POE'],
    ['expired', { isGood: true }, 'INDETERMINATE OUT_OF_BOUNDS_NOT_REVOKED'],
    ['expired', { madeAfter: day('2026-02-01') }, 'TOTAL-FAILED EXPIRED'],
    ['expired', { madeAfter: day('2025-02-01') }, 'INDETERMINATE OUT_OF_BOUNDS_NO_POE'],
    ['expired', { madeAfter: day('2026-01-01') }, 'INDETERMINATE OUT_OF_BOUNDS_NO_POE'],
    ['expired', { madeAfter: day('2026-02-01'), certificate: null }, 'INDETERMINATE OUT_OF_BOUNDS_NO_POE'],
    ['not-yet-valid', { bestTime: day('2024-01-01') }, 'INDETERMINATE OUT_OF_BOUNDS_NO_POE'],
    ['not-yet-valid', { bestTime: day('2023-06-01'), certificate: null }, 'INDETERMINATE OUT_OF_BOUNDS_NO_POE'],
    ['not-yet-valid', { bestTime: day('2023-06-01') }, 'TOTAL-FAILED NOT_YET_VALID'],
    ['not-yet-valid', { bestTime: day('2024-06-01') }, 'INDETERMINATE OUT_OF_BOUNDS_NO_POE'],
    ['not-yet-valid', { isOutOfOrder: true }, 'INDETERMINATE TIMESTAMP_ORDER_FAILURE'],
    ['revocation-unknown', {}, 'INDETERMINATE TRY_LATER'],
    ['revoked', { revokedAt: day('2025-01-01') }, 'INDETERMINATE REVOKED_NO_POE'],
    ['revoked', { revokedAt: day('2025-01-01'), madeAfter: day('2025-02-01') }, 'TOTAL-FAILED REVOKED'],
    ['revoked', { revokedAt: day('2025-01-01'), madeAfter: day('2024-12-01') }, 'INDETERMINATE REVOKED_NO_POE'],
    ['revoked', {}, 'INDETERMINATE REVOKED_CA_NO_POE'],
    ['weak-algorithm', {}, 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE'],
    ['weak-algorithm', { weakUntil: null }, 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE'],
    ['weak-algorithm', { weakUntil: null, madeAfter: day('2026-02-01') }, 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE'],
    ['weak-algorithm', { madeAfter: day('2013-02-01') }, 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE'],
    ['weak-algorithm', { weakUntil: 'never' }, 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE'],
    ['weak-algorithm', { madeAfter: day('2014-02-01') }, 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE'],
    ['certificate-misuse', {}, 'INDETERMINATE CHAIN_CONSTRAINTS_FAILURE'],
    ['certificate-misuse', { isOther: true }, 'INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND'],
    ['unsupported', {}, 'INDETERMINATE SIG_CONSTRAINTS_FAILURE'],
    ['unsupported', { isPathUnsupported: true }, 'INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE'],
    ['placeholder', {}, 'INDETERMINATE SIG_CONSTRAINTS_FAILURE'],
  ])('of %s with %o is %s', (reason, more, expected) => {
    expect(told(reason, more)).toBe(expected);
  });
  it('never passes what is not valid, nor fails what is', () => {
    for (const reason of allReasons) {
      expect([reason, indicationOf(reason).indication === 'TOTAL-PASSED']).toEqual([reason, false]);
      if (findingOf(reason).verdict === 'undetermined' && reason !== 'expired' && reason !== 'not-yet-valid') {
        expect([reason, indicationOf(reason).indication]).toEqual([reason, 'INDETERMINATE']);
      }
    }
  });
});
