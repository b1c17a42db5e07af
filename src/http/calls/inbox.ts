/** Collecting: what stands offered, the exact bytes, and what the recipient says of them. */
import { pipeline } from 'node:stream/promises';
import { acknowledge } from '../../exchange/acknowledge.ts';
import { listInbox, openDelivery } from '../../exchange/inbox.ts';
import type { Offer } from '../../records/delivery.ts';
import { partFor } from '../body/range.ts';
import { type Ask, call } from '../call.ts';
import { acknowledged, acknowledgementBody, inboxQuery, offer } from '../shapes/delivery.ts';
import { page } from '../shapes/words.ts';

const itemFor = (one: Offer) => ({
  deliveryId: one.deliveryId,
  recordId: one.recordId,
  organ: one.organ,
  kind: one.kind,
  type: one.type,
  statusCode: one.statusCode,
  documentId: one.documentId,
  from: one.from,
  code: one.code,
  subject: one.subject,
  priority: one.priority,
  sha256: one.sha256,
  size: one.size,
  verdict: one.verdict,
  queuedAt: one.queuedAt,
  attempt: one.attempt,
});

/** Aborted when the caller hangs up or the door closes, so that nobody waits for nobody. */
const waitingSignal = ({ request, response, closing }: Ask<unknown, unknown>): AbortSignal => {
  const gone = new AbortController();
  const abort = () => gone.abort();
  if (closing.aborted) abort();
  closing.addEventListener('abort', abort, { once: true });
  request.socket.once('close', abort);
  response.once('close', () => {
    closing.removeEventListener('abort', abort);
    request.socket.off('close', abort);
  });
  return gone.signal;
};

/** The bytes as they were posted; a Range asks for a part of them (RFC 9110 §14). */
const sendOriginal = async ({ hub, caller, params, request, response }: Ask<unknown, unknown>): Promise<void> => {
  const { delivery, original } = await openDelivery(hub, caller, params.id ?? '');
  const tag = `"${delivery.sha256}"`;
  response.set({ ETag: tag, 'Accept-Ranges': 'bytes', 'Cache-Control': 'private, no-transform' });
  response.set('Content-Disposition', `attachment; filename="${delivery.deliveryId}.edxml"`).type('application/xml');
  const unchanged = request.headers['if-none-match'];
  if (unchanged?.split(',').some((one) => [tag, '*'].includes(one.trim().replace(/^W\//, '')))) {
    response.status(304).end();
    return;
  }
  const part = partFor(request.headers, original.size, tag);
  if (part.kind === 'unsatisfiable') {
    response.status(416).removeHeader('Content-Disposition');
    response.set('Content-Range', `bytes */${original.size}`).end();
    return;
  }
  const { start, end } = part.kind === 'part' ? part : { start: 0, end: original.size - 1 };
  if (part.kind === 'part') response.status(206).set('Content-Range', `bytes ${start}-${end}/${original.size}`);
  response.set('Content-Length', String(Math.max(0, end - start + 1)));
  if (request.method === 'HEAD' || original.size === 0) response.end();
  else await pipeline(original.stream(start, end), response);
};

export const inboxCalls = [
  call({
    method: 'get',
    path: '/v1/inbox',
    name: 'listInbox',
    group: 'Nhận',
    vi: 'Mọi văn bản, trạng thái đang chờ nhận; có thể chờ tối đa 30 giây',
    en: 'Everything now offered; may wait up to 30 s',
    access: ['agency', 'hub'],
    query: inboxQuery,
    answers: { 200: { description: 'Khẩn trước, rồi cũ trước', content: { 'application/json': page(offer) } } },
    refusals: ['request.invalid'],
    run: async (ask) => {
      const { hub, caller, query, response } = ask;
      const found = await listInbox(hub, caller, {
        limit: query.limit,
        wait: query.wait,
        ...(query.after === undefined ? {} : { after: query.after }),
        ...(query.kind === undefined ? {} : { kind: query.kind }),
        ...(query.organ === undefined ? {} : { organ: query.organ }),
        ...(query.wait === 0 ? {} : { signal: waitingSignal(ask) }),
      });
      response.json({ items: found.items.map(itemFor), next: found.next });
    },
  }),
  call({
    method: 'get',
    path: '/v1/deliveries/{id}/envelope',
    name: 'readEnvelope',
    group: 'Nhận',
    vi: 'Nguyên văn thông điệp đã gửi, từng byte',
    en: 'The exact bytes that were posted',
    access: ['agency', 'hub'],
    takesLink: true,
    answers: {
      200: { description: 'Toàn bộ', content: { 'application/xml': 'binary' }, headers: { ETag: '"sha256"' } },
      206: { description: 'Một đoạn (Range)', content: { 'application/xml': 'binary' }, headers: { 'Content-Range': 'bytes a-b/n' } },
      304: { description: 'Không đổi (If-None-Match)', content: {} },
      416: { description: 'Đoạn ngoài phạm vi', content: {} },
    },
    refusals: ['resource.unknown', 'original.purged'],
    run: sendOriginal,
  }),
  call({
    method: 'post',
    path: '/v1/deliveries/{id}/acknowledgement',
    name: 'acknowledgeDelivery',
    group: 'Nhận',
    vi: 'Xác nhận đã nhận về (done) hoặc báo lỗi (fail, kèm lý do)',
    en: 'Acknowledge as collected (done), or report a failure (fail, with a reason)',
    access: ['agency', 'hub'],
    body: acknowledgementBody,
    answers: { 200: { description: 'Trạng thái sau đó', content: { 'application/json': acknowledged } } },
    refusals: ['request.invalid', 'resource.unknown', 'acknowledgement.final'],
    run: async ({ hub, caller, params, body, response }) => {
      const found = await acknowledge(hub, caller, params.id ?? '', { result: body.result, reason: body.reason ?? null });
      response.json(found);
    },
  }),
];
