/** Alerts, declarations and the month (contract §5, §6). */
import { z } from 'zod';
import { alertKinds } from '../../records/alert.ts';
import { levels, organKinds } from '../../records/organ.ts';
import { count, instant, organKind, paging } from './words.ts';

const alertState = z.enum(['open', 'acknowledged', 'settled']);
const alertKind = z.enum(alertKinds);

export const alertQuery = paging.extend({
  state: alertState.optional(),
  kind: alertKind.optional(),
  organ: z.string().min(1).max(200).optional(),
});

const item = z.object({
  alertId: z.string(),
  key: z.string(),
  kind: alertKind,
  severity: z.enum(['low', 'high', 'critical']),
  state: alertState,
  organ: z.string().nullable(),
  recordId: z.string(),
  count,
  vi: z.string(),
  en: z.string(),
  raisedAt: instant,
  lastAt: instant,
});
export const alertItem = item.meta({ id: 'AlertItem' });
export const alertDetail = item
  .extend({ records: z.array(z.object({ recordId: z.string(), reason: z.string().nullable(), at: instant })) })
  .meta({ id: 'AlertDetail' });

export const settlementBody = z.object({ reason: z.string().trim().min(1).max(2000) }).meta({ id: 'Settlement' });

const number = z.unknown().optional().meta({ type: 'integer', minimum: 0 });
/** The numbers themselves are judged by the field: what is wrong with them, or missing, is 422 `declaration.invalid`. */
export const declarationBody = z
  .object({ issuedToAgencies: number, paperOnly: number, otherElectronic: number })
  .meta({ id: 'Declaration', required: ['issuedToAgencies', 'paperOnly', 'otherElectronic'] });

export const declared = z
  .object({
    organ: z.string(),
    period: z.string(),
    issuedToAgencies: count,
    paperOnly: count,
    otherElectronic: count,
    declaredAt: instant,
    declaredBy: z.string(),
  })
  .meta({ id: 'PaperMonth' });

export const complianceQuery = z.object({
  kind: organKind.optional(),
  format: z.enum(['json', 'csv']).optional().meta({ description: 'Như Accept: application/json hoặc text/csv' }),
});

const share = z.number().nullable();
const figures = {
  issued: count.nullable(),
  electronicOnly: count,
  electronicWithPaper: count,
  otherElectronic: count.nullable(),
  paperOnly: count.nullable(),
  difference: z.int().nullable(),
  share,
  strictShare: share,
  signed: count,
  signedRevocationUnknown: count,
  signedShare: share,
  turnsSent: count,
  turnsReceived: count,
};
const total = z.object({ organs: count, declaredOrgans: count, ...figures });
const level = z.enum(levels);

export const compliance = z
  .object({
    period: z.string(),
    from: z.iso.date(),
    to: z.iso.date(),
    kind: organKind,
    computedAt: instant,
    ended: z.boolean(),
    rows: z.array(
      z.object({
        organ: z.string(),
        name: z.string(),
        level,
        kind: z.enum(organKinds),
        declared: z.boolean(),
        ...figures,
        notes: z.array(z.string()),
      }),
    ),
    levels: z.array(total.extend({ level })).nullable(),
    total: total.nullable(),
    coverage: z
      .object({
        activeOrgans: count,
        organs: count,
        activeShare: share,
        connectedSystems: count,
        systems: count,
        connectedShare: share,
      })
      .nullable(),
  })
  .meta({ id: 'Compliance' });
