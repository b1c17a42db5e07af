/** What a disk says when it will not, and the failure that callers are told of it. */
import { failure } from '../errors.ts';

const full = new Set(['ENOSPC', 'EDQUOT']);
const broken = new Set(['EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE']);

/** Null for an error that is not of the disk. */
export const diskTrouble = (error: unknown): 'full' | 'unavailable' | null => {
  const { code = '' } = error as { code?: string };
  if (full.has(code)) return 'full';
  return broken.has(code) ? 'unavailable' : null;
};

/** What a disk says is `disk.low` or `store.unavailable`, with its own words as the cause; any other error stays itself. */
export const orUnavailable = (error: unknown): unknown => {
  const trouble = diskTrouble(error);
  if (trouble === null) return error;
  const told = failure(trouble === 'full' ? 'disk.low' : 'store.unavailable');
  told.cause = new Error((error as { message?: string }).message ?? String(error));
  return told;
};
