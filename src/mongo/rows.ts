/**
 * Which field of a record type stands in a document, and under which name. The compiler holds each list against
 * its type, so that a field added there cannot be forgotten here.
 */
import type { Account } from '../records/account.ts';
import type { Alert } from '../records/alert.ts';
import type { JournalEntry } from '../records/change.ts';
import type { Delivery } from '../records/delivery.ts';
import type { Holder, MetCertificate } from '../records/holder.ts';
import type { Judgement } from '../records/judgement.ts';
import type { AccessKey } from '../records/key.ts';
import type { Organ } from '../records/organ.ts';
import type { PaperMonth } from '../records/paper.ts';
import type { MessageRecord, RecordEvent, Submission } from '../records/record.ts';

type Fields<T> = { readonly [Field in keyof Required<T>]: true };
type Stored = { readonly [field: string]: unknown };

export type Form<T, Row extends Stored = Stored> = {
  /** Without the fields that are null; the id as `_id`. */
  toRow(value: T): Row;
  /** With null for every field that is not there. */
  fromRow(row: Stored): T;
  /** An update for some fields of a change: null takes the field away. */
  assign(part: Partial<T>): { readonly set: Stored; readonly unset: Readonly<Record<string, ''>> };
  /** A projection: these fields and none of the store's own. */
  readonly shown: Readonly<Record<string, 1 | 0>>;
};

const formFor = <T extends object, Row extends Stored = Stored>(fields: Fields<T>, id: (keyof T & string) | null): Form<T, Row> => {
  const names = Object.keys(fields);
  const storedAs = (field: string): string => (field === id ? '_id' : field);
  const given = (value: object): (readonly [string, unknown])[] =>
    Object.entries(value).filter(([field, one]) => one !== undefined && Object.hasOwn(fields, field));
  return {
    toRow: (value) =>
      Object.fromEntries(
        given(value)
          .filter(([, one]) => one !== null)
          .map(([field, one]) => [storedAs(field), one]),
      ) as Row,
    fromRow: (row) => Object.fromEntries(names.map((field) => [field, row[storedAs(field)] ?? null])) as T,
    assign: (part) => ({
      set: Object.fromEntries(given(part).filter(([, one]) => one !== null)),
      unset: Object.fromEntries(given(part).flatMap(([field, one]) => (one === null ? [[field, '']] : []))),
    }),
    shown: {
      ...(id === null ? { _id: 0 } : { _id: 1 }),
      ...Object.fromEntries(names.filter((field) => field !== id).map((field) => [field, 1])),
    },
  };
};

/** With a name of its own. */
type Named = { readonly _id: string; readonly [field: string]: unknown };

export const recordForm = formFor<MessageRecord, Named>(
  {
    ...{ recordId: true, version: true, kind: true, type: true, statusCode: true, documentId: true, number: true, notation: true },
    ...{ code: true, subject: true, typeName: true, from: true, fromAsSent: true, fromName: true, promulgatedOn: true, priority: true },
    ...{ paper: true, verdict: true, reason: true, proof: true, warnings: true, acceptedAt: true, sha256: true, size: true },
    ...{ contentDigest: true, outcome: true, refusalCode: true, identity: true, system: true, counted: true, about: true },
    ...{ aboutDelivery: true, parkedUntil: true, responseFor: true, purgedAt: true },
  },
  'recordId',
);

/** What moves a delivery is compare-and-set on `version`. */
export const deliveryForm = formFor<Delivery, Named>(
  {
    ...{ deliveryId: true, recordId: true, organ: true, redirectedFrom: true, via: true, kind: true, priority: true, state: true },
    ...{ stateBeforeRecall: true, version: true, sha256: true, size: true, queuedAt: true, offeredAt: true, attempt: true },
    ...{ collectedAt: true, postedBy: true },
  },
  'deliveryId',
);

/** The receipt is kept as first given (contract §4): it is never computed again. */
export const submissionForm = formFor<Submission>({ recordId: true, sha256: true, size: true, acceptedAt: true, receipt: true }, null);

/** Only ever added to: what was judged once stays as it was judged. */
export const judgementForm = formFor<Judgement>({ recordId: true, judgedAt: true, evidence: true, proof: true }, null);

/** Only ever added to. */
export const eventForm = formFor<RecordEvent>(
  { eventId: true, recordId: true, at: true, organ: true, deliveryId: true, kind: true, code: true, text: true, by: true },
  null,
);

export const alertForm = formFor<Alert, Named>(
  {
    ...{ alertId: true, key: true, kind: true, severity: true, state: true, version: true, organ: true, recordId: true, count: true },
    ...{ vi: true, en: true, raisedAt: true, lastAt: true },
  },
  'alertId',
);

export const organForm = formFor<Organ, Named>(
  {
    ...{ code: true, oldCodes: true, name: true, level: true, kind: true, parent: true, successor: true, validFrom: true, validTo: true },
    ...{ member: true, system: true, locked: true, delegate: true, statisticsAs: true },
  },
  'code',
);

export const keyForm = formFor<AccessKey, Named>(
  { id: true, system: true, role: true, sha256: true, issuedAt: true, expiresAt: true, revokedAt: true },
  'id',
);

export const accountForm = formFor<Account, Named>({ system: true, user: true, role: true, issuedAt: true }, 'system');

export const holderForm = formFor<Holder, Named>(
  { key: true, serial: true, issuer: true, kind: true, organ: true, person: true, validTo: true },
  'key',
);

export const metForm = formFor<MetCertificate, Named>(
  { key: true, serial: true, issuer: true, name: true, organisation: true, kind: true, validTo: true, metAt: true },
  'key',
);

export const paperForm = formFor<PaperMonth>(
  { organ: true, period: true, issuedToAgencies: true, paperOnly: true, otherElectronic: true, declaredAt: true, declaredBy: true },
  null,
);

/** Without sequence and hash, which the sealer adds, and without what the store folds away at the seal. */
export const journalForm = formFor<JournalEntry, Named>(
  { entryId: true, at: true, act: true, by: true, subject: true, details: true },
  'entryId',
);
