/** What the demo says at its end: the month, the alerts, one receipt, where things lie, what to try next. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { alertStateWords, alertText, receiptText } from '../oversight/words.ts';
import type { DeliveryState } from '../records/delivery.ts';
import type { DocumentReceipt } from '../records/record.ts';
import { ask, type Door, get, list } from './agents/api.ts';
import type { HubAlert } from './ledger/alerts.ts';
import type { Check } from './ledger/check.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { HubRecord } from './ledger/records.ts';
import { demoOrgan, demoOrgans } from './plan/province.ts';
import { childEnvironment, cliPath } from './stage/child.ts';
import type { Keys, Place } from './stage/setup.ts';

export type Say = (line: string) => void;

const run = promisify(execFile);
export const titleLines = (title: string): string => `\n── ${title} ${'─'.repeat(Math.max(4, 100 - title.length))}`;

/** The official table, as `lienthong report` prints it. */
export const printMonth = async (say: Say, place: Place, period: string): Promise<void> => {
  const { stdout } = await run(process.execPath, [cliPath, 'report', period], { env: childEnvironment(place.environment) });
  say(stdout.trimEnd());
};

// The gravest first, as on the page of alerts.
const ranks = { critical: 0, high: 1, low: 2 } as const;

/** All alerts, settled ones marked: what was planted is still to be seen after it was decided. */
export const printAlerts = async (say: Say, admin: Door): Promise<void> => {
  const alerts = await list<HubAlert>(admin, '/v1/alerts');
  for (const alert of alerts.toSorted((left, right) => ranks[left.severity] - ranks[right.severity])) {
    const state = alert.state === 'open' ? '' : ` → ${alertStateWords[alert.state]}`;
    say(`• ${alertText(alert)}${state}`);
  }
};

/** A record with its events: when each recipient collected. */
type Detail = HubRecord & {
  readonly events: readonly { readonly at: string; readonly deliveryId: string | null; readonly kind: string }[];
};

/** The receipt of a document that went abroad and to others; its signed form, and what its verdict rested on, are kept in the folder. */
export const printReceipt = async (say: Say, admin: Door, ledger: Ledger, place: Place): Promise<void> => {
  const chosen = ledger.answers.find(
    ({ posting, recordId }) => recordId !== null && posting.to.some((code) => !demoOrgan(code).member) && posting.to.length > 2,
  );
  if (chosen?.recordId == null) return;
  const { document } = chosen.posting;
  const detail = await get<Detail>(admin, `/v1/records/${chosen.recordId}`);
  const receipt = await get<DocumentReceipt>(admin, `/v1/records/${chosen.recordId}/receipt`);
  const collected = new Map(detail.events.filter(({ kind }) => kind === 'collected').map(({ deliveryId, at }) => [deliveryId, at]));
  const now = new Map(
    detail.to.map(({ deliveryId, state }) => [
      deliveryId,
      { state: state as DeliveryState, collectedAt: collected.get(deliveryId) ?? null },
    ]),
  );
  const facts = {
    code: `${document.number}/${document.notation}`,
    promulgatedOn: document.promulgatedOn,
    from: { code: document.from, name: demoOrgan(document.from).name },
    names: new Map(demoOrgans.map(({ code, name }) => [code, name])),
    now,
  };
  for (const line of receiptText(receipt, facts)) say(line);
  const signed = await ask(admin, { method: 'GET', path: `/v1/records/${chosen.recordId}/receipt`, accept: 'application/xml' });
  await writeFile(join(place.folder, 'bien-nhan.xml'), signed.bytes);
  const evidence = await ask(admin, { method: 'GET', path: `/v1/records/${chosen.recordId}/evidence`, accept: 'application/zip' });
  await writeFile(join(place.folder, 'bang-chung.zip'), evidence.bytes);
};

/** A line for each check, and the first disagreements below it. */
export const printChecks = (say: Say, checks: readonly Check[]): void => {
  for (const { vi, en, compared, problems } of checks) {
    say(`${problems.length === 0 ? '✓' : '✗'} ${vi}: ${compared - Math.min(problems.length, compared)}/${compared}  (${en})`);
    for (const problem of problems.slice(0, 10)) say(`    ${problem}`);
    if (problems.length > 10) say(`    … và ${problems.length - 10} điểm khác`);
  }
};

/** Where everything lies, for whoever keeps the folder. */
export const printPlaces = (say: Say, place: Place): void => {
  say(`Thư mục (folder):            ${place.folder}`);
  say('  data/                      dữ liệu của Trục: kho SQLite, bản gốc theo SHA-256, khóa ký của Trục');
  say('  anchors/, root-ca.pem      chứng thư gốc mô phỏng');
  say('  sent/                      các thông điệp edXML đã gửi');
  say('  so-cai.json                sổ cái của các cơ quan gửi, nhận (ledger)');
  say('  bien-nhan.xml              biên nhận có chữ ký số của Trục');
  say('  bang-chung.zip             mọi thứ mà kết luận về chữ ký số của văn bản ấy đã dựa vào');
  say('  hub.log                    nhật ký của Trục');
};

/** Lines that work as printed while this hub runs. */
export const printNext = (say: Say, place: Place, keys: Keys, period: string): void => {
  const clerk = keys.systems.get('H99.02') ?? '';
  say(`Trang cảnh báo (alerts):     ${place.url}/canh-bao`);
  say(`Bảng của tháng (the month):  ${place.url}/bao-cao/${period}`);
  say(`Tài liệu API (API manual):   ${place.url}/docs`);
  say(`Khóa quản trị để đăng nhập (admin key, to sign in): ${keys.admin}`);
  say('');
  say('Thử tiếp (try next):');
  say(`  curl -s -H 'Authorization: Bearer ${keys.admin}' '${place.url}/v1/alerts?state=open'`);
  say(`  curl -s -H 'Authorization: Bearer ${keys.admin}' -H 'Accept: text/csv' '${place.url}/v1/compliance/${period}'`);
  say(`  curl -s -H 'Authorization: Bearer ${keys.admin}' '${place.url}/v1/records?q=van%20ban%20dien%20tu&limit=3'`);
  say(`  curl -s -H 'Authorization: Bearer ${clerk}' '${place.url}/v1/inbox'`);
  say(
    `  curl -s -H 'Authorization: Bearer ${clerk}' --data-binary '@${join(place.folder, 'sent', sampleName)}' -H 'Content-Type: application/xml' '${place.url}/v1/envelopes?check=true'`,
  );
  say(`  npm run -s lienthong -- verify --evidence ${join(place.folder, 'bang-chung.zip')}`);
  say(`  xmlsec1 --verify --trusted-pem ${join(place.folder, 'data', 'hub-cert.pem')} ${join(place.folder, 'bien-nhan.xml')}`);
};

/** A sound document of Sở Nội vụ among the sent ones. */
export const sampleName = 'mau-so-noi-vu.edxml';
