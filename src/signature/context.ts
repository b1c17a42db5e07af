/** What a verification is given besides the file: whom to trust, at which instant, and how strictly to count. */

import type { Trust } from './path/trust.ts';
import type { PdfLimits } from './pdf/source.ts';

/** What counts for the verdict. All do, unless an operator's rules say otherwise (`integrity-only`). */
export type Rules = { readonly trust: boolean; readonly revocation: boolean; readonly expiry: boolean };

export const allRules: Rules = { trust: true, revocation: true, expiry: true };
/** Judges bytes only: nobody is asked to trust anyone. */
export const integrityOnly: Rules = { trust: false, revocation: false, expiry: false };

export type VerificationContext = {
  readonly trust: Trust;
  /** The hub's time of acceptance: without a trusted timestamp it is the time that counts. */
  readonly at: Date;
  readonly rules?: Rules;
  readonly limits?: PdfLimits;
};
