/** Where spool files stand and what they are called. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

/** In the data folder: where originals are files, too, a body is kept by renaming it. */
export const spoolFolder = (folder: string): string => join(folder, 'spool');

/** Ending of a body that is not kept yet: what is swept by age. */
export const spoolEnding = '.part';

/** Of a file that is not there yet. */
export const newSpoolPath = (folder: string): string => join(spoolFolder(folder), randomUUID() + spoolEnding);
