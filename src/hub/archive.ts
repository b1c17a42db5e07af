/**
 * A port of a store, not of the hub: every row that is remembered, of every kind, as plain values that mean
 * the same in each store. What is moved from one store to another, or proved to be whole, goes through it.
 */
import type { SealedEntry } from '../hub.ts';
import type { Account } from '../records/account.ts';
import type { Alert, AlertRecord } from '../records/alert.ts';
import type { Delivery } from '../records/delivery.ts';
import type { FigureName } from '../records/figure.ts';
import type { Holder, MetCertificate, Sighting } from '../records/holder.ts';
import type { Judgement } from '../records/judgement.ts';
import type { AccessKey } from '../records/key.ts';
import type { Organ } from '../records/organ.ts';
import type { PaperMonth } from '../records/paper.ts';
import type { MessageRecord, RecordEvent, Submission } from '../records/record.ts';
import type { EvidenceKind } from '../signature/evidence.ts';

/** 1 for the first of its record (alert, organ and period), then 2, …: the order that every question answers them in. */
type Placed = { readonly place: number };

/** What a row of each kind holds; every field is always there. The order of the kinds is that in which they are moved. */
export type ArchiveRows = {
  /** One row: the directory's version. */
  readonly directory: { readonly version: number };
  readonly organ: Organ;
  readonly key: AccessKey;
  readonly contact: { readonly system: string; readonly at: string };
  readonly account: Account;
  readonly holder: Holder;
  readonly certificate: MetCertificate;
  readonly record: MessageRecord;
  readonly submission: Placed & Submission;
  /** `relayedAt`: since when the broker has it. Claims are no part of it: they end by themselves. */
  readonly delivery: Placed & Delivery & { readonly relayedAt: string | null };
  readonly event: Placed & RecordEvent;
  readonly judgement: Placed & Judgement;
  readonly sighting: Sighting;
  readonly alert: Alert;
  readonly alertRecord: Placed & AlertRecord & { readonly alertId: string };
  readonly paperMonth: PaperMonth;
  readonly paperHistory: Placed & PaperMonth;
  /** Folded and unfolded together. */
  readonly figure: { readonly day: string; readonly organ: string; readonly figure: FigureName; readonly value: number };
  /** Sealed ones in their order, then those that wait, by `entryId`. */
  readonly journal: SealedEntry;
};
export type ArchiveKind = keyof ArchiveRows;

/** All of them, as above: what others name comes first. */
export const archiveKinds = [
  'directory',
  'organ',
  'key',
  'contact',
  'account',
  'holder',
  'certificate',
  'record',
  'submission',
  'delivery',
  'event',
  'judgement',
  'sighting',
  'alert',
  'alertRecord',
  'paperMonth',
  'paperHistory',
  'figure',
  'journal',
] as const satisfies readonly ArchiveKind[];

export type ArchivePage<Row> = {
  readonly rows: readonly Row[];
  /** Where the next page begins, opaque and of this store; null after the last row. */
  readonly next: string | null;
};

/** Bytes under their digest: read with `originals.open` and `evidence.open`, brought with their `keep`. */
export type ArchiveFile = { readonly sha256: string; readonly size: number };
export type ArchiveFiles = {
  /** Originals that a submission or a delivery of a record names which is not purged: whether they are there or not. */
  readonly original: ArchiveFile;
  readonly evidence: ArchiveFile & { readonly kind: EvidenceKind };
};

/** A move into this store that has not come to its end. No hub opens such a store. */
export type Move = {
  /** What tells the other store from all others: the first entry of its journal. */
  readonly from: string;
  readonly startedAt: string;
};

export type Archive = {
  /**
   * Rows of a kind in a fixed order, the same in every store: by the fields that tell them apart, compared as
   * UTF-8 bytes, then by `place`. About `limit` (1–5,000): a store may keep together what belongs to one record.
   */
  read<Kind extends ArchiveKind>(kind: Kind, after: string | null, limit: number): Promise<ArchivePage<ArchiveRows[Kind]>>;
  /** By digest. */
  files<Kind extends keyof ArchiveFiles>(kind: Kind, after: string | null, limit: number): Promise<ArchivePage<ArchiveFiles[Kind]>>;
  /** Adds or replaces these rows, all or nothing, durably. Not beside a running hub. */
  add<Kind extends ArchiveKind>(kind: Kind, rows: readonly ArchiveRows[Kind][]): Promise<void>;
  /** The move that has begun into this store, or null. */
  move(): Promise<Move | null>;
  /** Null: it has come to its end. */
  mark(move: Move | null): Promise<void>;
};
