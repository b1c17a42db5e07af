/** Whose certificates are, and which were met. Keys come as one JSON list, so that one statement serves any number. */
import type { Holder, HolderKey, MetCertificate, SightingCount } from '../../records/holder.ts';
import type { Database } from '../connection.ts';
import { holderTable, metTable } from '../tables.ts';

type Keys = readonly HolderKey[] | null;

const among = (keys: Keys): string => (keys === null ? '' : 'WHERE key IN (SELECT value FROM json_each(?))');
const bound = (keys: Keys): readonly string[] => (keys === null ? [] : [JSON.stringify(keys)]);

/** Null: all, by organ. */
export const holdersOf = (database: Database, keys: Keys): readonly Holder[] =>
  database
    .sql(`SELECT ${holderTable.columns} FROM holder ${among(keys)} ORDER BY organ, kind, person, key`)
    .all(...bound(keys))
    .map(holderTable.fromRow);

export const sightingsOf = (database: Database, keys: Keys): readonly SightingCount[] =>
  database
    .sql(`SELECT key, organ, COUNT(*) AS documents FROM sighting ${among(keys)} GROUP BY key, organ ORDER BY key, organ`)
    .all(...bound(keys))
    .map((row) => ({ key: String(row.key), organ: String(row.organ), documents: Number(row.documents) }));

export const metOf = (database: Database, keys: Keys): readonly MetCertificate[] =>
  database
    .sql(`SELECT ${metTable.columns} FROM met_certificate ${among(keys)} ORDER BY name, key`)
    .all(...bound(keys))
    .map(metTable.fromRow);
