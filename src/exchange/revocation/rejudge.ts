/**
 * Documents whose revocation could not be checked when they came are judged again once more is known:
 * as they stood at their acceptance, with what is at hand now. A changed verdict is one commit; one that
 * turned bad is alerted, since by then the document is with its recipients.
 */
import type { Hub, Inspection, InspectionOptions } from '../../hub.ts';
import { clockText, dayOfInstant } from '../../oversight/numerals.ts';
import { findingWords } from '../../oversight/words.ts';
import type { AlertRaise, Change } from '../../records/change.ts';
import { evidenceDigest } from '../../records/judgement.ts';
import type { RecordView } from '../../records/query.ts';
import type { MessageRecord } from '../../records/record.ts';
import type { Proof } from '../../signature/proof.ts';
import { type Alarm, raisesFor, signatureAlarms } from '../alerting.ts';
import { judgedFigures } from '../counting.ts';
import { eventAt } from '../draft.ts';
import { inspectionKept, judgementFor } from '../evidence/keep.ts';
import { newId } from '../identity.ts';
import { keepAttribution, lessonFor, lessonRows } from '../signers/whose.ts';
import { isNews, isSameVerdict, settledFiles } from './waiting.ts';

/** What became of one document. `gone`: its original is no longer here. */
export type Rejudged = 'changed' | 'same' | 'gone' | 'stale';

/** "CHƯA KIỂM TRA … → HỢP LỆ", of the document, or of the files where its own verdict stays. */
const rejudgedText = (before: MessageRecord, proof: Proof): string => {
  const was = before.verdict === null ? '' : findingWords(before.verdict, before.reason);
  if (!isSameVerdict(before, proof)) return `${was} → ${findingWords(proof.verdict, proof.reason)}`;
  const files = settledFiles(before.proof, proof);
  return files.map(({ name, verdict, reason }) => `tệp "${name}" → ${findingWords(verdict, reason)}`).join('; ');
};

const journalFor = (act: string, record: MessageRecord, details: Change['journal']['details'], at: Date): Change['journal'] => ({
  entryId: newId('j', at),
  at: at.toISOString(),
  act,
  by: 'hub',
  subject: record.recordId,
  details,
});

/** The alert of acceptance, and that it came out later. */
const lateAlarms = ({ record, deliveries }: RecordView, proof: Proof, at: Date): readonly Alarm[] => {
  if (proof.verdict !== 'invalid') return [];
  const now = at.toISOString();
  const late = `Phát hiện khi kiểm tra lại lúc ${clockText(now).slice(0, 5)} ngày ${dayOfInstant(now)}; khi tiếp nhận chưa kiểm tra được thu hồi.`;
  return signatureAlarms(record, proof, true, record.outcome === 'held', deliveries.length)
    .filter((alarm) => alarm.kind !== 'signature.envelope')
    .map((alarm) => ({ ...alarm, vi: `${alarm.vi} ${late}`, en: `${alarm.en}; found when it was judged again, not when it was accepted` }));
};

const alertedEvent = (record: MessageRecord, { kind, vi }: AlertRaise, at: Date) =>
  eventAt(at, { recordId: record.recordId, kind: 'alerted', organ: record.from, code: kind, text: vi, by: 'hub' });

type Judged = { readonly proof: Proof; readonly evidence: NonNullable<Inspection['evidence']>['list'] };

/** Everything that another verdict makes true. */
const changeFor = async (hub: Hub, view: RecordView, { proof, evidence }: Judged, at: Date): Promise<Change> => {
  const { record } = view;
  const { recordId, version } = record;
  const { verdict, reason } = proof;
  const alerts = await raisesFor(hub, record, lateAlarms(view, proof, at), at);
  const lesson = await lessonFor(hub, view, proof, at);
  return {
    journal: journalFor('judged', record, { verdict, reason, before: record.reason, evidence: evidenceDigest(evidence) }, at),
    recordMoves: [{ recordId, version, verdict, reason, proof }],
    judgement: judgementFor(recordId, proof, evidence),
    alerts,
    ...lessonRows(lesson, { recordId, at: at.toISOString() }),
    figures: judgedFigures(record, proof),
    events: [
      eventAt(at, { recordId, kind: 'judged', text: `Kiểm tra lại chữ ký số: ${rejudgedText(record, proof)}`, by: 'hub' }),
      ...alerts.map((alert) => alertedEvent(record, alert, at)),
    ],
  };
};

/** Inspects the bytes that were accepted; null where they are no longer here. */
const inspected = async (hub: Hub, { record, deliveries }: RecordView, now: Date): Promise<Inspection | null> => {
  const original = await hub.originals.open(record.sha256);
  if (original === null) return null;
  const spooled = await hub.originals.spool(original.stream(), original.size);
  try {
    const posted = deliveries.some(({ postedBy }) => postedBy !== null);
    const options: InspectionOptions = { at: new Date(record.acceptedAt), now, profile: posted ? 'hub' : 'member' };
    return await inspectionKept(hub, spooled, options, await hub.inspect(spooled.place, options));
  } finally {
    await hub.originals.discard(spooled);
  }
};

/** Without its original nothing can be judged: it stays as it was, and is not asked again. */
const markGone = async (hub: Hub, { recordId, version, ...record }: MessageRecord, at: Date): Promise<Rejudged> => {
  const journal = journalFor('original-gone', { ...record, recordId, version }, { sha256: record.sha256 }, at);
  const committed = await hub.commit({ journal, recordMoves: [{ recordId, version, purgedAt: at.toISOString() }] });
  return committed.kind === 'done' ? 'gone' : 'stale';
};

/** Safe to repeat and to do twice at once: the commit names the version of the record it relied on. */
export const rejudge = async (hub: Hub, view: RecordView): Promise<Rejudged> => {
  const at = hub.now();
  const inspection = await inspected(hub, view, at);
  if (inspection === null) return markGone(hub, view.record, at);
  const { evidence } = inspection;
  const proof = inspection.proof === null ? null : keepAttribution(view.record.proof, inspection.proof);
  if (proof === null || evidence === null || !isNews(view.record, proof)) return 'same';
  const committed = await hub.commit(await changeFor(hub, view, { proof, evidence: evidence.list }, at));
  return committed.kind === 'done' ? 'changed' : 'stale';
};
