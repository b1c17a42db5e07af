/** Small shapes that several calls use. */
import { z } from 'zod';
import { organKinds } from '../../records/organ.ts';
import type { RecordQuery } from '../../records/query.ts';

/** All times of the API: RFC 3339 UTC with milliseconds and Z. */
export const instant = z.string().meta({ format: 'date-time', example: '2026-11-20T08:02:11.000Z' });
/** Lower-case hex. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
export const count = z.int().min(0);

const verdictWords = ['valid', 'undetermined', 'invalid', 'unsigned', 'unreadable'] as const satisfies readonly NonNullable<
  RecordQuery['verdict']
>[];
export const verdict = z.enum(verdictWords);
/** The closed table of contract §3; null only for `valid`. */
export const reason = z
  .enum([
    'untrusted',
    'expired',
    'not-yet-valid',
    'revocation-unknown',
    'weak-algorithm',
    'unsupported',
    'placeholder',
    'not-judged',
    'digest-mismatch',
    'signature-mismatch',
    'malformed-signature',
    'changed-after-signing',
    'coverage',
    'revoked',
    'certificate-misuse',
    'no-signature',
    'unsignable-format',
    'no-attachment',
    'encrypted',
    'damaged',
    'over-limits',
  ])
  .nullable();
/** 0 mới, 1 thu hồi, 2 cập nhật, 3 thay thế. */
export const businessType = z.int().min(0).max(3);
export const organKind = z.enum([...organKinds, 'all']);

/** `limit` is 100 unless said otherwise; more than 1000 counts as 1000. */
export const paging = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(100)
    .transform((limit) => Math.min(limit, 1000))
    .meta({ description: 'Mặc định 100; lớn hơn 1000 tính là 1000' }),
  after: z.string().min(1).max(2000).optional().meta({ description: 'Giá trị `next` của trang trước' }),
});

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable().meta({ description: 'null ở trang cuối' }) });

/** A fault or warning, with its place and both sentences. */
export const faultShape = z
  .object({ code: z.string(), at: z.string(), vi: z.string(), en: z.string(), legacyCode: z.string().optional() })
  .meta({ id: 'Fault' });

/** RFC 9457 (contract §5). */
export const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    at: z.string(),
    vi: z.string(),
    en: z.string(),
    legacyCode: z.string().optional(),
    recordId: z.string().optional(),
    existing: z.object({ recordId: z.string(), sha256, acceptedAt: instant }).optional(),
    incident: z.string().optional(),
    errors: z.array(faultShape).max(100),
  })
  .meta({ id: 'Problem' });
