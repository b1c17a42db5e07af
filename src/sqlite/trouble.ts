/** What goes wrong in a thread, as a plain value, and the HubError it becomes outside. */
import { failure, HubError } from '../errors.ts';
import { diskTrouble } from '../spool/disk.ts';

export type Trouble = { readonly kind: 'unavailable' | 'full' | 'cursor' | 'unusable' | 'bug'; readonly text: string };

/** Primary result codes (sqlite.org/rescode.html) that say the store cannot be used now, rather than that we asked wrongly. */
const unavailable = new Set([
  5 /* BUSY */, 6 /* LOCKED */, 7 /* NOMEM */, 8 /* READONLY */, 9 /* INTERRUPT */, 10 /* IOERR */, 11 /* CORRUPT */, 14 /* CANTOPEN */,
  15 /* PROTOCOL */, 22 /* NOLFS */, 23 /* AUTH */, 26 /* NOTADB */,
]);
const sqliteFull = 13;

export const troubleFor = (error: unknown): Trouble => {
  const { message = String(error), errcode } = error as { message?: string; errcode?: number };
  const disk = diskTrouble(error);
  // The one thing in a question that a caller can have wrong: a `next` that this hub did not give (records/cursor.ts).
  if (error instanceof HubError && error.code === 'request.invalid') return { kind: 'cursor', text: message };
  const primary = errcode === undefined ? 0 : errcode & 0xff;
  if (primary === sqliteFull || disk === 'full') return { kind: 'full', text: message };
  if (unavailable.has(primary) || disk === 'unavailable') return { kind: 'unavailable', text: message };
  return { kind: 'bug', text: error instanceof Error ? (error.stack ?? message) : message };
};

/** The cause stays for the log; callers are told only the sentence of the table. */
export const errorFor = ({ kind, text }: Trouble): Error => {
  if (kind === 'bug' || kind === 'unusable') return new Error(text);
  const error = kind === 'cursor' ? failure('request.invalid', '/after') : failure(kind === 'full' ? 'disk.low' : 'store.unavailable');
  error.cause = new Error(text);
  return error;
};
