/** What the hub remembers of a message, as it shows it (contract §5). */
import { z } from 'zod';
import { deliveryState } from './delivery.ts';
import { proof } from './proof.ts';
import { statusCode } from './receipt.ts';
import { businessType, count, faultShape, instant, paging, reason, sha256, verdict } from './words.ts';

const outcome = z.enum(['accepted', 'held', 'refused']);
/** An instant as a filter: a day alone is its first moment in Việt Nam. */
const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00+07:00` : text).toISOString());

export const recordQuery = paging.extend({
  documentId: z.string().min(1).max(1000).optional(),
  organ: z.string().min(1).max(200).optional(),
  from: moment.optional().meta({ description: 'Tiếp nhận từ thời điểm này (gồm cả)' }),
  to: moment.optional().meta({ description: 'Tiếp nhận trước thời điểm này' }),
  state: deliveryState.optional(),
  verdict: verdict.optional(),
  outcome: outcome.optional(),
  q: z.string().min(1).max(500).optional().meta({ description: 'Tìm trong trích yếu, số ký hiệu, tên cơ quan; không phân biệt dấu' }),
});

const item = z.object({
  recordId: z.string(),
  kind: z.enum(['document', 'status']),
  type: businessType.nullable(),
  documentId: z.string().nullable(),
  code: z.string().nullable(),
  subject: z.string().nullable(),
  from: z.string().nullable(),
  to: z.array(z.object({ organ: z.string(), deliveryId: z.string(), state: deliveryState })),
  verdict: verdict.nullable(),
  reason,
  acceptedAt: instant,
  sha256,
  size: count,
  outcome,
  refusalCode: z.string().nullable(),
});

export const recordItem = item.meta({ id: 'RecordItem' });

export const recordDetail = item
  .extend({
    statusCode: statusCode.nullable(),
    about: z.string().nullable().meta({ description: 'Hồ sơ liên quan: văn bản của một trạng thái, hoặc văn bản trước' }),
    proof: proof.nullable(),
    warnings: z.array(faultShape),
    events: z.array(
      z.object({
        at: instant,
        organ: z.string().nullable(),
        deliveryId: z.string().nullable(),
        kind: z.string(),
        code: z.string().nullable(),
        text: z.string().nullable(),
        by: z.string(),
      }),
    ),
  })
  .meta({ id: 'RecordDetail' });

export const decisionBody = z
  .object({ result: z.enum(['release', 'return']), reason: z.string().trim().min(1).max(2000) })
  .meta({ id: 'Decision' });
