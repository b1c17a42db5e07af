import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe('A body in memory', () => {
  const bytes = Buffer.alloc(100_000, 'x');
  const place = { bytes };
  let folder: string;
  beforeEach(() => {
    folder = freshFolder();
    for (const name of ['files', 'spool']) mkdirSync(join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const left = (): readonly string[] => readdirSync(join(folder, 'spool'));

  it('is kept by as many as keep it at once, and leaves nothing else', async () => {
    const keep = fileKeeper(join(folder, 'files'), folder);
    const sha256 = 'cd'.repeat(32);
    await Promise.all([1, 2, 3].map(() => keep({ place, sha256, size: bytes.length })));
    expect(readFileSync(addressIn(join(folder, 'files'), sha256)).equals(bytes)).toBe(true);
    expect(left()).toEqual([]);
  });

  it('leaves nothing where it cannot be given its name', async () => {
    const [root, sha256] = [join(folder, 'files'), 'ef'.repeat(32)];
    // A folder of that name stands there: the bytes are written and synced before that shows.
    mkdirSync(addressIn(root, sha256), { recursive: true });
    await expect(fileKeeper(root, folder)({ place, sha256, size: bytes.length })).rejects.toThrow('EISDIR');
    expect(left()).toEqual([]);
  });
});
