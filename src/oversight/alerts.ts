/** Looking at alerts, acknowledging and settling them (contract §5). Raising them is part of accepting. */
import { randomUUID } from 'node:crypto';
import { failure } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Alert, AlertRecord, AlertState } from '../records/alert.ts';
import type { Caller } from '../records/key.ts';
import { organFor } from '../records/organ.ts';
import type { AlertQuery, Page } from '../records/query.ts';
import { codesOf, nameOf, organsOf } from './viewer.ts';

/** An alert as the API shows it. */
export type AlertItem = Omit<Alert, 'version'>;
export type AlertDetail = AlertItem & { readonly records: readonly AlertRecord[] };

const longestReason = 2000;

const itemFor = ({ alertId, key, kind, severity, state, organ, recordId, count, vi, en, raisedAt, lastAt }: Alert): AlertItem => ({
  alertId,
  key,
  kind,
  severity,
  state,
  organ,
  recordId,
  count,
  vi,
  en,
  raisedAt,
  lastAt,
});

/** Latest first, all states unless asked; a system finds only those whose From organ it speaks for. */
export const listAlerts = async (hub: Hub, caller: Caller, query: Omit<AlertQuery, 'organs'>): Promise<Page<AlertItem>> => {
  const directory = await hub.organs.directory();
  const own = organsOf(directory, caller);
  const asked = query.organ === undefined ? undefined : (organFor(directory, query.organ)?.code ?? query.organ);
  const page = await hub.alerts.list({ ...query, ...(asked === undefined ? {} : { organ: asked }), organs: own && codesOf(own) });
  return { items: page.items.map(itemFor), next: page.next };
};

/** `resource.unknown` for one that does not exist and for one that is none of the caller's. */
const find = async (hub: Hub, caller: Caller, alertId: string): Promise<{ alert: Alert; records: readonly AlertRecord[] }> => {
  const found = await hub.alerts.get(alertId);
  const own = organsOf(await hub.organs.directory(), caller);
  const mine = own === null || (found !== null && found.alert.organ !== null && codesOf(own).includes(found.alert.organ));
  if (found === null || !mine) throw failure('resource.unknown', '', { vi: 'Không có cảnh báo này', en: 'There is no such alert' });
  return found;
};

export const showAlert = async (hub: Hub, caller: Caller, alertId: string): Promise<AlertDetail> => {
  const { alert, records } = await find(hub, caller, alertId);
  return { ...itemFor(alert), records };
};

/** A settled alert stays settled; whatever is already so is answered as it is, so that a repeat is harmless. */
const moves = (from: AlertState, to: AlertState): boolean => from !== 'settled' && from !== to;

/** Documents may join while a person decides: then the version has moved on, and the decision is applied to the alert as it is now. */
const move = async (hub: Hub, caller: Caller, alertId: string, to: AlertState, reason: string | null): Promise<AlertItem> => {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const { alert } = await find(hub, caller, alertId);
    if (!moves(alert.state, to)) return itemFor(alert);
    const answer = await hub.commit({
      journal: {
        entryId: randomUUID(),
        at: hub.now().toISOString(),
        act: `alert.${to}`,
        by: nameOf(caller),
        subject: alertId,
        details: { key: alert.key, from: alert.state, count: alert.count, reason },
      },
      alertMoves: [{ alertId, version: alert.version, state: to }],
    });
    if (answer.kind === 'done') return itemFor({ ...alert, state: to });
  }
  throw failure('store.unavailable', '', {}, { retryAfterSeconds: 1 });
};

export const acknowledgeAlert = (hub: Hub, caller: Caller, alertId: string): Promise<AlertItem> =>
  move(hub, caller, alertId, 'acknowledged', null);

/** A settlement closes the key: the next document of that kind raises a new alert. The reason goes to the journal. */
export const settleAlert = async (hub: Hub, caller: Caller, alertId: string, reason: string): Promise<AlertItem> => {
  const words = typeof reason === 'string' ? reason.normalize('NFC').trim() : '';
  if (words === '' || words.length > longestReason) {
    throw failure('request.invalid', '/reason', {
      vi: `Phải nêu lý do giải quyết cảnh báo (tối đa ${longestReason} ký tự)`,
      en: `A reason for settling the alert is required (at most ${longestReason} characters)`,
    });
  }
  return move(hub, caller, alertId, 'settled', words);
};
