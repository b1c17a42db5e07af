/** Ledger against hub: each check answers all that disagrees, in words; nothing found means that all agrees. */
import type { Door } from '../agents/api.ts';
import { type Declaration, recipientsOf } from '../plan/figures.ts';
import { checkAlerts } from './alerts.ts';
import type { Check } from './check.ts';
import { expectedArrivals, expectedNotices, type Ledger, type PostAnswer } from './ledger.ts';
import { checkFigures, type Month } from './month.ts';
import { type HubRecord, recordsOf } from './records.ts';

const sameSet = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.toSorted().join(' ') === right.toSorted().join(' ');

/**
 * What is wrong with one answer, null when nothing is. `firstId` is the record of the document's first
 * posting: a repeat must lead back to it, and a new DocumentId must not.
 */
const answerProblem = (answer: PostAnswer, firstId: string | null): string | null => {
  const { posting, status, code, replayed, recordId } = answer;
  const { expected } = posting.document;
  const raised = answer.alerts.map(({ kind }) => kind).join(' ');
  const says = `${posting.documentId} (${posting.step}): ${status}${code === null ? '' : ` ${code}`}${replayed ? ' replayed' : ''}`;
  const wants = (good: boolean, what: string): string | null => (good ? null : `${says}, mong đợi ${what}`);
  switch (posting.step) {
    case 'first':
      if (expected.kind === 'refused')
        return wants(status === expected.status && code === expected.code, `${expected.status} ${expected.code}`);
      return wants(
        status === 202 && !replayed && raised === (expected.alert?.kind ?? ''),
        `202, cảnh báo ${expected.alert?.kind ?? 'không có'}`,
      );
    // Contract §4: the same document gets the receipt as first given, for ever.
    case 'same-bytes':
    case 'rebuilt':
      return wants(status === 202 && replayed && recordId === firstId, '202 replayed, cùng mã tiếp nhận');
    case 'supplement':
      return wants(status === 202 && !replayed && recordId === firstId, '202, cùng mã tiếp nhận');
    // Number, notation and date say that it is the same document: taken, counted once, and someone is told.
    case 'renumbered':
      return wants(
        status === 202 && recordId !== firstId && raised === 'document.suspected-duplicate',
        '202, mã tiếp nhận khác, nghi gửi trùng',
      );
    case 'conflict':
      return wants(status === 409 && code === 'envelope.conflict', '409 envelope.conflict');
  }
};

/** Posted, and answered as planned: also what is never answered is a disagreement. */
const checkAnswers = (ledger: Ledger): Check => {
  const first = new Map(
    ledger.answers.filter(({ posting }) => posting.step === 'first').map((answer) => [answer.posting.document, answer.recordId]),
  );
  const problems = ledger.answers.flatMap((answer) => answerProblem(answer, first.get(answer.posting.document) ?? null) ?? []);
  const silent = ledger.postings.length - ledger.answers.length;
  return {
    vi: 'Trục trả lời đúng từng lần gửi (nhận, gửi lặp, từ chối)',
    en: 'every posting got the right answer',
    compared: ledger.postings.length,
    problems: silent === 0 ? problems : [...problems, `${silent} lần gửi không có trả lời`],
  };
};

const grouped = <Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> =>
  Map.groupBy(items, keyOf);

/** Nothing lost, nothing twice, nothing changed, nothing that nobody sent. */
const checkDocuments = (ledger: Ledger): Check => {
  const expected = expectedArrivals(ledger);
  const arrived = grouped(
    ledger.arrivals.filter(({ kind }) => kind === 'document'),
    ({ documentId, organ }) => `${documentId} ${organ}`,
  );
  const problems = [
    ...[...expected].flatMap(([key, sha256]) => {
      const found = arrived.get(key) ?? [];
      if (found.length !== 1) return [`${key}: nhận về ${found.length} lần, mong đợi 1`];
      return found[0]?.sha256 === sha256 ? [] : [`${key}: nội dung nhận về khác nội dung đã gửi`];
    }),
    ...[...arrived.keys()].filter((key) => !expected.has(key)).map((key) => `${key}: nhận về nhưng không ai gửi`),
  ];
  return {
    vi: 'Mỗi nơi nhận lấy về đúng một lần, đúng từng byte',
    en: 'collected exactly once by each recipient, byte for byte',
    compared: expected.size,
    problems,
  };
};

/**
 * Every status belongs to its document and reaches the sender once. Those that nobody here reported can
 * only be the hub's own notices of a return.
 */
const checkStatuses = (ledger: Ledger): Check => {
  const arrived = grouped(
    ledger.arrivals.filter(({ kind }) => kind === 'status'),
    ({ sha256, organ }) => `${sha256} ${organ}`,
  );
  const known = new Set(ledger.statuses.map(({ sha256, to }) => `${sha256} ${to}`));
  const strange = [...arrived].filter(([key]) => !known.has(key)).flatMap(([, found]) => found);
  const notices = expectedNotices(ledger);
  const noticed = (documentId: string, organ: string): number =>
    strange.filter((one) => one.documentId === documentId && one.organ === organ && one.statusCode === '02').length;
  const problems = [
    ...ledger.statusAnswers
      .filter(({ status, matched, moved }) => status !== 202 || !matched || !moved)
      .map(
        ({ posting, status, matched, moved }) =>
          `${posting.statusCode} của ${posting.by} về ${posting.documentId}: ${status}, matched ${matched}, moved ${moved}`,
      ),
    ...ledger.statuses.flatMap(({ sha256, to, by, statusCode, documentId }) => {
      const count = arrived.get(`${sha256} ${to}`)?.length ?? 0;
      return count === 1 ? [] : [`${statusCode} của ${by} về ${documentId}: bên gửi nhận ${count} lần, mong đợi 1`];
    }),
    ...notices
      .filter(({ documentId, from }) => noticed(documentId, from) !== 1)
      .map(({ documentId }) => `${documentId}: thiếu thông báo trả lại (02)`),
    ...(strange.length === notices.length ? [] : [`${strange.length} trạng thái do Trục lập, mong đợi ${notices.length}`]),
  ];
  return {
    vi: 'Trạng thái gắn đúng văn bản và về đến bên gửi đúng một lần',
    en: 'statuses matched and returned to the sender exactly once',
    compared: ledger.statuses.length + notices.length,
    problems,
  };
};

/** Where the record must stand in the end, after the administrator's decision. */
const outcomeOf = (document: Ledger['plan'][number]): string => {
  const { expected } = document;
  if (expected.kind === 'refused' || expected.decision === 'return') return 'refused';
  return expected.held && expected.decision === null ? 'held' : 'accepted';
};

/** Verdict, outcome and recipients of one record against the plan; a refused posting has no record to compare. */
const recordProblems = (answer: PostAnswer, record: HubRecord | undefined): readonly string[] => {
  const { document, documentId, step } = answer.posting;
  const { expected } = document;
  if (expected.kind === 'refused') return [];
  if (record === undefined) return [`${documentId}: Trục không có hồ sơ`];
  const organs = step === 'renumbered' ? document.to : recipientsOf(document);
  return [
    ...(record.verdict === expected.verdict && record.reason === expected.reason
      ? []
      : [`${documentId}: kết quả ${record.verdict}/${record.reason}, mong đợi ${expected.verdict}/${expected.reason}`]),
    ...(record.outcome === outcomeOf(document) ? [] : [`${documentId}: ${record.outcome}, mong đợi ${outcomeOf(document)}`]),
    ...(sameSet(
      record.to.map(({ organ }) => organ),
      organs,
    )
      ? []
      : [`${documentId}: nơi nhận ở Trục khác sổ cái`]),
  ];
};

/** Seen from the hub's side: each of its records is in the ledger, with what the plan says of it. */
const checkRecords = (ledger: Ledger, records: ReadonlyMap<string, HubRecord>): Check => {
  const accepted = ledger.answers.filter(
    ({ posting, recordId }) => recordId !== null && (posting.step === 'first' || posting.step === 'renumbered'),
  );
  const known = new Set(accepted.map(({ recordId }) => recordId));
  const strange = [...records.values()].filter(
    ({ kind, outcome, recordId }) => kind === 'document' && outcome !== 'refused' && !known.has(recordId),
  );
  const problems = [
    ...accepted.flatMap((answer) => recordProblems(answer, records.get(answer.recordId ?? ''))),
    ...strange.map(({ documentId }) => `${documentId}: Trục có hồ sơ mà sổ cái không có`),
  ];
  return {
    vi: 'Kết quả kiểm tra chữ ký và nơi nhận đúng với sổ cái',
    en: 'verdicts and recipients as planned',
    compared: accepted.length,
    problems,
  };
};

/** Everything that is compared, in the order in which it is printed. */
export const compare = async (
  admin: Door,
  ledger: Ledger,
  month: Month,
  declarations: readonly Declaration[],
): Promise<readonly Check[]> => {
  const records = await recordsOf(admin);
  return [
    checkAnswers(ledger),
    checkDocuments(ledger),
    checkStatuses(ledger),
    checkRecords(ledger, records),
    await checkAlerts(admin, ledger, records),
    checkFigures(ledger, month, declarations),
  ];
};
