/** Receipts of documents and statuses, and what `?check=true` answers (contract §5). */
import { z } from 'zod';
import { statusCodes } from '../../envelope/types.ts';
import { proof } from './proof.ts';
import { businessType, count, faultShape, instant, sha256 } from './words.ts';

export const statusCode = z.enum(statusCodes);

export const documentReceipt = z
  .object({
    recordId: z.string(),
    documentId: z.string(),
    kind: z.literal('document'),
    type: businessType,
    sha256,
    size: count,
    acceptedAt: instant,
    proof,
    deliveries: z.array(
      z.object({
        deliveryId: z.string(),
        organ: z.string(),
        state: z.string(),
        via: z.enum(['inbox', 'upper']),
        redirectedFrom: z.string().optional(),
      }),
    ),
    alerts: z.array(z.object({ alertId: z.string(), kind: z.string(), vi: z.string() })),
    warnings: z.array(faultShape),
  })
  .meta({ id: 'DocumentReceipt' });

export const statusReceipt = z
  .object({
    recordId: z.string(),
    about: z.string().nullable(),
    statusCode,
    matched: z.boolean(),
    moved: z.boolean(),
    deliveryId: z.string().nullable(),
    acceptedAt: instant,
    warnings: z.array(faultShape),
  })
  .meta({ id: 'StatusReceipt' });

export const receipt = z.union([documentReceipt, statusReceipt]);

export const checkAnswer = z
  .object({
    documentId: z.string().nullable(),
    kind: z.enum(['document', 'status']),
    type: businessType.nullable(),
    sha256,
    size: count,
    proof: proof.nullable(),
    action: z.enum(['accept', 'alert', 'hold']),
    deliveries: z.array(z.object({ organ: z.string(), via: z.enum(['inbox', 'upper']) })),
    warnings: z.array(faultShape),
    errors: z.array(faultShape).max(0),
  })
  .meta({ id: 'CheckAnswer' });
