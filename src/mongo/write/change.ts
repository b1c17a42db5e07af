/** Applies one `Change` inside one transaction: optimistically, since what it relies on nearly always still holds. */
import type { ClientSession } from 'mongodb';
import type { Change } from '../../records/change.ts';
import type { Connection } from '../connection.ts';
import { dropped, type Ended, kept } from '../transaction.ts';
import { addRows, isNamed } from './add.ts';
import { moveAlert, raiseAlert } from './alerts.ts';
import { addEntry, type Unfolded } from './journal.ts';
import { moveDeliveries, moveRecords } from './moves.ts';
import { directoryVersion, type Names } from './names.ts';

/** What else becomes true with it: evidence that must be there, what is learnt, the bytes. */
export type Beside = (session: ClientSession) => Promise<void>;

type Tallies = NonNullable<Unfolded['tallies']>;

/** First of all: an alert that many documents join is where transactions meet, and who comes second has then done nothing in vain. */
const alert = async (connection: Connection, session: ClientSession, change: Change): Promise<Tallies | null> => {
  const tallies: Tallies[number][] = [];
  for (const raise of change.alerts ?? []) {
    const raised = await raiseAlert(connection, session, raise);
    if (raised === null) return null;
    tallies.push(...raised);
  }
  for (const move of change.alertMoves ?? []) {
    const moved = await moveAlert(connection, session, move);
    if (moved === null) return null;
    tallies.push(...moved);
  }
  return tallies;
};

/** Sums over states: two thousand deliveries are one number. */
const summed = (tallies: Tallies): Tallies =>
  [...Map.groupBy(tallies, ({ name, state }) => `${name} ${state}`).values()].flatMap((same) => {
    const by = same.reduce((sum, one) => sum + one.by, 0);
    return same[0] === undefined || by === 0 ? [] : [{ ...same[0], by }];
  });

/** The journal entry, written last, carries what the seal folds: no sum is written by every commit. */
export const applyChange = async (
  connection: Connection,
  session: ClientSession,
  change: Change,
  { names, beside }: { readonly names: Names; readonly beside: Beside },
): Promise<Ended<'done' | 'stale'>> => {
  const alerted = await alert(connection, session, change);
  if (alerted === null) return dropped('stale');
  const named = isNamed(change);
  const version = named || change.directoryVersion !== undefined ? await directoryVersion(connection, session) : 0;
  if (change.directoryVersion !== undefined && change.directoryVersion !== version) return dropped('stale');
  if (!(await moveRecords(connection, session, change.recordMoves ?? []))) return dropped('stale');
  const moved = await moveDeliveries(connection, session, change.deliveryMoves ?? []);
  if (moved === null) return dropped('stale');
  const deliveries = change.deliveries ?? [];
  const unfolded: Unfolded = {
    figures: change.figures ?? [],
    tallies: summed([...alerted, ...moved.tallies, ...deliveries.map(({ state }) => ({ name: 'delivery', state, by: 1 }) as const)]),
    offered: [...deliveries.flatMap(({ state, via, organ }) => (state === 'queued' && via === 'inbox' ? [organ] : [])), ...moved.offered],
  };
  await addRows(connection, session, change, named ? await names(session, version) : new Map());
  await beside(session);
  await addEntry(connection, session, change.journal, unfolded);
  return kept('done');
};
