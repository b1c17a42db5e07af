/** The ports that judging signatures needs: whose certificates are, what verdicts rested on, what is known of revocation and how more is fetched. */
import type { JournalEntry } from '../records/change.ts';
import type { Holder, HolderKey, MetCertificate, SightingCount } from '../records/holder.ts';
import type { EvidenceItem, Judgement } from '../records/judgement.ts';
import type { Trust } from '../signature/path/trust.ts';
import type { RevocationFacts } from '../signature/revocation/facts.ts';

/** Whose the signing certificates are: the administrators' list, and what was learnt from traffic. */
export type Holders = {
  /** The listed ones among these. */
  find(keys: readonly HolderKey[]): Promise<readonly Holder[]>;
  list(): Promise<readonly Holder[]>;
  /** Adds or replaces by key, all or nothing. */
  put(
    holders: readonly Holder[],
    journal: JournalEntry,
  ): Promise<{ readonly added: number; readonly changed: number; readonly unchanged: number }>;
  /** For each of these certificates (null: of all) and each organ, how many valid documents of that organ it signed: as far as kept (three, then no more). */
  sightings(keys: readonly HolderKey[] | null): Promise<readonly SightingCount[]>;
  /** Those of these certificates (null: of all) that were met in traffic. */
  met(keys: readonly HolderKey[] | null): Promise<readonly MetCertificate[]>;
};

/** The things that verdicts rested on, once each, and which judgement rested on which. */
export type Evidence = {
  /**
   * Durable when it resolves; what is there already is left alone. Kept for ever: a few hundred certificates,
   * and a list a day. Answers the digests of those that are neither there nor handed in with their bytes: the
   * message must then be inspected again, with all bytes (`everything`).
   */
  keep(items: readonly EvidenceItem[]): Promise<readonly string[]>;
  open(sha256: string): Promise<Uint8Array | null>;
  /** All judgements of a record, oldest first. */
  judgements(recordId: string): Promise<readonly Judgement[]>;
};

/** One thing at hand about revocation, as far as its outside says: not its entries. */
export type KeptRevocation = RevocationFacts & {
  /** Name of its file in the cache folder. */
  readonly name: string;
  readonly size: number;
  /** The address it was fetched from; null when it came by hand. */
  readonly source: string | null;
};

/** The folders of certificates and of revocation lists (LIENTHONG_ANCHORS, LIENTHONG_CRLS): other processes and people change them too. */
export type Revocation = {
  /** The installed certificates as they are now, give or take a second. */
  trust(): Promise<Trust>;
  /** Changes whenever a file of either folder comes, goes or is rewritten. Whatever is inspected from then on sees at least this state. */
  mark(): Promise<string>;
  /** Every readable list and OCSP answer of the cache folder; a PEM file may hold several. */
  kept(): Promise<readonly KeptRevocation[]>;
  /**
   * Writes a file of that name, whole or not at all, and durable when it resolves; then removes the
   * `superseded` ones. The bytes were checked by the caller.
   */
  keep(name: string, bytes: Uint8Array, more: { readonly superseded: readonly string[]; readonly source: string | null }): Promise<void>;
};

export type FetchRequest = {
  readonly url: string;
  /** Hosts that may be asked besides those the operator listed: a name stands for its usual ports, `name:port` for that one. */
  readonly hosts: readonly string[];
  /** Present: a POST of these bytes. */
  readonly body?: { readonly bytes: Uint8Array; readonly type: string };
  /** Gives up early, when the hub stops. */
  readonly signal?: AbortSignal;
};

/**
 * `refused`: it was not allowed to be asked, or answered what is not taken (address, redirect, size).
 * `failed`: it could not be reached or answered an error; `resting`: it failed lately and is left alone.
 */
export type Fetched =
  | { readonly kind: 'done'; readonly bytes: Uint8Array }
  | { readonly kind: 'off' | 'refused' | 'failed' | 'resting'; readonly why: string };

/** Asks certification authorities over HTTP(S), within limits; nobody at all unless the operator switched it on (LIENTHONG_FETCH). */
export type Fetcher = {
  readonly on: boolean;
  /** Never throws for what the other side is or does. */
  fetch(request: FetchRequest): Promise<Fetched>;
  /** Hosts left alone for now, for /readyz and doctor. */
  resting(): readonly { readonly host: string; readonly until: string; readonly why: string }[];
};
