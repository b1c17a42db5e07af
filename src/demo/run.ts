/**
 * The demo: a fictional province, a real hub in a process of its own, agencies that use only its public
 * API and keep their own account, and a comparison of both at the end.
 */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vietnamDay } from '../envelope/dates.ts';
import { type Prepared, prepare } from './agents/agent.ts';
import { get } from './agents/api.ts';
import { runTraffic } from './agents/traffic.ts';
import type { Check } from './ledger/check.ts';
import { compare } from './ledger/compare.ts';
import { type Ledger, openLedger, outstanding } from './ledger/ledger.ts';
import type { Month } from './ledger/month.ts';
import { makePki, type Pki } from './pki.ts';
import { declarationsFor, expectedFigures } from './plan/figures.ts';
import { planDocuments } from './plan/plan.ts';
import { demoOrgan, demoOrgans } from './plan/province.ts';
import { printAlerts, printChecks, printMonth, printNext, printPlaces, printReceipt, sampleName, titleLines } from './print.ts';
import { makeSeals, type SealCase } from './seals.ts';
import { startHub } from './stage/child.ts';
import { type Break, openProxy } from './stage/proxy.ts';
import { choosePlace, type Keys, type Place, setUpHub } from './stage/setup.ts';

export type DemoOptions = {
  /** Ends by itself after the comparison; otherwise the hub runs on until `stop`. */
  readonly exit: boolean;
  /** A lying door between agents and hub: the demo must then fail. */
  readonly break?: Break;
  /** Leaves the folder where it is. */
  readonly keep: boolean;
  /** First postings; at least all planted faults. Default 300. */
  readonly documents?: number;
  /** Whether counts may be drawn over each other. */
  readonly live: boolean;
  readonly say: (text: string) => void;
  /** Resolves when the person has seen enough (Ctrl-C). */
  readonly stop: Promise<unknown>;
};

/** A province set up and ready to open: where its hub lies, whom it trusts, who has which key. */
export type DemoProvince = { readonly place: Place; readonly pki: Pki; readonly seals: SealCase; readonly keys: Keys };

/** Whether ledger and hub agree in everything, and what was compared. */
export type DemoResult = { readonly agrees: boolean; readonly checks: readonly Check[] };

type Stage = { readonly options: DemoOptions; readonly place: Place; readonly period: string };

const line = (stage: Stage, text: string): void => stage.options.say(`${text}\n`);

/** A line that changes while work goes on; without a terminal only its last state is written. */
const counter = ({ options }: Stage): { show(text: string): void; end(text: string): void } => ({
  show: (text) => {
    if (options.live) options.say(`\r\x1b[2K  ${text}`);
  },
  end: (text) => options.say(`${options.live ? '\r\x1b[2K' : ''}  ${text}\n`),
});

/** All letters are written and signed before the first goes out: signing is the demo's work, not the hub's. */
const prepareAll = async (stage: Stage, { pki, seals }: DemoProvince, ledger: Ledger): Promise<readonly Prepared[]> => {
  const stationery = { sealsFor: seals.sealsFor, timestamper: pki.timestamper, now: new Date() };
  const count = counter(stage);
  const prepared: Prepared[] = [];
  for (const document of ledger.plan) {
    prepared.push(prepare(document, stationery));
    count.show(`${prepared.length}/${ledger.plan.length} văn bản`);
  }
  await Promise.all(
    prepared.map((one, index) => writeFile(join(stage.place.folder, 'sent', `${String(index + 1).padStart(4, '0')}.edxml`), one.bytes)),
  );
  const sample = prepared.find(
    ({ posting: { document } }) => document.from === 'H99.02' && document.signing === 'both' && document.expected.kind === 'accepted',
  );
  if (sample !== undefined) await writeFile(join(stage.place.folder, 'sent', sampleName), sample.bytes);
  count.end(`${prepared.length} văn bản đã lập, ký số và đóng gói edXML (documents written, signed, packed)`);
  return prepared;
};

/** Agencies post, collect and report; the line of counts follows them. */
const exchange = async (stage: Stage, url: string, keys: Keys, prepared: readonly Prepared[], ledger: Ledger): Promise<void> => {
  const count = counter(stage);
  const started = Date.now();
  const text = (): string =>
    `gửi ${ledger.answers.length} · nhận về ${ledger.arrivals.filter(({ kind }) => kind === 'document').length} · trạng thái ${ledger.statusAnswers.length} · còn ${Math.max(0, outstanding(ledger))}`;
  const declarations = declarationsFor(expectedFigures(ledger.plan));
  const systemOf = (organ: string): string => demoOrgan(organ).system ?? organ;
  await runTraffic(
    { url, admin: keys.admin, keys: keys.systems, prepared, ledger, declarations, period: stage.period, tell: () => count.show(text()) },
    systemOf,
  );
  count.end(`${text()}, trong ${((Date.now() - started) / 1_000).toFixed(1)} giây`);
};

/** The ledger as a file for whoever wants to check by hand. */
const ledgerText = ({ plan, postings, answers, arrivals, statusAnswers }: Ledger): string =>
  JSON.stringify(
    {
      plan,
      postings: postings.map(({ document: _, ...posting }) => posting),
      answers: answers.map(({ posting, ...answer }) => ({ documentId: posting.documentId, step: posting.step, ...answer })),
      arrivals,
      statuses: statusAnswers,
    },
    null,
    1,
  );

/** Everything that is printed at the end; answers the checks. */
const conclude = async (stage: Stage, url: string, keys: Keys, ledger: Ledger): Promise<readonly Check[]> => {
  const { place, period } = stage;
  const say = (text: string): void => line(stage, text);
  const admin = { url, key: keys.admin };
  await writeFile(join(place.folder, 'so-cai.json'), ledgerText(ledger));
  say(titleLines('BẢNG CỦA THÁNG (the month)'));
  await printMonth(say, place, period);
  say(titleLines('CẢNH BÁO (alerts)'));
  await printAlerts(say, admin);
  say(titleLines('BIÊN NHẬN (a receipt)'));
  await printReceipt(say, admin, ledger, place);
  say(titleLines('ĐỐI CHIẾU SỔ CÁI VỚI TRỤC (ledger against hub)'));
  const month = await get<Month>(admin, `/v1/compliance/${period}`);
  const checks = await compare(admin, ledger, month, declarationsFor(expectedFigures(ledger.plan)));
  printChecks(say, checks);
  return checks;
};

/** Where everything lies and what to try, printed while the hub still runs. */
const lookAround = (stage: Stage, keys: Keys): void => {
  const say = (text: string): void => line(stage, text);
  say(titleLines('XEM VÀ THỬ TIẾP (where to look, what to try)'));
  printPlaces(say, stage.place);
  say('');
  printNext(say, stage.place, keys, stage.period);
  say('');
};

/** What remains once the hub has stopped, and how to have it again. */
const farewell = ({ options, place }: Stage): void => {
  if (!options.keep) {
    options.say('Trục đã dừng, thư mục tạm được xóa: các dòng trên chỉ dùng được khi chạy trên màn hình, hoặc giữ lại bằng --keep.\n');
    options.say('(The hub has stopped and its folder is removed. To use the lines above, run on a terminal or with --keep.)\n');
    return;
  }
  const settings = Object.entries(place.environment).filter(([name]) => name.startsWith('LIENTHONG_'));
  options.say('Trục đã dừng; để dùng các dòng trên, chạy lại trên thư mục này (to use the lines above, start it again):\n');
  options.say(`  ${settings.map(([name, value]) => `${name}='${value}'`).join(' ')} npm start\n`);
};

/** Ctrl-C while work goes on ends it; hub and folder are still put away. */
const orStopped = <Value>(options: DemoOptions, work: Promise<Value>): Promise<Value> =>
  Promise.race([
    work,
    options.stop.then(() => {
      throw new Error('Bị ngắt giữa chừng (interrupted)');
    }),
  ]);

/** The hub's whole life: started, used, compared while it still answers, stopped. */
const throughHub = async (stage: Stage, keys: Keys, prepared: readonly Prepared[], ledger: Ledger): Promise<DemoResult> => {
  const { options, place } = stage;
  line(stage, `4/5 Trục chạy tại ${place.url}; các cơ quan gửi, nhận qua API công khai (agencies exchange)`);
  const hub = await startHub(place.environment, place.url, place.log);
  const proxy = options.break === undefined ? null : await openProxy(hub.url, options.break);
  try {
    await orStopped(options, exchange(stage, proxy?.url ?? hub.url, keys, prepared, ledger));
    line(stage, '5/5 Kết quả (results)');
    const checks = await conclude(stage, proxy?.url ?? hub.url, keys, ledger);
    const agrees = checks.every(({ problems }) => problems.length === 0);
    line(stage, agrees ? 'TẤT CẢ KHỚP (all agrees)' : 'CÓ ĐIỂM KHÔNG KHỚP (something disagrees)');
    lookAround(stage, keys);
    if (!options.exit) {
      line(stage, 'Trục đang chạy; bấm Ctrl-C để dừng (the hub is running; Ctrl-C stops it).');
      await options.stop;
    }
    return { agrees, checks };
  } finally {
    await proxy?.close();
    await hub.stop();
  }
};

const stageFor = (options: DemoOptions, place: Place): Stage => ({ options, place, period: vietnamDay(new Date()).slice(0, 7) });

/** Steps 1 and 2 in a new folder: the PKI, then the directory, the trust and the keys by command. */
export const setUpProvince = async (options: DemoOptions, place: Place): Promise<DemoProvince> => {
  const stage = stageFor(options, place);
  line(stage, 'LIENTHONG – tỉnh Mẫu, dữ liệu mô phỏng (a fictional province, simulated data)');
  line(stage, '1/5 Tạo hạ tầng khóa công khai mô phỏng: CA gốc, CA cấp dưới, chứng thư cơ quan và cá nhân (a PKI)');
  const now = new Date();
  const pki = await makePki({ now });
  const seals = makeSeals(pki, now);
  line(stage, '2/5 Nạp danh mục cơ quan, chứng thư gốc, danh sách thu hồi, sổ chứng thư; cấp khóa bằng lệnh lienthong (set-up by command)');
  const keys = await orStopped(options, setUpHub(place, pki, seals));
  line(stage, `  ${demoOrgans.length} cơ quan; ${keys.systems.size + 1} khóa đã cấp (organs, keys issued)`);
  return { place, pki, seals, keys };
};

/** Steps 3 to 5: documents, exchange, comparison. The hub of this place runs meanwhile. */
export const playProvince = async (options: DemoOptions, province: DemoProvince): Promise<DemoResult> => {
  const { place, keys } = province;
  const stage = stageFor(options, place);
  line(stage, '3/5 Lập văn bản và sổ cái: biết trước kết quả đúng của từng văn bản (documents, and a ledger of what must come of them)');
  const ledger = openLedger(planDocuments(options.documents ?? 300, vietnamDay(new Date())));
  const prepared = await prepareAll(stage, province, ledger);
  const result = await throughHub(stage, keys, prepared, ledger);
  if (options.exit) farewell(stage);
  return result;
};

/** Runs the demo from an empty folder to the comparison. Throws when the hub cannot be set up or started. */
export const runDemo = async (options: DemoOptions): Promise<DemoResult> => {
  const started = Date.now();
  const place = await choosePlace();
  try {
    const result = await playProvince(options, await setUpProvince(options, place));
    options.say(`Xong sau ${((Date.now() - started) / 1_000).toFixed(1)} giây (done).\n`);
    return result;
  } finally {
    if (!options.keep) await rm(place.folder, { recursive: true, force: true });
  }
};
