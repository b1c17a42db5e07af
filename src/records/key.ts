/** Keys by which systems, hubs and administrators call; only their SHA-256 is kept. */
export const roles = ['agency', 'hub', 'admin'] as const;
export type Role = (typeof roles)[number];

export type AccessKey = {
  readonly id: string;
  readonly system: string;
  readonly role: Role;
  /** SHA-256 of the key, lower-case hex. */
  readonly sha256: string;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
};

/** Who is calling, as the doors hand it to the use cases. */
export type Caller = { readonly keyId: string; readonly system: string; readonly role: Role };
