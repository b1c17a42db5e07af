/** What accepting a document makes true: its record, deliveries, alerts, figures and receipt. */
import type { Hub } from '../hub.ts';
import type { AlertRaise, Change } from '../records/change.ts';
import type { Delivery } from '../records/delivery.ts';
import { evidenceDigest } from '../records/judgement.ts';
import type { MessageRecord } from '../records/record.ts';
import { type Alarm, duplicateAlarm, parkedAlarm, raisesFor, secretAlarm, signatureAlarms } from './alerting.ts';
import { documentFigures, turnFigures } from './counting.ts';
import { deliveriesFor, documentReceipt, documentRecord, eventAt } from './draft.ts';
import { judgementFor } from './evidence/keep.ts';
import type { ExaminedDocument, Submitted } from './examine.ts';
import { newId } from './identity.ts';
import { earlierDocument, linkEvents } from './link.ts';
import type { Commit, Proposal } from './proposal.ts';
import type { Route } from './route.ts';
import { signerAlarm } from './signers/alarms.ts';
import { lessonRows } from './signers/whose.ts';

export const acceptDocument = async (hub: Hub, submitted: Submitted, examined: ExaminedDocument): Promise<Proposal> => {
  const { same } = examined;
  switch (same.kind) {
    case 'replay':
      return { kind: 'replay', receipt: same.receipt };
    case 'supplement':
      return supplement(hub, submitted, examined, same.record, same.routes);
    case 'new':
      return take(hub, submitted, examined, same.identity, same.alike);
  }
};

/** Counted once (contract §4): by the first that is delivered. What is held may yet be returned, and then never counts. */
const isCountedFirst = async (hub: Hub, alike: string | null): Promise<boolean> =>
  alike === null || (await hub.records.get(alike))?.record.outcome !== 'accepted';

const take = async (
  hub: Hub,
  submitted: Submitted,
  examined: ExaminedDocument,
  identity: string,
  alike: string | null,
): Promise<Proposal> => {
  const { caller, spooled } = submitted;
  const drafted = documentRecord(examined, caller, spooled, identity, await isCountedFirst(hub, alike));
  const record = { ...drafted, about: await earlierDocument(hub, drafted, examined) };
  const deliveries = deliveriesFor(record, examined.routes, caller, spooled, examined.at);
  const alerts = await raisesFor(hub, record, alarmsFor(examined, record, deliveries, alike), examined.at);
  const receipt = documentReceipt(examined, record, spooled, deliveries, alerts.map(shownAlert));
  const held = record.outcome === 'held';
  const change: Change = {
    journal: withEvidence(journalFor('accepted', submitted, examined, record, deliveries), examined),
    directoryVersion: examined.directory.version,
    record,
    submission: { recordId: record.recordId, sha256: spooled.sha256, size: spooled.size, acceptedAt: record.acceptedAt, receipt },
    deliveries,
    alerts,
    ...lessonRows(examined.lesson, { recordId: record.recordId, at: record.acceptedAt }),
    judgement: judgementFor(record.recordId, examined.proof, examined.evidence),
    figures: held ? [] : [...documentFigures(record), ...turnFigures(record, deliveries)],
    events: [
      eventAt(examined.at, { recordId: record.recordId, kind: held ? 'held' : 'accepted', organ: record.from, by: caller.system }),
      ...alertEvents(examined, record, alerts),
      ...linkEvents(record, deliveries, examined.at),
    ],
  };
  return { kind: 'commit', change, receipt, wake: held ? [] : collectors(examined.routes), abroad: abroadOf(examined.routes) };
};

/** Gửi bổ sung: the same document for more recipients. It is not a document more, and its signatures raise nothing again. */
const supplement = async (
  hub: Hub,
  submitted: Submitted,
  examined: ExaminedDocument,
  standing: MessageRecord,
  routes: readonly Route[],
): Promise<Commit> => {
  const { caller, spooled } = submitted;
  const deliveries = deliveriesFor(standing, routes, caller, spooled, examined.at);
  const alerts = await raisesFor(hub, standing, parkedAlarms(standing, deliveries), examined.at);
  const receipt = documentReceipt(examined, standing, spooled, deliveries, alerts.map(shownAlert));
  const acceptedAt = examined.at.toISOString();
  const held = standing.outcome === 'held';
  const change: Change = {
    journal: journalFor('supplemented', submitted, examined, standing, deliveries),
    directoryVersion: examined.directory.version,
    // Names the version it relied on: a decision taken meanwhile makes this stale.
    recordMoves: [{ recordId: standing.recordId, version: standing.version }],
    submission: { recordId: standing.recordId, sha256: spooled.sha256, size: spooled.size, acceptedAt, receipt },
    deliveries,
    alerts,
    figures: held ? [] : turnFigures({ ...standing, acceptedAt }, deliveries),
    events: [
      eventAt(examined.at, {
        recordId: standing.recordId,
        kind: 'supplemented',
        organ: standing.from,
        text: deliveries.map(({ organ }) => organ).join(', '),
        by: caller.system,
      }),
    ],
  };
  return { kind: 'commit', change, receipt, wake: held ? [] : collectors(routes), abroad: abroadOf(routes) };
};

const shownAlert = ({ alertId, kind, vi }: AlertRaise) => ({ alertId, kind, vi });

/** From a hub: what goes to unknown codes waits for a person (contract §5). */
const parkedAlarms = (record: MessageRecord, deliveries: readonly Delivery[]): readonly Alarm[] => {
  const parked = deliveries.filter((delivery) => delivery.state === 'parked').map((delivery) => delivery.organ);
  return parked.length === 0 ? [] : [parkedAlarm(record, parked.join(', '), 'mã định danh không có trong danh mục')];
};

const alarmsFor = (
  examined: ExaminedDocument,
  record: MessageRecord,
  deliveries: readonly Delivery[],
  alike: string | null,
): readonly Alarm[] => {
  const { judgement, secrecy } = examined;
  return [
    ...signatureAlarms(record, examined.proof, judgement.signatures !== 'accept', record.outcome === 'held', deliveries.length),
    ...examined.findings.map((finding) => signerAlarm(record, finding, examined.directory)),
    ...(secrecy.kind === 'suspected' ? [secretAlarm(record, secrecy.at, false)] : []),
    ...(alike === null ? [] : [duplicateAlarm(record, alike)]),
    ...parkedAlarms(record, deliveries),
  ];
};

const alertEvents = (examined: ExaminedDocument, record: MessageRecord, alerts: readonly AlertRaise[]) =>
  alerts.map((alert) =>
    eventAt(examined.at, { recordId: record.recordId, kind: 'alerted', organ: record.from, code: alert.kind, text: alert.vi, by: 'hub' }),
  );

const journalFor = (
  act: string,
  submitted: Submitted,
  examined: ExaminedDocument,
  record: MessageRecord,
  deliveries: readonly Delivery[],
): Change['journal'] => ({
  entryId: newId('j', examined.at),
  at: examined.at.toISOString(),
  act,
  by: submitted.caller.system,
  subject: record.recordId,
  details: {
    from: record.from,
    type: record.type,
    sha256: submitted.spooled.sha256,
    size: submitted.spooled.size,
    verdict: examined.proof.verdict,
    reason: examined.proof.reason,
    outcome: record.outcome,
    deliveries: deliveries.length,
  },
});

/** The journal is sealed: with this digest in it, nobody exchanges afterwards what the verdict rested on. */
const withEvidence = (entry: Change['journal'], { evidence }: ExaminedDocument): Change['journal'] => ({
  ...entry,
  details: { ...entry.details, evidence: evidenceDigest(evidence) },
});

const collectors = (routes: readonly Route[]): readonly string[] => [
  ...new Set(routes.map((route) => route.collector).filter((system) => system !== null)),
];

const abroadOf = (routes: readonly Route[]): readonly string[] => routes.filter((route) => route.abroad).map((route) => route.organ);
