/** Looking at what the hub remembers, and deciding on what it holds. */
import { pipeline } from 'node:stream/promises';
import { listRecords, type RecordDetail, showReceipt, showRecord } from '../../exchange/browse.ts';
import { decide } from '../../exchange/decide.ts';
import { evidenceFileOf } from '../../exchange/evidence/file.ts';
import { zipBytes, zipSize } from '../body/zip.ts';
import { type Ask, call } from '../call.ts';
import { present } from '../present.ts';
import { receipt } from '../shapes/receipt.ts';
import { decisionBody, recordDetail, recordItem, recordQuery } from '../shapes/record.ts';
import { page } from '../shapes/words.ts';
import { answerReceipt } from './envelopes.ts';

/** Events as the contract names them; the item they belong to is the one that was asked for. */
const detailFor = (found: RecordDetail) => ({
  ...found,
  events: found.events.map(({ at, organ, deliveryId, kind, code, text, by }) => ({ at, organ, deliveryId, kind, code, text, by })),
});

/** Written while it is sent: a message of 100 MB and its revocation lists never stand in memory together. */
const sendEvidence = async ({ hub, caller, params, request, response }: Ask<unknown, unknown>): Promise<void> => {
  const recordId = params.id ?? '';
  const entries = await evidenceFileOf(hub, caller, recordId);
  response.set({ 'Content-Length': String(zipSize(entries)), 'Cache-Control': 'private, no-transform' });
  response.set('Content-Disposition', `attachment; filename="bang-chung-${recordId}.zip"`).type('application/zip');
  if (request.method === 'HEAD') response.end();
  else await pipeline(zipBytes(entries), response);
};

const everyone = ['agency', 'hub', 'admin'] as const;

export const recordCalls = [
  call({
    method: 'get',
    path: '/v1/records',
    name: 'listRecords',
    group: 'Tra cứu',
    vi: 'Tra cứu văn bản, trạng thái đã qua Trục',
    en: 'Search what passed through the hub',
    access: everyone,
    query: recordQuery,
    answers: { 200: { description: 'Mới nhất trước', content: { 'application/json': page(recordItem) } } },
    refusals: ['request.invalid'],
    run: async ({ hub, caller, query, response }) => {
      response.json(await listRecords(hub, caller, present(query)));
    },
  }),
  call({
    method: 'get',
    path: '/v1/records/{id}',
    name: 'showRecord',
    group: 'Tra cứu',
    vi: 'Một văn bản: kết quả kiểm tra chữ ký số, diễn biến, nơi nhận',
    en: 'One record: its proof, its events, its recipients',
    access: everyone,
    answers: { 200: { description: 'Toàn bộ những gì người gọi được xem', content: { 'application/json': recordDetail } } },
    refusals: ['resource.unknown'],
    run: async ({ hub, caller, params, response }) => {
      response.json(detailFor(await showRecord(hub, caller, params.id ?? '')));
    },
  }),
  call({
    method: 'get',
    path: '/v1/records/{id}/receipt',
    name: 'showReceipt',
    group: 'Tra cứu',
    vi: 'Xác nhận Trục đã nhận văn bản (JSON, hoặc XML có chữ ký số của Trục)',
    en: 'The receipt: JSON, or XML signed by the hub',
    access: everyone,
    answers: { 200: { description: 'Như khi cấp lần đầu', content: { 'application/json': receipt, 'application/xml': 'text' } } },
    refusals: ['resource.unknown'],
    run: async (ask) => answerReceipt(ask, await showReceipt(ask.hub, ask.caller, ask.params.id ?? '')),
  }),
  call({
    method: 'get',
    path: '/v1/records/{id}/evidence',
    name: 'readEvidence',
    group: 'Tra cứu',
    vi: 'Bằng chứng kiểm tra chữ ký số: thông điệp, chứng thư, danh sách thu hồi, mọi lần kiểm tra (tệp zip)',
    en: 'All that the verdicts rested on, as a zip that `lienthong verify --evidence` repeats offline',
    access: everyone,
    answers: { 200: { description: 'Tệp zip; cùng hồ sơ thì cùng các byte', content: { 'application/zip': 'binary' } } },
    refusals: ['resource.unknown', 'original.purged'],
    run: sendEvidence,
  }),
  call({
    method: 'post',
    path: '/v1/records/{id}/decision',
    name: 'decideRecord',
    group: 'Giám sát',
    vi: 'Quyết định về văn bản đang giữ: chuyển tiếp (release) hoặc trả lại (return)',
    en: 'Decide on a held record: release or return',
    access: ['admin'],
    body: decisionBody,
    answers: { 200: { description: 'Văn bản sau quyết định', content: { 'application/json': recordDetail } } },
    refusals: ['request.invalid', 'resource.unknown', 'decision.final'],
    run: async ({ hub, caller, params, body, response }) => {
      response.json(detailFor(await decide(hub, caller, params.id ?? '', body)));
    },
  }),
];
