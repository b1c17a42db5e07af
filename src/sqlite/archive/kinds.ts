/**
 * How the rows of each kind are found in their fixed order (`hub/archive.ts`). `keys` tell rows apart and order them;
 * where `within` stands, its columns name whose row it is, and the place is counted in the order of the keys.
 */
import type { ArchiveKind, ArchiveRows } from '../../hub/archive.ts';
import type { AccessKey } from '../../records/key.ts';
import {
  alertTable,
  deliveryTable,
  eventTable,
  holderTable,
  judgementTable,
  keyTable,
  metTable,
  organTable,
  paperHistory,
  paperTable,
  type Row,
  recordTable,
  submissionTable,
} from '../tables.ts';

export type KindRows<Value> = {
  readonly from: string;
  readonly columns: string;
  readonly keys: readonly string[];
  /** How many of the keys name whose row it is; absent where the row stands for itself. */
  readonly within?: number;
  fromRow(row: Row): Value;
};

/** Read by rules of their own: `read.ts`. */
export type OwnKind = 'directory' | 'figure' | 'journal';
type Shapes = { readonly [Kind in Exclude<ArchiveKind, OwnKind>]: KindRows<Omit<ArchiveRows[Kind], 'place'>> };

const text = (row: Row, field: string): string => String(row[field]);

export const kinds: Shapes = {
  organ: { from: organTable.name, columns: organTable.columns, keys: ['code'], fromRow: organTable.fromRow },
  key: { from: keyTable.name, columns: keyTable.columns, keys: ['id'], fromRow: keyTable.fromRow },
  contact: {
    from: 'contact',
    columns: 'system, at',
    keys: ['system'],
    fromRow: (row) => ({ system: text(row, 'system'), at: text(row, 'at') }),
  },
  account: {
    from: 'account',
    columns: 'system, user, role, issued_at',
    keys: ['system'],
    fromRow: (row) => ({
      system: text(row, 'system'),
      user: text(row, 'user'),
      role: text(row, 'role') as Exclude<AccessKey['role'], 'admin'>,
      issuedAt: text(row, 'issued_at'),
    }),
  },
  holder: { from: holderTable.name, columns: holderTable.columns, keys: ['key'], fromRow: holderTable.fromRow },
  certificate: { from: metTable.name, columns: metTable.columns, keys: ['key'], fromRow: metTable.fromRow },
  record: { from: recordTable.name, columns: recordTable.columns, keys: ['record_id'], fromRow: recordTable.fromRow },
  submission: {
    from: submissionTable.name,
    columns: submissionTable.columns,
    keys: ['record_id', 'seq'],
    within: 1,
    fromRow: submissionTable.fromRow,
  },
  delivery: {
    from: deliveryTable.name,
    columns: `${deliveryTable.columns}, relayed_at`,
    keys: ['record_id', 'seq'],
    within: 1,
    fromRow: (row) => ({ ...deliveryTable.fromRow(row), relayedAt: row.relayed_at === null ? null : text(row, 'relayed_at') }),
  },
  event: { from: eventTable.name, columns: eventTable.columns, keys: ['record_id', 'at', 'seq'], within: 1, fromRow: eventTable.fromRow },
  judgement: {
    from: judgementTable.name,
    columns: judgementTable.columns,
    keys: ['record_id', 'seq'],
    within: 1,
    fromRow: judgementTable.fromRow,
  },
  sighting: {
    from: 'sighting',
    columns: 'key, organ, record_id, at',
    keys: ['key', 'organ', 'record_id'],
    fromRow: (row) => ({ key: text(row, 'key'), organ: text(row, 'organ'), recordId: text(row, 'record_id'), at: text(row, 'at') }),
  },
  alert: { from: alertTable.name, columns: alertTable.columns, keys: ['alert_id'], fromRow: alertTable.fromRow },
  alertRecord: {
    from: 'alert_record',
    columns: 'alert_id, record_id, reason, at',
    keys: ['alert_id', 'place'],
    within: 1,
    fromRow: (row) => ({
      alertId: text(row, 'alert_id'),
      recordId: text(row, 'record_id'),
      reason: row.reason === null ? null : text(row, 'reason'),
      at: text(row, 'at'),
    }),
  },
  paperMonth: { from: paperTable.name, columns: paperTable.columns, keys: ['period', 'organ'], fromRow: paperTable.fromRow },
  paperHistory: {
    from: paperHistory.name,
    columns: paperHistory.columns,
    keys: ['organ', 'period', 'seq'],
    within: 2,
    fromRow: paperHistory.fromRow,
  },
};
