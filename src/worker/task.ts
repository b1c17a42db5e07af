/** What the pool and its threads say to each other: plain values, structured-cloned. */
import type { Place } from '../envelope/bytes.ts';
import type { Profile } from '../envelope/types.ts';
import type { Inspection } from '../hub.ts';

export type Limits = {
  /** Longest time one envelope may take in a thread, milliseconds. */
  readonly timeMs: number;
  /** Heap of one thread, MB. Attachments are streamed: what grows is the XML skeleton and the PDF objects. */
  readonly memoryMb: number;
};

/** Handed to a thread at its start. */
export type ThreadSetup = {
  /** Folder of trust anchors and intermediates (contract §2); null = none, so nothing is `valid`. */
  readonly anchors: string | null;
  /** Folder of CRLs and OCSP answers; null = none, so revocation is unknown of every certificate. */
  readonly crls: string | null;
  /** The thread's own folder for decoded files: empty between tasks, removed with the thread. */
  readonly scratch: string;
  /** Of this program, as evidence names it. */
  readonly version: string;
};

export type Task = {
  /** The envelope. Bytes are copied on their way to the thread. */
  readonly place: Place;
  /** Instant of acceptance, milliseconds. */
  readonly at: number;
  /** Instant of the judgement, milliseconds; at acceptance the same. */
  readonly now: number;
  readonly profile: Profile;
  /** All bytes of the evidence, also those handed out before. */
  readonly everything: boolean;
};

export type Order = { readonly kind: 'inspect'; readonly task: Task } | { readonly kind: 'reload' };

/** What is added to what was read. */
export type Judgement = Pick<Inspection, 'proof' | 'evidence'>;

/**
 * `read` comes before the signatures are looked at, so that a thread that dies over a PDF leaves the
 * message behind, and before every `done`. `failed` is our own bug or the machine's fault, never what is in the file.
 */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'read'; readonly inspection: Inspection }
  | { readonly kind: 'done'; readonly judgement: Judgement }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | null }
  | { readonly kind: 'reloaded' };
