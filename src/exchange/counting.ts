/** What a document adds to the figures of its period (contract §6). */

import { vietnamDay } from '../envelope/dates.ts';
import { lateFiguresFor } from '../oversight/period.ts';
import type { Delivery } from '../records/delivery.ts';
import type { FigureDelta, FigureName } from '../records/figure.ts';
import type { MessageRecord } from '../records/record.ts';

/** Types 0 and 3 are documents and turns; recalls, updates and statuses are neither. */
const isCounted = (record: MessageRecord): boolean => record.kind === 'document' && (record.type === 0 || record.type === 3);

const signatureFigure = (record: MessageRecord): FigureName => {
  if (record.verdict === 'valid') return 'signed-valid';
  if (record.reason === 'revocation-unknown') return 'signed-revocation-unknown';
  return `verdict:${record.verdict}/${record.reason}`;
};

const paperFigures = (paper: MessageRecord['paper']): readonly FigureName[] => {
  if (paper === 'unclear') return ['electronic-with-paper', 'paper-unclear'];
  return [paper === 1 ? 'electronic-with-paper' : 'electronic-only'];
};

/** The document itself, once, for its sender, on the day of promulgation. Held ones count when released. */
export const documentFigures = (record: MessageRecord): readonly FigureDelta[] => {
  if (!isCounted(record) || !record.counted || record.from === null) return [];
  const organ = record.from;
  const accepted = vietnamDay(new Date(record.acceptedAt));
  const day = record.promulgatedOn ?? accepted;
  return [...paperFigures(record.paper), signatureFigure(record), ...lateFiguresFor(day, accepted)].map((figure) => ({
    day,
    organ,
    figure,
    by: 1,
  }));
};

/** What changes when a counted document gets another verdict later: on the day it was counted. */
export const judgedFigures = (before: MessageRecord, after: Pick<MessageRecord, 'verdict' | 'reason'>): readonly FigureDelta[] => {
  const organ = before.from;
  const [old, now] = [signatureFigure(before), signatureFigure({ ...before, ...after })];
  if (!isCounted(before) || !before.counted || before.outcome !== 'accepted' || organ === null || old === now) return [];
  const day = before.promulgatedOn ?? vietnamDay(new Date(before.acceptedAt));
  return [
    { day, organ, figure: old, by: -1 },
    { day, organ, figure: now, by: 1 },
  ];
};

/** One turn for each delivery, sent and received, on the day of acceptance. */
export const turnFigures = (record: MessageRecord, deliveries: readonly Delivery[]): readonly FigureDelta[] => {
  const turns = deliveries.filter((delivery) => delivery.state !== 'parked');
  if (!isCounted(record) || record.from === null || turns.length === 0) return [];
  const day = vietnamDay(new Date(record.acceptedAt));
  return [
    { day, organ: record.from, figure: 'turns-sent', by: turns.length },
    ...turns.map((turn): FigureDelta => ({ day, organ: turn.organ, figure: 'turns-received', by: 1 })),
  ];
};

/** Shown apart, on the document's day: returned by a recipient (02), or recalled. What is still held was not counted yet. */
export const outcomeFigure = (record: MessageRecord, figure: 'returned' | 'recalled'): readonly FigureDelta[] =>
  isCounted(record) && record.counted && record.outcome === 'accepted' && record.from !== null
    ? [{ day: record.promulgatedOn ?? vietnamDay(new Date(record.acceptedAt)), organ: record.from, figure, by: 1 }]
    : [];
