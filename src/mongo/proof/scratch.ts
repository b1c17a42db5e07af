/** Collections of this process alone, beside ours, in which the server is tried; gone afterwards. */
import { randomBytes } from 'node:crypto';
import type { Db } from 'mongodb';

/** `schema/migrate.ts` passes over this name: what a killed process left is no stranger's. */
const prefix = 'scratch_';
/** A trial takes seconds: what is older was left by a process that was killed, milliseconds. */
const leftAfter = 600_000;

/** `scratch_TIME_RANDOM`: of `originals.files`, too, by the ending. */
const madeAt = (name: string): number => Number.parseInt(name.split('_')[1] ?? '', 36);

const drop = async (db: Db, unwanted: (name: string) => boolean): Promise<void> => {
  const all = await db.listCollections({}, { nameOnly: true }).toArray();
  for (const { name } of all) if (name.startsWith(prefix) && unwanted(name)) await db.dropCollection(name).catch(() => undefined);
};

export const inScratch = async <Value>(db: Db, now: Date, act: (name: string) => Promise<Value>): Promise<Value> => {
  const name = `${prefix}${now.getTime().toString(36)}_${randomBytes(4).toString('hex')}`;
  await drop(db, (other) => madeAt(other) < now.getTime() - leftAfter);
  try {
    return await act(name);
  } finally {
    await drop(db, (other) => other.startsWith(name)).catch(() => undefined);
  }
};
