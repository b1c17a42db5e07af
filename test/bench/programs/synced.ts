/** A file as an original is kept: its bytes on the disk, then its name, then the folder that holds the name. */
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';

export const keepFile = async (folder: string, name: string, bytes: Uint8Array): Promise<void> => {
  const path = join(folder, name);
  const file = await open(`${path}.part`, 'w');
  await file.write(bytes);
  await file.datasync();
  await file.close();
  await rename(`${path}.part`, path);
  const parent = await open(folder, 'r');
  await parent.sync();
  await parent.close();
};
