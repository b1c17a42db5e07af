/** What a store is to `open.ts`: the ports that remember, whether it can be written to, and how it is let go of. */
import type { Hub } from '../hub.ts';
import type { Archive } from './archive.ts';
import type { Part } from './part.ts';

export type StorePorts = Pick<
  Hub,
  | 'commit'
  | 'originals'
  | 'organs'
  | 'keys'
  | 'accounts'
  | 'records'
  | 'deliveries'
  | 'alerts'
  | 'holders'
  | 'evidence'
  | 'paper'
  | 'figures'
  | 'journal'
  | 'leases'
>;

export type Store = StorePorts & {
  /** All rows as plain values, for moving and proving. */
  readonly archive: Archive;
  /** Whether a commit goes through now: asked by a real one at most once a second. */
  writable(): Promise<boolean>;
  /** What it is and what is to be known of it; never throws. */
  part(): Promise<Part>;
  /** Calls back with systems whose inbox another process filled, where the store can tell; only shortens latency. Answers how to stop. */
  watch?(announce: (systems: readonly string[]) => void): () => Promise<void>;
  /**
   * Of a store that several processes share: the fingerprint (SHA-256, hex) of the key they sign with. It is this one
   * where none was kept, or where the kept one is the one it `replaces` ('' = none).
   */
  agreeOnKey?(fingerprint: string, replaces: string): Promise<string>;
  /** Finishes what was handed in, then lets go. */
  close(): Promise<void>;
};
