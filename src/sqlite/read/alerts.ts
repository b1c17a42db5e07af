/** Alerts as people see them. */

import type { Alert, AlertRecord } from '../../records/alert.ts';
import { keyOf, pageOf } from '../../records/cursor.ts';
import type { AlertQuery, Page } from '../../records/query.ts';
import type { Database } from '../connection.ts';
import { alertTable } from '../tables.ts';

/** At most one: the key is unique among unsettled alerts. */
export const openAlert = (database: Database, key: string): Alert | null => {
  const row = database.sql(`SELECT ${alertTable.columns} FROM alert WHERE key = ? AND state <> 'settled'`).get(key);
  return row === undefined ? null : alertTable.fromRow(row);
};

/** With every document that joined, in the order in which they did. */
export const alertOf = (
  database: Database,
  alertId: string,
): { readonly alert: Alert; readonly records: readonly AlertRecord[] } | null => {
  const row = database.sql(`SELECT ${alertTable.columns} FROM alert WHERE alert_id = ?`).get(alertId);
  if (row === undefined) return null;
  const records = database
    .sql('SELECT record_id AS "recordId", reason, at FROM alert_record WHERE alert_id = ? ORDER BY place')
    .all(alertId)
    .map((one) => ({
      recordId: String(one.recordId),
      reason: one.reason === null ? null : String(one.reason),
      at: String(one.at),
    }));
  return { alert: alertTable.fromRow(row), records };
};

/** The statement, open to the test that looks at its plan. */
export const alertsText = ({ organs, state, kind, organ }: AlertQuery, paging: boolean): string => {
  const tests = [
    ...(organs === null ? [] : ['alert.organ IN (SELECT value FROM json_each(:organs))']),
    ...(state === undefined ? [] : ['alert.state = :state']),
    ...(kind === undefined ? [] : ['alert.kind = :kind']),
    ...(organ === undefined ? [] : ['alert.organ = :organ']),
    ...(paging ? ['(alert.last_at, alert.alert_id) < (:at, :id)'] : []),
  ];
  const where = tests.length === 0 ? '' : `WHERE ${tests.join(' AND ')}`;
  return `SELECT ${alertTable.columns} FROM alert ${where} ORDER BY alert.last_at DESC, alert.alert_id DESC LIMIT :limit`;
};

export const listAlerts = (database: Database, query: AlertQuery): Page<Alert> => {
  const after = keyOf(query.after, ['string', 'string']);
  const values = {
    limit: query.limit + 1,
    ...(query.organs === null ? {} : { organs: JSON.stringify(query.organs) }),
    ...(query.state === undefined ? {} : { state: query.state }),
    ...(query.kind === undefined ? {} : { kind: query.kind }),
    ...(query.organ === undefined ? {} : { organ: query.organ }),
    ...(after === null ? {} : { at: after[0] ?? '', id: after[1] ?? '' }),
  };
  const rows = database.sql(alertsText(query, after !== null)).all(values);
  return pageOf(rows.map(alertTable.fromRow), query.limit, ({ lastAt, alertId }) => [lastAt, alertId]);
};
