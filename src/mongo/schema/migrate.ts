/**
 * Collections and indexes, as numbered steps that only go forward. A step that has been released is never edited:
 * what changes afterwards is a new step at the end of `migrations`. The document `schema` of `settings` holds the
 * last one that is whole. A step may be repeated, since two processes may open at once and either may be killed
 * in the middle; nothing here needs a lock.
 */
import type { Db } from 'mongodb';
import type { Row } from '../connection.ts';
import { isClash, UnusableStore } from '../trouble.ts';
import { firstCollections, type Steps } from './first.ts';

export const migrations: readonly Steps[] = [firstCollections];

/** Marks the database as ours. */
const owner = 'lienthong';
const namespaceExists = 48;

const make = async (db: Db, step: Steps): Promise<void> => {
  for (const [name, indexes] of Object.entries(step)) {
    try {
      await db.createCollection(name);
    } catch (error) {
      if ((error as { code?: number }).code !== namespaceExists) throw error;
    }
    // Creating one that stands is nothing; one of that name that is otherwise is an error, and stops the start.
    if (indexes.length > 0) await db.collection(name).createIndexes([...indexes]);
  }
};

/** Ours, or empty: `scratch` is where the start-up check tries the server. */
const claim = async (db: Db): Promise<number> => {
  const settings = db.collection<Row>('settings');
  const found = await settings.findOne({ _id: 'schema' });
  if (found !== null) return Number(found.value);
  const strangers = (await db.listCollections({}, { nameOnly: true }).toArray())
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('system.') && !name.startsWith('scratch') && name !== 'settings');
  // Another process may have claimed and filled it between the two questions.
  if (strangers.length > 0 && (await settings.findOne({ _id: 'schema' })) === null)
    throw new UnusableStore(
      `The database ${db.databaseName} is not a LienThong store (it holds ${strangers.slice(0, 3).join(', ')}); nothing was changed. ` +
        'Name another database in the URL: mongodb://host/DATABASE',
    );
  try {
    await settings.insertOne({ _id: 'schema', value: 0, owner });
  } catch (error) {
    if (!isClash(error)) throw error;
  }
  return claim(db);
};

const refuseNewer = (db: Db, version: number): void => {
  if (version > migrations.length)
    throw new UnusableStore(
      `The database ${db.databaseName} was written by a newer LienThong (schema ${version}; this program knows ${migrations.length}). ` +
        'Install that version or a newer one; nothing was changed.',
    );
};

/** Brings the database to this program's step. Refuses a newer one, and one that is not ours, in words. */
export const migrate = async (db: Db): Promise<void> => {
  let version = await claim(db);
  refuseNewer(db, version);
  const settings = db.collection<Row>('settings');
  // Before any transaction reads it: a missing one would have to be told from one not yet there.
  await settings.updateOne({ _id: 'directory' }, { $setOnInsert: { value: 0 } }, { upsert: true }).catch((error: unknown) => {
    if (!isClash(error)) throw error;
  });
  while (version < migrations.length) {
    const step = migrations[version];
    if (step !== undefined) await make(db, step);
    await settings.updateOne({ _id: 'schema', value: version }, { $set: { value: version + 1 } });
    version = await claim(db);
    refuseNewer(db, version);
  }
};
