/** The alerts as the page shows them: by agency, then by cause, with the documents inside. Pure. */

import type { AlertDetail } from '../oversight/alerts.ts';
import { clockText, dayOfInstant, dayText, padded } from '../oversight/numerals.ts';
import { alertKindWords, alertStateWords, deliveryStateWords, findingWords, severityWords } from '../oversight/words.ts';
import type { Severity } from '../records/alert.ts';
import { type Directory, organFor } from '../records/organ.ts';
import type { RecordView } from '../records/query.ts';

/** Documents shown inside one alert of the list; its own page shows them all. */
export const mostDocuments = 5;

export type DocumentLine = {
  readonly recordId: string;
  readonly code: string;
  readonly day: string;
  readonly subject: string;
  readonly finding: string;
  readonly recipients: readonly { readonly name: string; readonly state: string }[];
  readonly state: string;
  readonly held: boolean;
};

export type AlertCard = {
  readonly alertId: string;
  readonly severity: Severity;
  readonly severityWord: string;
  readonly state: AlertDetail['state'];
  readonly stateWord: string;
  readonly sentence: string;
  readonly raised: string;
  readonly last: string | null;
  readonly count: string;
  readonly documents: readonly DocumentLine[];
  readonly more: number;
};

export type CauseGroup = { readonly title: string; readonly documents: string; readonly cards: readonly AlertCard[] };
export type OrganGroup = {
  readonly code: string;
  readonly name: string;
  readonly alerts: string;
  readonly documents: string;
  readonly critical: number;
  readonly causes: readonly CauseGroup[];
};

const collator = new Intl.Collator('vi');
const weight: Readonly<Record<Severity, number>> = { critical: 0, high: 1, low: 2 };

/** `15:02 ngày 20/11/2026`. */
export const momentText = (instant: string): string => `${clockText(instant).slice(0, 5)} ngày ${dayOfInstant(instant)}`;

const nameOf = (directory: Directory, code: string): string => organFor(directory, code)?.name ?? code;

/** Where the document as a whole stands. */
const documentState = ({ record }: RecordView): string => {
  switch (record.outcome) {
    case 'held':
      return 'Đang giữ, chờ quyết định';
    case 'refused':
      return 'Đã từ chối hoặc trả lại';
    case 'accepted':
      return 'Đã chuyển';
  }
};

export const documentLine = (directory: Directory, view: RecordView): DocumentLine => {
  const { record, deliveries } = view;
  return {
    recordId: record.recordId,
    code: record.code ?? record.documentId ?? 'không ghi số, ký hiệu',
    day: record.promulgatedOn === null ? '–' : dayText(record.promulgatedOn),
    // Of a refused secret nothing is kept that could be shown.
    subject: record.subject ?? '(không lưu trích yếu)',
    finding: record.verdict === null ? '' : findingWords(record.verdict, record.reason),
    // While the whole document is held, saying so of each recipient adds nothing.
    recipients: deliveries.map(({ organ, state, via }) => ({
      name: nameOf(directory, organ),
      state: state === 'held' ? '' : via === 'upper' && state === 'queued' ? 'chờ gửi lên Trục quốc gia' : deliveryStateWords[state],
    })),
    state: documentState(view),
    held: record.outcome === 'held',
  };
};

export const alertCard = (alert: AlertDetail, documents: readonly DocumentLine[]): AlertCard => ({
  alertId: alert.alertId,
  severity: alert.severity,
  severityWord: `[${severityWords[alert.severity]}]`,
  state: alert.state,
  stateWord: alertStateWords[alert.state],
  sentence: alert.vi,
  raised: momentText(alert.raisedAt),
  last: alert.lastAt === alert.raisedAt ? null : momentText(alert.lastAt),
  count: padded(alert.count),
  documents,
  more: Math.max(0, alert.count - documents.length),
});

type Shown = { readonly alert: AlertDetail; readonly card: AlertCard };

const byWeight = (one: Shown, other: Shown): number =>
  weight[one.alert.severity] - weight[other.alert.severity] || other.alert.lastAt.localeCompare(one.alert.lastAt);

const sum = (shown: readonly Shown[]): number => shown.reduce((total, { alert }) => total + alert.count, 0);

const causesOf = (shown: readonly Shown[]): readonly CauseGroup[] =>
  [...Map.groupBy([...shown].sort(byWeight), ({ alert }) => alert.kind)].map(([kind, inside]) => ({
    title: alertKindWords[kind],
    documents: padded(sum(inside)),
    cards: inside.map(({ card }) => card),
  }));

/** Agencies with the gravest alerts first, then those with most documents, then by name. */
export const groupAlerts = (directory: Directory, shown: readonly Shown[]): readonly OrganGroup[] =>
  [...Map.groupBy(shown, ({ alert }) => alert.organ ?? '')]
    .map(([code, inside]) => ({
      total: sum(inside),
      group: {
        code,
        name: code === '' ? 'Không rõ cơ quan gửi' : nameOf(directory, code),
        alerts: padded(inside.length),
        documents: padded(sum(inside)),
        critical: inside.filter(({ alert }) => alert.severity === 'critical').length,
        causes: causesOf(inside),
      },
    }))
    .sort(
      (one, other) =>
        other.group.critical - one.group.critical || other.total - one.total || collator.compare(one.group.name, other.group.name),
    )
    .map(({ group }) => group);
