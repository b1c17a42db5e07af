/**
 * Which field of a record type stands in which column, and how. The compiler holds each shape against
 * its type, so that a field added there cannot be forgotten here.
 */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Alert } from '../records/alert.ts';
import type { JournalEntry } from '../records/change.ts';
import type { Delivery } from '../records/delivery.ts';
import type { Holder, MetCertificate } from '../records/holder.ts';
import type { Judgement } from '../records/judgement.ts';
import type { AccessKey } from '../records/key.ts';
import type { Organ } from '../records/organ.ts';
import type { PaperMonth } from '../records/paper.ts';
import type { MessageRecord, RecordEvent, Submission } from '../records/record.ts';

/** `plain`: text, number or null as it is; `flag`: boolean as 0 or 1; `json`: a value as JSON text. */
type Form = 'plain' | 'flag' | 'json';
type Shape<T> = { readonly [Field in keyof Required<T>]: Form };
export type Row = Record<string, SQLOutputValue>;

export type Table<T> = {
  readonly name: string;
  /** `INSERT INTO … VALUES (?, …)`, values by `toRow`. */
  readonly insert: string;
  /** Columns for a SELECT, named as the fields. */
  readonly columns: string;
  toRow(value: T): SQLInputValue[];
  fromRow(row: Row): T;
  /** `SET` list and its values for some fields of a change. */
  assign(part: Partial<T>): { readonly text: string; readonly values: SQLInputValue[] };
};

const columnFor = (field: string): string =>
  field === 'from' ? 'sender' : field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Bound values are null, text or numbers: booleans and objects have a form of their own. */
const encode = (form: Form | undefined, value: unknown): SQLInputValue => {
  if (value === null || value === undefined) return null;
  if (form === 'json') return JSON.stringify(value);
  if (form === 'flag') return value === true ? 1 : 0;
  return typeof value === 'number' ? value : String(value);
};

const decode = (form: Form, value: SQLOutputValue | undefined): unknown => {
  if (value === null || value === undefined) return null;
  if (form === 'json') return JSON.parse(String(value));
  return form === 'flag' ? value === 1 : value;
};

const tableFor = <T extends object>(name: string, shape: Shape<T>): Table<T> => {
  const forms = Object.entries(shape) as [string, Form][];
  const fieldOf = (value: object, field: string): unknown => (value as Record<string, unknown>)[field];
  const known = new Map(forms);
  return {
    name,
    insert: `INSERT INTO ${name} (${forms.map(([field]) => columnFor(field)).join(', ')}) VALUES (${forms.map(() => '?').join(', ')})`,
    columns: forms.map(([field]) => `${name}.${columnFor(field)} AS "${field}"`).join(', '),
    toRow: (value) => forms.map(([field, form]) => encode(form, fieldOf(value, field))),
    fromRow: (row) => Object.fromEntries(forms.map(([field, form]) => [field, decode(form, row[field])])) as T,
    assign: (part) => {
      const given = Object.entries(part).filter(([field, value]) => value !== undefined && known.has(field));
      return {
        text: given.map(([field]) => `${columnFor(field)} = ?`).join(', '),
        values: given.map(([field, value]) => encode(known.get(field), value)),
      };
    },
  };
};

/** `proof` and `warnings` are JSON; `responseFor` too, with the organ it names as a generated column for its index. */
export const recordTable = tableFor<MessageRecord>('record', {
  recordId: 'plain',
  version: 'plain',
  kind: 'plain',
  type: 'plain',
  statusCode: 'plain',
  documentId: 'plain',
  number: 'plain',
  notation: 'plain',
  code: 'plain',
  subject: 'plain',
  typeName: 'plain',
  from: 'plain',
  fromAsSent: 'plain',
  fromName: 'plain',
  promulgatedOn: 'plain',
  priority: 'plain',
  paper: 'plain',
  verdict: 'plain',
  reason: 'plain',
  proof: 'json',
  warnings: 'json',
  acceptedAt: 'plain',
  sha256: 'plain',
  size: 'plain',
  contentDigest: 'plain',
  outcome: 'plain',
  refusalCode: 'plain',
  identity: 'plain',
  system: 'plain',
  counted: 'flag',
  about: 'plain',
  aboutDelivery: 'plain',
  parkedUntil: 'plain',
  responseFor: 'json',
  purgedAt: 'plain',
});

/** All plain: what moves a delivery is compare-and-set on `version`. */
export const deliveryTable = tableFor<Delivery>('delivery', {
  deliveryId: 'plain',
  recordId: 'plain',
  organ: 'plain',
  redirectedFrom: 'plain',
  via: 'plain',
  kind: 'plain',
  priority: 'plain',
  state: 'plain',
  stateBeforeRecall: 'plain',
  version: 'plain',
  sha256: 'plain',
  size: 'plain',
  queuedAt: 'plain',
  offeredAt: 'plain',
  attempt: 'plain',
  collectedAt: 'plain',
  postedBy: 'plain',
});

/** The receipt is kept as first given (contract §4): it is never computed again. */
export const submissionTable = tableFor<Submission>('submission', {
  recordId: 'plain',
  sha256: 'plain',
  size: 'plain',
  acceptedAt: 'plain',
  receipt: 'json',
});

/** Only ever added to: what was judged once stays as it was judged. */
export const judgementTable = tableFor<Judgement>('judgement', {
  recordId: 'plain',
  judgedAt: 'plain',
  evidence: 'json',
  proof: 'json',
});

/** Only ever added to. */
export const eventTable = tableFor<RecordEvent>('event', {
  eventId: 'plain',
  recordId: 'plain',
  at: 'plain',
  organ: 'plain',
  deliveryId: 'plain',
  kind: 'plain',
  code: 'plain',
  text: 'plain',
  by: 'plain',
});

export const alertTable = tableFor<Alert>('alert', {
  alertId: 'plain',
  key: 'plain',
  kind: 'plain',
  severity: 'plain',
  state: 'plain',
  version: 'plain',
  organ: 'plain',
  recordId: 'plain',
  count: 'plain',
  vi: 'plain',
  en: 'plain',
  raisedAt: 'plain',
  lastAt: 'plain',
});

export const organTable = tableFor<Organ>('organ', {
  code: 'plain',
  oldCodes: 'json',
  name: 'plain',
  level: 'plain',
  kind: 'plain',
  parent: 'plain',
  successor: 'plain',
  validFrom: 'plain',
  validTo: 'plain',
  member: 'flag',
  system: 'plain',
  locked: 'flag',
  delegate: 'plain',
  statisticsAs: 'plain',
});

export const keyTable = tableFor<AccessKey>('key', {
  id: 'plain',
  system: 'plain',
  role: 'plain',
  sha256: 'plain',
  issuedAt: 'plain',
  expiresAt: 'plain',
  revokedAt: 'plain',
});

export const holderTable = tableFor<Holder>('holder', {
  key: 'plain',
  serial: 'plain',
  issuer: 'plain',
  kind: 'plain',
  organ: 'plain',
  person: 'plain',
  validTo: 'plain',
});

export const metTable = tableFor<MetCertificate>('met_certificate', {
  key: 'plain',
  serial: 'plain',
  issuer: 'plain',
  name: 'plain',
  organisation: 'plain',
  kind: 'plain',
  validTo: 'plain',
  metAt: 'plain',
});

const paperShape: Shape<PaperMonth> = {
  organ: 'plain',
  period: 'plain',
  issuedToAgencies: 'plain',
  paperOnly: 'plain',
  otherElectronic: 'plain',
  declaredAt: 'plain',
  declaredBy: 'plain',
};
export const paperTable = tableFor<PaperMonth>('paper_month', paperShape);
export const paperHistory = tableFor<PaperMonth>('paper_history', paperShape);

/** Without sequence and hash, which the sealer adds. */
export const journalTable = tableFor<JournalEntry>('journal', {
  entryId: 'plain',
  at: 'plain',
  act: 'plain',
  by: 'plain',
  subject: 'plain',
  details: 'json',
});
