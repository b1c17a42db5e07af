/**
 * The tables, as numbered steps that only go forward. A step that has been released is never edited:
 * what changes afterwards is a new step at the end. `PRAGMA user_version` holds the last one applied.
 */
import { firstTables } from './schema/first.ts';
import { moveTables } from './schema/fourth.ts';
import { signatureTables } from './schema/second.ts';
import { brokerTables } from './schema/third.ts';

export const migrations: readonly string[] = [firstTables, signatureTables, brokerTables, moveTables];
