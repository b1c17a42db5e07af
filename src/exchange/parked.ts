/** Statuses that came before their document: applied when it appears, given up after 30 days (contract §5). */
import type { Hub } from '../hub.ts';
import type { Change } from '../records/change.ts';
import type { MessageRecord } from '../records/record.ts';
import { newId } from './identity.ts';
import { effectOf, matchStatus, placeOf } from './track.ts';

/** Beyond so many recipients the sweep does it, a few seconds later. */
const mostAtOnce = 20;

/** Applies one waiting status, if its document is here by now. */
const applyOne = async (hub: Hub, status: MessageRecord, at: Date): Promise<void> => {
  const match = await matchStatus(hub, status);
  if (match.kind !== 'found') return;
  const effect = effectOf(match, status, at);
  const { recordId, version } = status;
  // `stale` means that someone else was faster; what is then still waiting is found by the next sweep.
  await hub.commit({
    ...effect.change,
    journal: {
      entryId: newId('j', at),
      at: at.toISOString(),
      act: 'status-applied',
      by: 'hub',
      subject: recordId,
      details: { about: match.record.recordId, statusCode: status.statusCode, moved: effect.moved },
    },
    recordMoves: [{ recordId, version, ...placeOf(match), parkedUntil: null }],
  });
};

const applyAll = async (hub: Hub, between: readonly [string, string] | null): Promise<void> => {
  const at = hub.now();
  for (const status of await hub.records.parked(between, at.toISOString())) await applyOne(hub, status, at);
};

/**
 * After a document was accepted: what waited for it. The document is safe by then; if this fails the
 * sweep repeats it, so a failure here must not make the caller believe that nothing was accepted.
 */
export const applyParkedFor = async (hub: Hub, accepted: Change): Promise<void> => {
  const { record, deliveries = [] } = accepted;
  const from = record?.from ?? null;
  if (from === null || record?.kind !== 'document' || deliveries.length > mostAtOnce) return;
  try {
    for (const { organ } of deliveries) await applyAll(hub, [from, organ]);
  } catch {
    // Repeated by sweepParked.
  }
};

/** Timer: every status that still waits. */
export const sweepParked = async (hub: Hub): Promise<void> => applyAll(hub, null);
