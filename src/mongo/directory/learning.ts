/** What a commit learns of certificates, inside its transaction. */
import { type ClientSession, ObjectId } from 'mongodb';
import type { MetCertificate, Sighting } from '../../records/holder.ts';
import type { Connection } from '../connection.ts';
import { metForm } from '../rows.ts';

/** Enough to learn from (issue "Whose signature"); what comes later teaches nothing and is not written. */
const mostSightings = 3;

type Seen = { readonly recordId: string; readonly at: string };

const addSighting = async ({ rows }: Connection, session: ClientSession, { key, organ, recordId, at }: Sighting): Promise<void> => {
  const found = await rows.sightings.findOne({ key, organ }, { session });
  const records = (found?.records ?? []) as readonly Seen[];
  if (records.length >= mostSightings || records.some((one) => one.recordId === recordId)) return;
  // Whole and not pushed: two that saw the same write the same row, conflict, and the later looks again.
  if (found === null) await rows.sightings.insertOne({ _id: new ObjectId(), key, organ, records: [{ recordId, at }] }, { session });
  else await rows.sightings.updateOne({ _id: found._id }, { $set: { records: [...records, { recordId, at }] } }, { session });
};

/** Past the third of a certificate and organ none is kept: then nothing is written, and commits do not meet here. */
export const addSightings = async (connection: Connection, session: ClientSession, sightings: readonly Sighting[]): Promise<void> => {
  for (const sighting of sightings) await addSighting(connection, session, sighting);
};

/** Left alone where they stand already. */
export const addMet = async ({ rows }: Connection, session: ClientSession, met: readonly MetCertificate[]): Promise<void> => {
  if (met.length === 0) return;
  const byKey = new Map(met.map((one) => [one.key, one]));
  const found = await rows.certificates.find({ _id: { $in: [...byKey.keys()] } }, { session, projection: { _id: 1 } }).toArray();
  for (const { _id } of found) byKey.delete(_id);
  const added = [...byKey.values()].map(metForm.toRow);
  if (added.length > 0) await rows.certificates.insertMany(added, { session });
};
