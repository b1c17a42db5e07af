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
const part = z
  .object({
    name: z.string(),
    what: z.string(),
    state: z.enum(['ok', 'warning', 'blocked', 'away']),
    since: z.string().nullable(),
    remarks: z.array(z.object({ vi: z.string(), en: z.string() })),
  })
  .meta({ id: 'Part' });
/** `?verbose`, as people type it, or with any value but `false`: who watches the hub must never be refused for a word. */
export const readyQuery = z.object({ verbose: z.string().optional() });
export const ready = z
  .object({
    ready: z.boolean(),
    degraded: z.array(z.string()),
    refusal: z.enum(['store.unavailable', 'disk.low']).nullable(),
    /** With `?verbose` only. */
    parts: z.array(part).optional(),
  })
  .meta({ id: 'Readiness' });
