/**
 * Group commit: one transaction and one sync of the log for everything that waited, a savepoint for
 * each, so that one that fails takes nothing of the others with it. Nobody is answered before COMMIT.
 */
import type { Committed } from '../../records/change.ts';
import type { Database } from '../connection.ts';
import type { Answer, Call } from '../lane.ts';
import { type Trouble, troubleFor } from '../trouble.ts';
import { type KeptChange, touchedBy } from './change.ts';
import { indexWords } from './words.ts';
import { writes } from './writes.ts';

type Write = (database: Database, value: unknown) => unknown;

/** Whether a change ended otherwise than `done`: then nothing of it may stay. */
const isUndone = ({ name }: Call, value: unknown): boolean => name === 'commit' && (value as Committed).kind !== 'done';

const applyOne = (database: Database, call: Call, words: Set<string>): Answer => {
  database.sql('SAVEPOINT one').run();
  try {
    const value = (writes[call.name as keyof typeof writes] as Write)(database, call.value);
    if (isUndone(call, value)) database.sql('ROLLBACK TO one').run();
    else if (call.name === 'commit') for (const recordId of touchedBy((call.value as KeptChange).change)) words.add(recordId);
    database.sql('RELEASE one').run();
    return { id: call.id, value };
  } catch (error) {
    const trouble = troubleFor(error);
    // A full or failing disk may have rolled everything back already: then the whole group has failed.
    if (trouble.kind !== 'bug' || !database.inTransaction()) throw error;
    database.sql('ROLLBACK TO one').run();
    database.sql('RELEASE one').run();
    return { id: call.id, trouble };
  }
};

const undo = (database: Database): void => {
  try {
    if (database.inTransaction()) database.sql('ROLLBACK').run();
  } catch {
    // Nothing was committed; the next BEGIN says what is wrong.
  }
};

export const commitGroup = (database: Database, calls: readonly Call[]): readonly Answer[] => {
  if (calls.length === 0) return [];
  try {
    database.sql('BEGIN IMMEDIATE').run();
    const words = new Set<string>();
    const answers = calls.map((call) => applyOne(database, call, words));
    indexWords(database, words);
    database.sql('COMMIT').run();
    return answers;
  } catch (error) {
    const trouble: Trouble = troubleFor(error);
    undo(database);
    return calls.map(({ id }) => ({ id, trouble }));
  }
};
