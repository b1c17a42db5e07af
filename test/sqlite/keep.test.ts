import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { addressIn, fileKeeper } from '../../src/sqlite/files/keep.ts';
import { freshFolder } from './opening.ts';

const root = freshFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('two keeps of one spool file both succeed, also where the folder was removed behind them', async () => {
  const keep = fileKeeper(root, root);
  for (let round = 0; round < 30; round += 1) {
    // The keeper remembers this folder's own name as synced from the round before.
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root);
    const path = join(root, `spool-${round}`);
    const spooled = { place: { path }, sha256: `ab${String(round).padStart(62, '0')}`, size: 500 };
    writeFileSync(path, 'x'.repeat(500));
    await Promise.all([keep(spooled), keep(spooled)]);
    expect(readFileSync(addressIn(root, spooled.sha256))).toHaveLength(500);
  }
});
