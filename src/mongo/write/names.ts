/** The directory's version inside a transaction, and the names of its organs for the words of records. */
import type { ClientSession } from 'mongodb';
import type { Connection } from '../connection.ts';

/** Raised by one with every import; 0 before the first. */
export const directoryVersion = async ({ rows }: Connection, session: ClientSession): Promise<number> =>
  Number((await rows.settings.findOne({ _id: 'directory' }, { session }))?.value ?? 0);

export type Names = (session: ClientSession, version: number) => Promise<ReadonlyMap<string, string>>;

/** What is held is a copy of that very version: of another one, it is read anew in the transaction that found it. */
export const namesOf = (connection: Connection): Names => {
  let held: { readonly version: number; readonly names: ReadonlyMap<string, string> } | null = null;
  return async (session, version) => {
    if (held?.version === version) return held.names;
    const names = new Map<string, string>();
    for await (const { _id, name } of connection.rows.organs.find({}, { session, projection: { name: 1 } })) names.set(_id, String(name));
    held = { version, names };
    return names;
  };
};
