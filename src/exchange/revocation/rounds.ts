/** When documents are judged again: in rounds, oldest first, whenever something is known that was not known before. */
import type { Hub } from '../../hub.ts';
import { type Rejudged, rejudge } from './rejudge.ts';

/** Without any change of the folders all are asked again so often, milliseconds: time alone may settle something. */
const restMs = 3_600_000;
/** Asked of the store at once. */
const page = 20;
/** One round takes about this long at most; the next goes on where it ended. */
const roundMs = 5_000;
/** Another process changed the record between two looks. */
const mostAttempts = 3;

type Place = { readonly acceptedAt: string; readonly recordId: string };
/** Where a pass over all waiting documents has got to: in memory only, since beginning anew does no harm. */
type Pass = { readonly mark: string; readonly begunAt: number; after: Place | null; isOver: boolean };

const tried = async (hub: Hub, place: Place): Promise<Rejudged> => {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const view = await hub.records.get(place.recordId);
    if (view === null || view.record.reason !== 'revocation-unknown') return 'same';
    const outcome = await rejudge(hub, view);
    if (outcome !== 'stale') return outcome;
  }
  return 'stale';
};

/** One document that cannot be judged must not keep the others waiting: its failure is told after the round. */
const judgePage = async (hub: Hub, pass: Pass, isUp: () => boolean): Promise<readonly unknown[]> => {
  const failures: unknown[] = [];
  const waiting = await hub.records.toJudge(pass.after, page);
  pass.isOver = waiting.length < page;
  for (const { record } of waiting) {
    if (isUp()) {
      pass.isOver = false;
      break;
    }
    await tried(hub, record).catch((cause: unknown) => failures.push(cause));
    pass.after = { acceptedAt: record.acceptedAt, recordId: record.recordId };
  }
  return failures;
};

const isDue = (pass: Pass | null, mark: string, now: number): boolean =>
  pass === null || (pass.isOver && (pass.mark !== mark || now - pass.begunAt >= restMs));

/**
 * For the timer: each call is one bounded round. A pass that has begun is finished before a change of the
 * folders begins the next, so that what came last is judged too, however often lists arrive.
 */
export const rejudging = (hub: Hub): ((stopping: AbortSignal) => Promise<void>) => {
  let pass: Pass | null = null;
  return async (stopping) => {
    const mark = await hub.revocation.mark();
    const now = hub.now().getTime();
    if (isDue(pass, mark, now)) pass = { mark, begunAt: now, after: null, isOver: false };
    if (pass === null) return;
    const isUp = (): boolean => stopping.aborted || hub.now().getTime() > now + roundMs;
    const failures: unknown[] = [];
    while (!pass.isOver && !isUp()) failures.push(...(await judgePage(hub, pass, isUp)));
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} documents could not be judged again: ${failures[0]}`);
  };
};
