/** The inbox and what a recipient says about a delivery (contract §5). */
import { z } from 'zod';
import { deliveryStates } from '../../records/delivery.ts';
import { statusCode } from './receipt.ts';
import { businessType, count, instant, paging, sha256, verdict } from './words.ts';

export const deliveryState = z.enum(deliveryStates);

export const inboxQuery = paging.extend({
  wait: z.coerce.number().min(0).max(30).default(0).meta({ description: 'Số giây chờ văn bản mới, 0–30' }),
  kind: z.enum(['document', 'status']).optional(),
  organ: z.string().min(1).max(200).optional(),
});

export const offer = z
  .object({
    deliveryId: z.string(),
    recordId: z.string(),
    organ: z.string(),
    kind: z.enum(['document', 'status']),
    type: businessType.nullable(),
    statusCode: statusCode.nullable(),
    documentId: z.string().nullable(),
    from: z.string().nullable(),
    code: z.string().nullable(),
    subject: z.string().nullable(),
    priority: z.int(),
    sha256,
    size: count,
    verdict: verdict.nullable(),
    queuedAt: instant,
    attempt: count,
  })
  .meta({ id: 'InboxItem' });

export const acknowledgementBody = z
  .object({ result: z.enum(['done', 'fail']), reason: z.string().max(2000).nullish() })
  .meta({ id: 'Acknowledgement' });

/** Over the broker the delivery is named in the message (contract §8). */
export const acknowledgementMessage = acknowledgementBody
  .extend({ deliveryId: z.string().min(1).max(200) })
  .meta({ id: 'AcknowledgementMessage' });

export const acknowledged = z
  .object({ deliveryId: z.string(), state: deliveryState, attempt: count, offeredAt: instant.nullable() })
  .meta({ id: 'AcknowledgedDelivery' });
