/** When documents are judged again: in rounds, oldest first, whenever something is known that was not known before. */

import type { KeptRevocation } from '../../hub/trust.ts';
import type { Hub } from '../../hub.ts';
import type { MessageRecord } from '../../records/record.ts';
import type { Proof } from '../../signature/proof.ts';
import { type Rejudged, rejudge } from './rejudge.ts';
import { isWaiting } from './waiting.ts';

/** Without any change of the folders all are asked again so often, milliseconds: time alone may settle something. */
const restMs = 3_600_000;
/** Asked of the store at once. */
const page = 50;
/** One round takes about this long at most; the next goes on where it ended. */
const roundMs = 5_000;
/** Another process changed the record between two looks. */
const mostAttempts = 3;

/**
 * How much of what a document's verdict lacks is at hand: `none` where no list and no answer speaks of any
 * of its certificates, so that nothing can have changed; `all` where each has one. Told from the outside of
 * both, without reading the document: a hub without lists has many that wait.
 */
const atHand = (proof: Proof | null, kept: readonly KeptRevocation[]): 'none' | 'some' | 'all' => {
  const issuers = new Set(kept.flatMap((one) => (one.kind === 'crl' ? [one.issuer.text] : [])));
  const serials = new Set(kept.flatMap((one) => (one.kind === 'ocsp' ? one.serials : [])));
  const files = (proof?.attachments ?? []).filter(({ reason }) => reason === 'revocation-unknown');
  const chains = files.flatMap((file) => file.signatures.map(({ chain }) => chain));
  const told = chains.flatMap((chain) =>
    chain.slice(0, -1).map(({ serial }, place) => serials.has(serial) || issuers.has(chain[place + 1]?.subject ?? '')),
  );
  // Of a path that was cut short nothing is known here.
  if (told.length === 0) return 'some';
  return told.every(Boolean) ? 'all' : told.some(Boolean) ? 'some' : 'none';
};

type Place = { readonly acceptedAt: string; readonly recordId: string };
/** Where a pass over all waiting documents has got to: in memory only, since beginning anew does no harm. */
type Pass = {
  readonly mark: string;
  readonly kept: readonly KeptRevocation[];
  /** Nothing has changed, only time has passed: then only what has everything it needs is worth a look. */
  readonly isRepeated: boolean;
  readonly begunAt: number;
  after: Place | null;
  isOver: boolean;
};

const isWorth = (pass: Pass, { proof }: MessageRecord): boolean => {
  const found = atHand(proof, pass.kept);
  return pass.isRepeated ? found === 'all' : found !== 'none';
};

const tried = async (hub: Hub, place: Place): Promise<Rejudged> => {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const view = await hub.records.get(place.recordId);
    if (view === null || !isWaiting(view.record)) return 'same';
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
    if (isWaiting(record) && isWorth(pass, record)) await tried(hub, record).catch((cause: unknown) => failures.push(cause));
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
    if (isDue(pass, mark, now)) {
      const kept = await hub.revocation.kept();
      pass = { mark, kept, isRepeated: pass?.mark === mark, begunAt: now, after: null, isOver: false };
    }
    if (pass === null) return;
    const isUp = (): boolean => stopping.aborted || hub.now().getTime() > now + roundMs;
    const failures: unknown[] = [];
    while (!pass.isOver && !isUp()) failures.push(...(await judgePage(hub, pass, isUp)));
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} documents could not be judged again: ${failures[0]}`);
  };
};
