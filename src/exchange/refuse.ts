/** A refused message leaves its digest, sender, code and time, so that "it never arrived" can be answered. */
import { failures, HubError } from '../errors.ts';
import type { Hub } from '../hub.ts';
import { raisesFor, secretAlarm, secretFault } from './alerting.ts';
import { eventAt, refusedRecord } from './draft.ts';
import { type Faulty, problemOf, type Submitted } from './examine.ts';
import { newId } from './identity.ts';

/** So many refusals of one system are recorded in an hour; a flood beyond that is only counted. */
const mostAnHour = 1_000;
const hour = 3_600_000;

/** Records the refusal and answers the error to throw. Whatever happens, the caller learns its faults. */
export const refuse = async (hub: Hub, submitted: Submitted, examined: Faulty): Promise<HubError> => {
  const problem = problemOf(examined);
  const secret = secretFault(examined.faults);
  const { caller, spooled } = submitted;
  const since = new Date(examined.at.getTime() - hour).toISOString();
  const flooded = (await hub.records.refusedSince(caller.system, since)) >= mostAnHour;
  if (flooded && secret === undefined) return new HubError(examined.faults, problem);
  const record = refusedRecord(examined, caller, spooled, secret !== undefined);
  const alarms = secret === undefined ? [] : [secretAlarm(record, secret.at, true)];
  const code = record.refusalCode ?? examined.faults[0].code;
  await hub.commit({
    journal: {
      entryId: newId('j', examined.at),
      at: record.acceptedAt,
      act: 'refused',
      by: caller.system,
      subject: record.recordId,
      details: { code, sha256: record.sha256, size: record.size },
    },
    record,
    alerts: await raisesFor(hub, record, alarms, examined.at),
    events: [eventAt(examined.at, { recordId: record.recordId, kind: 'refused', code, text: failures[code].vi, by: caller.system })],
  });
  return new HubError(examined.faults, { ...problem, recordId: record.recordId });
};
