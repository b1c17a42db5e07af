/** Alerts inside a change: created, joined, moved. Answers false when what the use case saw is no longer so. */
import type { AlertMove, AlertRaise } from '../../records/change.ts';
import type { Database } from '../connection.ts';
import { alertTable } from '../tables.ts';

/** Stale where an unsettled alert stands under the key: the use case must join that one. */
const create = (database: Database, raise: AlertRaise): boolean => {
  const standing = database.sql("SELECT 1 FROM alert WHERE key = ? AND state <> 'settled'").get(raise.key);
  const used = database.sql('SELECT 1 FROM alert WHERE alert_id = ?').get(raise.alertId);
  if (standing !== undefined || used !== undefined) return false;
  const { alertId, key, kind, severity, organ, recordId, vi, en, at } = raise;
  const alert = {
    alertId,
    key,
    kind,
    severity,
    state: 'open',
    version: 1,
    organ,
    recordId,
    count: 1,
    vi,
    en,
    raisedAt: at,
    lastAt: at,
  } as const;
  database.sql(alertTable.insert).run(...alertTable.toRow(alert));
  return true;
};

/** Counts without a version, so that documents that come together all join; only settlement makes them stale. */
const join = (database: Database, raise: AlertRaise): boolean => {
  const joined = database
    .sql(
      `UPDATE alert SET count = count + 1, version = version + 1, state = 'open', severity = ?, record_id = ?, vi = ?, en = ?,
         last_at = MAX(last_at, ?)
       WHERE alert_id = ? AND key = ? AND state <> 'settled'`,
    )
    .run(raise.severity, raise.recordId, raise.vi, raise.en, raise.at, raise.alertId, raise.key);
  return Number(joined.changes) === 1;
};

export const raiseAlert = (database: Database, raise: AlertRaise): boolean => {
  if (!(raise.joins ? join : create)(database, raise)) return false;
  database
    .sql(
      `INSERT INTO alert_record (alert_id, place, record_id, reason, at)
       SELECT ?1, COALESCE(MAX(place), 0) + 1, ?2, ?3, ?4 FROM alert_record WHERE alert_id = ?1`,
    )
    .run(raise.alertId, raise.recordId, raise.reason, raise.at);
  return true;
};

export const moveAlert = (database: Database, move: AlertMove): boolean => {
  const moved = database
    .sql('UPDATE alert SET state = ?, version = version + 1 WHERE alert_id = ? AND version = ?')
    .run(move.state, move.alertId, move.version);
  return Number(moved.changes) === 1;
};
