/**
 * Every port of the hub, with its promise. Read this second (after `main.ts`).
 *
 * A port method returns a Promise, takes and gives plain values, and may be called again with the same
 * value. None takes a callback or shows a transaction: what must be true together goes into one
 * `commit`. Nothing correct rests on memory inside the process: two processes may drive one store.
 */
import type { Readable } from 'node:stream';
import type { Place } from './envelope/bytes.ts';
import type { Message, Profile } from './envelope/types.ts';
import type { Fault, Warning } from './errors.ts';
import type { Part } from './hub/part.ts';
import type { Accounts, Outbox, Relay } from './hub/relay.ts';
import type { Evidence, Fetcher, Holders, Revocation } from './hub/trust.ts';
import type { Alert, AlertRecord } from './records/alert.ts';
import type { Change, Committed, JournalEntry } from './records/change.ts';
import type { Delivery, Offer } from './records/delivery.ts';
import type { FigureSum } from './records/figure.ts';
import type { EvidenceItem, EvidenceList } from './records/judgement.ts';
import type { AccessKey } from './records/key.ts';
import type { Directory, Organ } from './records/organ.ts';
import type { PaperMonth } from './records/paper.ts';
import type { Policy } from './records/policy.ts';
import type { AlertQuery, DocumentClue, InboxQuery, Page, RecordQuery, RecordView } from './records/query.ts';
import type { MessageRecord, RecordEvent, Submission } from './records/record.ts';
import type { Proof } from './signature/proof.ts';

/** Bytes taken from a caller, in this process or on this machine's disk, not yet promised to anyone. */
export type Spooled = { readonly place: Place; readonly sha256: string; readonly size: number };

export type Inspection = {
  readonly message: Message | null;
  readonly contentDigest: string | null;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Warning[];
  /** Null where no message could be read. */
  readonly proof: Proof | null;
  /** What the proof rested on, with its bytes; null without a proof. */
  readonly evidence: { readonly list: EvidenceList; readonly items: readonly EvidenceItem[] } | null;
};

export type InspectionOptions = { readonly at: Date; readonly now?: Date; readonly profile: Profile; readonly everything?: boolean };

export type Originals = {
  /**
   * Streams a body to a spool file, hashing on the way; a small one stays in memory. Past `maxBytes` it stops
   * reading, removes the file and fails with `envelope.too-large`; a broken stream removes the file too.
   */
  spool(body: Readable, maxBytes: number): Promise<Spooled>;
  /** Makes the bytes durable under their digest (fdatasync, rename, fsync of the folder); write-once. The spool file is gone afterwards. */
  keep(spooled: Spooled): Promise<void>;
  /** Gives back the memory, or removes the spool file where it was not kept. Owed for everything that was spooled. */
  discard(spooled: Spooled): Promise<void>;
  /** Null when purged or unknown. `end` is inclusive. */
  open(sha256: string): Promise<{ readonly size: number; stream(start?: number, end?: number): Readable } | null>;
  /** Removes spool files older than `before`, and originals older than that which no submission or delivery names. Answers how many of each. */
  sweep(before: Date): Promise<{ readonly spooled: number; readonly orphans: number }>;
};

export type Organs = {
  /** The directory now, or up to 0.2 s ago where only another process has changed it since; cheap when nothing changed. */
  directory(): Promise<Directory>;
  /** Adds or replaces these rows, all or nothing, if the directory is still at `version`. */
  put(
    organs: readonly Organ[],
    version: number,
    journal: JournalEntry,
  ): Promise<{ readonly kind: 'done'; readonly version: number } | { readonly kind: 'stale' }>;
};

export type Keys = {
  /** As it is now, or up to 0.2 s ago where another process has revoked it since. */
  find(sha256: string): Promise<AccessKey | null>;
  list(): Promise<readonly AccessKey[]>;
  /** `full` when the system already has two live keys at `at`. */
  add(key: AccessKey, at: string, journal: JournalEntry): Promise<'done' | 'full'>;
  revoke(id: string, at: string, journal: JournalEntry): Promise<'done' | 'unknown'>;
  /** Notes that a system called; kept to the minute. */
  touch(system: string, at: string): Promise<void>;
  /** Last contact of every system that ever called. */
  contacts(): Promise<ReadonlyMap<string, string>>;
};

export type Records = {
  get(recordId: string): Promise<RecordView | null>;
  list(query: RecordQuery): Promise<Page<RecordView>>;
  events(recordId: string): Promise<readonly RecordEvent[]>;
  /** What stands under an identity of contract §4, with its takings, oldest first. */
  findSame(identity: string): Promise<(RecordView & { readonly submissions: readonly Submission[] }) | null>;
  /** The first taking of a record. */
  submissions(recordId: string): Promise<readonly Submission[]>;
  /** Another counted document of the same organ, number, notation and date, under another DocumentId. */
  findAlike(clue: { from: string; documentId: string; number: string; notation: string; promulgatedOn: string }): Promise<string | null>;
  /**
   * The documents between two organs that a status, recall, update or replacement may mean: by
   * DocumentId, else by code and date. Newest first, all types.
   */
  findAbout(clue: DocumentClue): Promise<readonly RecordView[]>;
  /**
   * Statuses that still wait for their document at `at` (contract §5), oldest first, at most 1,000: those
   * between these two organs, whichever way round, or all of them for null.
   */
  parked(between: readonly [string, string] | null, at: string): Promise<readonly MessageRecord[]>;
  /**
   * Documents, accepted or held, whose originals are still here and of which revocation could not be checked
   * (`revocation-unknown`): of the whole, or, unless it is `invalid` already, of some file or time stamp in
   * it. Oldest first, beginning after this one.
   */
  toJudge(after: { readonly acceptedAt: string; readonly recordId: string } | null, limit: number): Promise<readonly RecordView[]>;
  /** How many messages of a system were refused and recorded since. */
  refusedSince(system: string, since: string): Promise<number>;
};

export type Deliveries = Outbox & {
  get(deliveryId: string): Promise<Delivery | null>;
  /** What stands offered to a system: `queued`, `via: inbox`, not waiting out a fail, not posted by it as a hub. Urgent first, then oldest. */
  offered(query: InboxQuery): Promise<Page<Offer>>;
  /** How many stand in each state, for /metrics. */
  count(): Promise<Readonly<Record<string, number>>>;
};

export type Alerts = {
  /** The unsettled alert under a key. */
  findOpen(key: string): Promise<Alert | null>;
  get(alertId: string): Promise<{ readonly alert: Alert; readonly records: readonly AlertRecord[] } | null>;
  list(query: AlertQuery): Promise<Page<Alert>>;
  count(): Promise<Readonly<Record<string, number>>>;
};

export type Paper = {
  /** Replaces and keeps the history. */
  declare(month: PaperMonth, journal: JournalEntry): Promise<void>;
  /** All that was declared for these periods, the newest of each organ and period. */
  declared(periods: readonly string[]): Promise<readonly PaperMonth[]>;
};

export type Figures = {
  /** Sums over Vietnamese days, both inclusive: folded + not yet folded. */
  sums(from: string, to: string): Promise<readonly FigureSum[]>;
};

export type SealedEntry = JournalEntry & { readonly sequence: number | null; readonly hash: string | null };

export type Journal = {
  /** Writes an entry on its own (sign-in, a refused flood, a start). */
  add(entry: JournalEntry): Promise<void>;
  /** Orders and links what is not yet sealed (`hash = SHA-256(previous ‖ entry)`) and folds figure deltas. Answers how many entries. */
  seal(limit: number): Promise<number>;
  /** In sealed order; unsealed ones last, without sequence. */
  list(after: number, limit: number): Promise<readonly SealedEntry[]>;
};

export type Leases = {
  /** True when `holder` has the lease `name` until `until`: taken, renewed, or found expired at `at`. */
  take(name: string, holder: string, at: string, until: string): Promise<boolean>;
};

export type Signer = {
  /** PEM, the hub's own first. */
  readonly certificates: readonly string[];
  /** RSASSA-PKCS1-v1_5 with SHA-256 over these bytes. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
};

/** Only shortens latency: polling what is unacknowledged carries correctness. */
export type Arrivals = {
  announce(systems: readonly string[]): void;
  /** Resolves when something may have arrived for the system (null: for any), after `ms`, or when aborted. */
  wait(system: string | null, ms: number, signal?: AbortSignal): Promise<void>;
};

export type Health = {
  /** Whether an envelope would be accepted now. */
  readonly ready: boolean;
  /** What is missing: `anchors`, `crls`, `fetch`, `disk`, `store`, `hub-code`, … */
  readonly degraded: readonly string[];
  /** Why nothing is accepted. */
  readonly refusal: 'store.unavailable' | 'disk.low' | null;
  /** Each part on its own, for `/readyz?verbose` and the operator. */
  readonly parts: readonly Part[];
};

export type Hub = {
  /** Own code (LIENTHONG_HUB), '' when not set: then no loop check. */
  readonly code: string;
  /** The province or ministry it serves, as the reports name it (LIENTHONG_NAME). */
  readonly name: string;
  /** A line under every title, e.g. that the data are simulated; '' for none (LIENTHONG_NOTICE). */
  readonly notice: string;
  /** Share of documents that should go electronically, 0–1 (LIENTHONG_TARGET). */
  readonly target: number;
  readonly version: string;
  readonly maxBytes: number;
  readonly policy: Policy;
  now(): Date;
  health(): Promise<Health>;
  /**
   * Reads the envelope in a worker and verifies every signature: `at` is when the bytes were accepted,
   * `now` when they are judged (absent: the same). Of the evidence, bytes that were handed out lately are left out
   * unless `everything` is asked for: a list of 10 MB serves thousands of documents. Never throws for what is in the file; a worker that dies or runs out of time answers a fault or `unreadable/over-limits`.
   */
  inspect(place: Place, options: InspectionOptions): Promise<Inspection>;
  /**
   * One atomic, durable step: everything in the change, or nothing. See `records/change.ts`. With
   * `original` its bytes are kept as by `Originals.keep`: `done` says that they are durable, too; any other
   * answer says nothing about them, and the same spool file may be handed in again.
   */
  commit(change: Change, original?: Spooled): Promise<Committed>;
  readonly originals: Originals;
  readonly organs: Organs;
  readonly keys: Keys;
  readonly accounts: Accounts;
  readonly records: Records;
  readonly deliveries: Deliveries;
  readonly alerts: Alerts;
  readonly holders: Holders;
  readonly evidence: Evidence;
  readonly paper: Paper;
  readonly figures: Figures;
  readonly journal: Journal;
  readonly leases: Leases;
  readonly arrivals: Arrivals;
  readonly signer: Signer;
  readonly revocation: Revocation;
  readonly fetcher: Fetcher;
  /** Null without a broker: then inboxes are asked over HTTP only. */
  readonly relay: Relay | null;
};
