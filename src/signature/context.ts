/** What a verification is given besides the file: whom to trust, what is known of revocation, which instants count, how strictly. */
import type { AlgorithmRules } from './cms/strength.ts';
import type { EvidenceBook } from './evidence.ts';
import type { Certificate } from './path/certificate.ts';
import type { Trust } from './path/trust.ts';
import type { PdfLimits } from './pdf/read/source.ts';
import type { KnownRevocation } from './revocation/known.ts';

/** Which signatures a main document should carry: `agency` = at least the agency's (domain L11, L11a). */
export type RequiredSignatures = 'both' | 'agency' | 'any';

/** What counts for the verdict. All do, unless an operator's rules say otherwise (`integrity-only`). */
export type Rules = {
  readonly trust: boolean;
  readonly revocation: boolean;
  readonly expiry: boolean;
  /** The operator's own last days of algorithms; absent = the built-in ones. */
  readonly algorithms?: AlgorithmRules;
};

export const allRules: Rules = { trust: true, revocation: true, expiry: true };
/** Judges bytes only: nobody is asked to trust anyone. */
export const integrityOnly: Rules = { trust: false, revocation: false, expiry: false };

export type VerificationContext = {
  readonly trust: Trust;
  /** CRLs and OCSP answers at hand; absent = none. */
  readonly revocation?: KnownRevocation;
  /** Certificates that came with the file beside those of the signature at hand: they help to build paths and prove nothing. */
  readonly enclosed?: readonly Certificate[];
  /** The file is known to have existed at this instant (the hub's acceptance): without a trusted timestamp it is the time that counts. */
  readonly at: Date;
  /** When it is judged; later than `at` when judged again. Absent = `at`. */
  readonly now?: Date;
  readonly rules?: Rules;
  readonly limits?: PdfLimits;
  /** Where the things used are noted; absent = nowhere. */
  readonly evidence?: EvidenceBook;
};
