/** The CRLs and OCSP answers that a verification may use, indexed; pure over the bytes of files, whoever fetched them. */

export type KnownRevocation = {
  /** DER of the CRLs at hand, unread. */
  readonly crls: readonly Uint8Array[];
  /** DER of the OCSP answers at hand, unread. */
  readonly answers: readonly Uint8Array[];
};

export const nothingKnown: KnownRevocation = { crls: [], answers: [] };
