/** Alerts as people see them. */
import type { Filter } from 'mongodb';
import type { Alert, AlertRecord } from '../../records/alert.ts';
import { keyOf, pageOf } from '../../records/cursor.ts';
import type { AlertQuery, Page } from '../../records/query.ts';
import type { Connection, Row } from '../connection.ts';
import { alertForm } from '../rows.ts';

const shown = { projection: alertForm.shown } as const;

/** At most one: the key is unique among unsettled alerts. */
export const openAlert = async ({ rows }: Connection, key: string): Promise<Alert | null> => {
  const row = await rows.alerts.findOne({ key, unsettled: true }, { ...shown, hint: 'alert_unsettled' });
  return row === null ? null : alertForm.fromRow(row);
};

/** With every document that joined, in the order in which they did. */
export const alertOf = async (
  { rows }: Connection,
  alertId: string,
): Promise<{ readonly alert: Alert; readonly records: readonly AlertRecord[] } | null> => {
  const row = await rows.alerts.findOne({ _id: alertId }, shown);
  if (row === null) return null;
  const records = await rows.alertRecords.find({ alertId }).sort({ place: 1 }).toArray();
  return {
    alert: alertForm.fromRow(row),
    records: records.map(({ recordId, reason, at }) => ({
      recordId: String(recordId),
      reason: reason === undefined ? null : String(reason),
      at: String(at),
    })),
  };
};

const alertOrder = { lastAt: -1, _id: -1 } as const;

const alertFilter = ({ organs, state, kind, organ, after }: AlertQuery): Filter<Row> => {
  const behind = keyOf(after, ['string', 'string']);
  const own: Filter<Row> = {
    ...(organs !== null && { organ: { $in: [...organs] } }),
    ...(state !== undefined && { state }),
    ...(kind !== undefined && { kind }),
  };
  const [lastAt, id] = behind ?? [];
  return {
    ...own,
    ...(organ !== undefined && { organ: organs === null || organs.includes(organ) ? organ : { $in: [] } }),
    ...(behind !== null && { lastAt: { $lte: lastAt }, $or: [{ lastAt: { $lt: lastAt } }, { _id: { $lt: String(id) } }] }),
  };
};

/** Up to so many organs a viewer's alerts are gathered from the index of organs; beyond, most of what is newest is its own anyway. */
const fewOrgans = 20;

/** The index that gives them newest first and knows most of what is asked for. */
const roadFor = ({ organs, organ, state, kind }: AlertQuery): string => {
  if (organ !== undefined || (organs !== null && organs.length <= fewOrgans)) return 'alert_organ';
  if (state !== undefined) return 'alert_state';
  return kind === undefined ? 'alert_latest' : 'alert_kind';
};

export const listAlerts = async ({ rows }: Connection, query: AlertQuery): Promise<Page<Alert>> => {
  const found = await rows.alerts
    .find(alertFilter(query), { ...shown, hint: roadFor(query) })
    .sort(alertOrder)
    .limit(query.limit + 1)
    .toArray();
  return pageOf(found.map(alertForm.fromRow), query.limit, ({ lastAt, alertId }) => [lastAt, alertId]);
};
