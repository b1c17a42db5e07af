/** The hub itself. */
import { z } from 'zod';

export const hubFacts = z
  .object({
    code: z.string(),
    name: z.string(),
    version: z.string(),
    certificates: z.array(z.string().startsWith('-----BEGIN CERTIFICATE-----')),
  })
  .meta({ id: 'HubFacts' });
export const live = z.object({ live: z.literal(true) }).meta({ id: 'Live' });
export const ready = z
  .object({
    ready: z.boolean(),
    degraded: z.array(z.string()),
    refusal: z.enum(['store.unavailable', 'disk.low']).nullable(),
  })
  .meta({ id: 'Readiness' });
