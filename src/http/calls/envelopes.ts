/** Posting: documents and statuses in, receipts out. */

import { z } from 'zod';
import { acceptEnvelope } from '../../exchange/accept.ts';
import { checkEnvelope } from '../../exchange/check.ts';
import { signReceipt } from '../../exchange/receipt.ts';
import type { Spooled } from '../../hub.ts';
import type { Receipt } from '../../records/record.ts';
import { spoolBody } from '../body/spool.ts';
import { type Ask, call } from '../call.ts';
import { checkAnswer, receipt, statusReceipt } from '../shapes/receipt.ts';

const postQuery = z.object({
  check: z.enum(['true', 'false']).optional().meta({ description: 'true: kiểm tra mọi bước nhưng không giữ lại gì' }),
});

/** Whatever fails, the spool file is gone; what was kept has no spool file any more, and discarding it is harmless. */
const withSpooled = async <Value>(ask: Ask<unknown, unknown>, act: (spooled: Spooled) => Promise<Value>): Promise<Value> => {
  const spooled = await spoolBody(ask);
  try {
    return await act(spooled);
  } finally {
    await ask.hub.originals.discard(spooled);
  }
};

/** JSON unless the caller prefers XML: then the receipt with the hub's own signature. */
export const answerReceipt = async ({ hub, request, response }: Ask<unknown, unknown>, given: Receipt): Promise<void> => {
  response.vary('Accept');
  if (request.accepts(['application/json', 'application/xml', 'text/xml'])?.toString().endsWith('/xml')) {
    response.type('application/xml').send(await signReceipt(hub, given));
    return;
  }
  response.json(given);
};

const post = async (ask: Ask<z.output<typeof postQuery>, unknown>, expects: { expects?: 'status' }): Promise<void> => {
  const { hub, caller, response } = ask;
  await withSpooled(ask, async (spooled) => {
    if (ask.query.check === 'true') {
      response.json(await checkEnvelope(hub, { caller, spooled, ...expects }));
      return;
    }
    const { receipt: given, replayed } = await acceptEnvelope(hub, { caller, spooled, ...expects });
    if (replayed) response.set('Replayed', 'true');
    response.status(202);
    await answerReceipt(ask, given);
  });
};

const replayed = { Replayed: '"true" khi trả lại biên nhận đã cấp' };
const xml = 'text' as const;
const refusals = [
  'envelope.malformed',
  'request.invalid',
  'sender.not-caller',
  'sender.locked',
  'envelope.too-large',
  'media.unsupported',
  'envelope.invalid',
  'store.unavailable',
  'disk.low',
] as const;

export const envelopeCalls = [
  call({
    method: 'post',
    path: '/v1/envelopes',
    name: 'postEnvelope',
    group: 'Gửi',
    vi: 'Gửi một thông điệp edXML (văn bản hoặc trạng thái)',
    en: 'Post an edXML message: a document, or a status',
    access: ['agency', 'hub'],
    takesEnvelope: true,
    query: postQuery,
    answers: {
      202: { description: 'Trục đã nhận', content: { 'application/json': receipt, 'application/xml': xml }, headers: replayed },
      200: { description: 'Kết quả kiểm tra (check=true), không có lỗi', content: { 'application/json': checkAnswer } },
    },
    refusals: [...refusals, 'envelope.conflict', 'organ.unknown', 'manifest.mismatch', 'document.secret', 'signature.invalid'],
    run: (ask) => post(ask, {}),
  }),
  call({
    method: 'post',
    path: '/v1/statuses',
    name: 'postStatus',
    group: 'Gửi',
    vi: 'Gửi một thông điệp trạng thái edXML',
    en: 'Post an edXML status message',
    access: ['agency', 'hub'],
    takesEnvelope: true,
    query: postQuery,
    answers: {
      202: { description: 'Trục đã nhận', content: { 'application/json': statusReceipt, 'application/xml': xml }, headers: replayed },
      200: { description: 'Kết quả kiểm tra (check=true), không có lỗi', content: { 'application/json': checkAnswer } },
    },
    refusals: [...refusals, 'status.out-of-order', 'status.reason-missing'],
    run: (ask) => post(ask, { expects: 'status' }),
  }),
];
