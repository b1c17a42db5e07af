/** The alerts: every planted fault, with its reason, and nothing else. */
import { type Door, get, list } from '../agents/api.ts';
import type { ExpectedAlert } from '../plan/planned.ts';
import type { Check } from './check.ts';
import type { Ledger } from './ledger.ts';
import type { HubRecord } from './records.ts';

export type HubAlert = {
  readonly alertId: string;
  readonly kind: string;
  readonly severity: 'low' | 'high' | 'critical';
  readonly state: 'open' | 'acknowledged' | 'settled';
  readonly organ: string | null;
  readonly recordId: string;
  readonly count: number;
  readonly vi: string;
};

type AlertRecords = { readonly records: readonly { readonly recordId: string; readonly reason: string | null }[] };

/** One planted fault as a line: kind, reason, organ, document; alerts of one document have no reason to compare. */
const lineFor = (alert: ExpectedAlert, organ: string, documentId: string): string =>
  `${alert.kind} ${alert.reason ?? '-'} ${organ} ${documentId}`;

const expectedLines = (ledger: Ledger): readonly string[] =>
  ledger.postings.flatMap(({ document, step, documentId }) => {
    if (step === 'renumbered') return [lineFor({ kind: 'document.suspected-duplicate', reason: null }, document.from, documentId)];
    const { alert } = document.expected;
    return step === 'first' && alert !== null ? [lineFor(alert, document.from, documentId)] : [];
  });

/**
 * Which document a record is of. Of a refused secret the hub keeps only digest, sender, code and time, so
 * it is recognised by the digest of what was posted.
 */
const documentOf = (recordId: string, ledger: Ledger, records: ReadonlyMap<string, HubRecord>): string => {
  const record = records.get(recordId);
  if (record === undefined) return recordId;
  return record.documentId ?? ledger.postings.find(({ sha256 }) => sha256 === record.sha256)?.documentId ?? recordId;
};

/** Alerts as the API lists them, each with the documents that joined it. */
const foundLines = async (admin: Door, ledger: Ledger, records: ReadonlyMap<string, HubRecord>): Promise<readonly string[]> => {
  const alerts = await list<HubAlert>(admin, '/v1/alerts');
  const lines: string[] = [];
  for (const alert of alerts) {
    const { records: joined } = await get<AlertRecords>(admin, `/v1/alerts/${alert.alertId}`);
    for (const { recordId, reason } of joined) {
      const documentId = documentOf(recordId, ledger, records);
      lines.push(`${alert.kind} ${alert.kind.startsWith('document.') ? '-' : (reason ?? '-')} ${alert.organ} ${documentId}`);
    }
    if (alert.count !== joined.length) lines.push(`${alert.alertId}: đếm ${alert.count} nhưng có ${joined.length} văn bản`);
  }
  return lines;
};

export const checkAlerts = async (admin: Door, ledger: Ledger, records: ReadonlyMap<string, HubRecord>): Promise<Check> => {
  const expected = expectedLines(ledger);
  const found = await foundLines(admin, ledger, records);
  return {
    vi: 'Mọi lỗi cài sẵn đều có cảnh báo đúng lý do, không báo động giả',
    en: 'every planted fault alerted with its reason, no false alert',
    compared: expected.length,
    problems: [
      ...expected.filter((line) => !found.includes(line)).map((line) => `thiếu cảnh báo: ${line}`),
      ...found.filter((line) => !expected.includes(line)).map((line) => `báo động giả: ${line}`),
      ...(new Set(found).size === found.length ? [] : ['một lỗi có hai cảnh báo']),
    ],
  };
};
