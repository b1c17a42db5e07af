/** What verification found (contract §3), as the API shows it. */
import { z } from 'zod';
import { count, instant, reason, sha256, verdict } from './words.ts';

const finding = { verdict, reason, vi: z.string(), en: z.string() };

const remark = z.object({ code: z.string(), vi: z.string(), en: z.string() }).meta({ id: 'Remark' });

const signature = z
  .object({
    index: count,
    kind: z.enum(['signature', 'document-timestamp']),
    ...finding,
    indication: z.string(),
    subIndication: z.string().nullable(),
    integrity: z.enum(['intact', 'broken']),
    covers: z.object({ revision: count, of: count, wholeFile: z.boolean() }),
    laterChanges: z.array(
      z.object({ revision: count, class: z.enum(['validation', 'signature', 'permitted', 'visible', 'forbidden']), what: z.string() }),
    ),
    signer: z.object({
      name: z.string().nullable(),
      organisation: z.string().nullable(),
      kind: z.enum(['agency', 'person', 'unknown']),
      organ: z.string().nullable(),
      knownBy: z.enum(['registry', 'learnt', 'guess']).nullable(),
      serial: z.string().nullable(),
      issuer: z.string().nullable(),
      validTo: instant.nullable(),
    }),
    algorithm: z.string().nullable(),
    claimedAt: instant.nullable(),
    timestampedAt: instant.nullable(),
    judgedAt: instant,
    chain: z.array(z.object({ subject: z.string(), serial: z.string(), sha256 })),
    revocation: z.array(
      z.object({
        serial: z.string(),
        source: z.enum(['crl', 'ocsp']),
        status: z.enum(['good', 'revoked', 'unknown']),
        thisUpdate: instant.nullable(),
        nextUpdate: instant.nullable(),
        revokedAt: instant.nullable(),
      }),
    ),
    remarks: z.array(remark).optional(),
    timestamps: z
      .array(z.object({ kind: z.enum(['signature', 'content']), at: instant.nullable(), reason, authority: z.string().nullable() }))
      .optional(),
  })
  .meta({ id: 'SignatureProof' });

const attachment = z
  .object({
    name: z.string(),
    contentId: z.string(),
    sha256,
    size: count,
    role: z.enum(['main', 'annex']),
    kind: z.string(),
    ...finding,
    signatures: z.array(signature),
  })
  .meta({ id: 'AttachmentProof' });

export const proof = z
  .object({
    ...finding,
    judgedAt: instant,
    main: z.string().nullable(),
    attachments: z.array(attachment),
    remarks: z.array(remark).optional(),
    envelope: z.object({ verdict, reason, signatures: z.array(signature).optional() }),
  })
  .meta({ id: 'Proof' });
