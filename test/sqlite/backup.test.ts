/** What a backup finds, refuses and survives. Made beside a running hub: test/e2e/backup.test.ts. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Store } from '../../src/hub/store.ts';
import { checkChain } from '../../src/oversight/journal.ts';
import { generationsIn, readManifest } from '../../src/sqlite/backup/generation.ts';
import { type Backup, type BackupOptions, makeBackup } from '../../src/sqlite/backup/make.ts';
import { restoreBackup } from '../../src/sqlite/backup/restore.ts';
import { verifyBackup, verifyRestored } from '../../src/sqlite/backup/verify.ts';
import { migrations } from '../../src/sqlite/schema.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import { delivery, entry, record, submission } from '../contract/specimens.ts';
import { freshFolder } from './opening.ts';

// Each of them syncs many files.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let [folder, target, empty] = ['', '', ''];
let store: Store & { close(): Promise<void> };
let clock = Date.parse('2026-11-23T05:00:00.000Z');

const nothing = (): void => undefined;
const make = (changes: Partial<BackupOptions> & { folder?: string } = {}): Promise<Backup> => {
  clock += 1000;
  const from = changes.folder ?? folder;
  const source = { folder: from, anchors: join(from, 'anchors'), crls: join(from, 'crls'), program: '0.0.0' };
  return makeBackup(source, target, { keep: 7, withoutKey: false, now: () => new Date(clock), progress: nothing, ...changes });
};
const verify = async (generation?: string) => {
  const checked = await verifyBackup(target, generation ?? (await generationsIn(target)).at(-1) ?? '', nothing);
  try {
    return { ...checked, chain: await checkChain(checked).catch((error: unknown) => error) };
  } finally {
    checked.close();
  }
};

/** A document with these bytes, accepted and committed as the hub does it. */
const accept = async (bytes: Uint8Array): Promise<string> => {
  const spooled = await store.originals.spool(Readable.from([bytes]), 10_000_000);
  const { sha256, size } = spooled;
  const one = record({ sha256, size });
  const { recordId } = one;
  const deliveries = [delivery(recordId, 'H99.02', { sha256, size })];
  const change = { journal: entry({ subject: recordId }), record: one, submission: submission(recordId, { sha256, size }), deliveries };
  expect(await store.commit(change, spooled)).toEqual({ kind: 'done' });
  return sha256;
};
const small = (): Promise<string> => accept(randomBytes(2_000));
const large = (): Promise<string> => accept(randomBytes(80_000));
const fileOf = (root: string, sha256: string): string => join(root, 'originals', sha256.slice(0, 2), sha256.slice(2));
const flip = (path: string, at: number): void => {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
};

/** A forger who knows the format: changes rows, and puts every digest right again. */
const forge = async (text: string): Promise<void> => {
  const generation = (await generationsIn(target)).at(-1) ?? '';
  const place = join(target, generation);
  const database = new DatabaseSync(join(place, 'lienthong.db'));
  database.exec(text);
  database.close();
  const digest = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(place, name)))
      .digest('hex');
  const sums = readFileSync(join(place, 'SHA256SUMS'), 'utf8').replace(/^[0-9a-f]{64}( {2}lienthong\.db)$/m, `${digest('lienthong.db')}$1`);
  writeFileSync(join(place, 'SHA256SUMS'), sums);
  const manifest = { ...(await readManifest(target, generation)), sums: digest('SHA256SUMS') };
  const { size } = statSync(join(place, 'lienthong.db'));
  writeFileSync(join(place, 'manifest.json'), JSON.stringify({ ...manifest, database: { sha256: digest('lienthong.db'), size } }));
};

beforeEach(async () => {
  [folder, target, empty] = [freshFolder(), freshFolder(), freshFolder()];
  store = await openSqlite({ folder });
  writeFileSync(join(folder, 'hub-key.pem'), 'SECRET', { mode: 0o600 });
  writeFileSync(join(folder, 'hub-cert.pem'), 'CERTIFICATE');
  mkdirSync(join(folder, 'anchors'));
  writeFileSync(join(folder, 'anchors/root.pem'), 'ROOT');
  await small();
  await large();
  await store.evidence.keep([
    {
      sha256: createHash('sha256').update(Buffer.alloc(90_000, 7)).digest('hex'),
      kind: 'crl',
      size: 90_000,
      bytes: Buffer.alloc(90_000, 7),
    },
  ]);
  await store.journal.seal(100);
});
afterEach(async () => {
  await store.close();
  for (const each of [folder, target, empty]) rmSync(each, { recursive: true, force: true });
});

describe('a generation', () => {
  it('is whole, its owner’s alone, and can be checked with sha256sum', async () => {
    const { generation, manifest, flaws } = await make();
    expect([flaws, manifest.missing, manifest.originals.count, manifest.evidence.count]).toEqual([[], [], 1, 1]);
    const place = join(target, generation);
    expect(readdirSync(place).sort()).toEqual(['SHA256SUMS', 'anchors', 'hub-cert.pem', 'hub-key.pem', 'lienthong.db', 'manifest.json']);
    for (const name of ['hub-key.pem', 'lienthong.db', 'manifest.json']) expect(statSync(join(place, name)).mode & 0o777).toBe(0o600);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    const said = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: place, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    expect(
      said
        .trim()
        .split('\n')
        .every((line) => line.endsWith(': OK')),
    ).toBe(true);
    expect(said.trim().split('\n').length).toBe(6);
    expect(readFileSync(join(target, 'README.txt'), 'utf8')).toContain('BÍ MẬT');
    expect(await verify()).toMatchObject({ flaws: [], files: 2, chain: { brokenAt: null, sealed: 2 } });
  });

  it('can do without the signing key, and says what is secret', async () => {
    const { generation, manifest } = await make({ withoutKey: true });
    expect(existsSync(join(target, generation, 'hub-key.pem'))).toBe(false);
    expect(manifest.secret).toEqual(['lienthong.db', 'originals/']);
  });

  it('is followed by one that copies only new files; past --keep the oldest goes, with what only it named', async () => {
    const first = await make();
    const old = await large();
    const second = await make();
    expect([first.copied.files, second.copied.files]).toEqual([2, 1]);
    // As a purge does: the row says so, and no generation from now on names the file.
    const raw = new DatabaseSync(join(folder, 'lienthong.db'));
    raw.prepare("UPDATE record SET purged_at = '2026-11-23T00:00:00.000Z' WHERE sha256 = ?").run(old);
    raw.close();
    const third = await make({ keep: 2 });
    expect(third.pruned).toEqual({ generations: [first.generation], files: 0 });
    expect(existsSync(fileOf(target, old))).toBe(true);
    const fourth = await make({ keep: 1 });
    expect(fourth.pruned).toEqual({ generations: [second.generation, third.generation], files: 1 });
    expect(existsSync(fileOf(target, old))).toBe(false);
    expect(await generationsIn(target)).toEqual([fourth.generation]);
    expect((await verify()).flaws).toEqual([]);
  });

  it('tells an original that the hub has lost or that is damaged, and saves the rest', async () => {
    const [lost, damaged] = [await large(), await large()];
    rmSync(fileOf(folder, lost));
    flip(fileOf(folder, damaged), 40_000);
    const { manifest } = await make();
    const path = (sha256: string): string => `originals/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
    expect(manifest.missing).toEqual([path(lost), path(damaged)].sort());
    const { flaws, files } = await verify();
    expect(flaws.map(({ at }) => at).sort()).toEqual(manifest.missing);
    expect(files).toBe(4);
  });

  it('does not push out the backups of another hub, or of a later state', async () => {
    await make();
    const [other, empties] = [store, freshFolder()];
    store = await openSqlite({ folder: empties });
    await small();
    await expect(make({ folder: empties })).rejects.toThrow(/another hub, or of a later state/);
    expect(readdirSync(target).filter((name) => name.endsWith('.partial'))).toEqual([]);
    await store.close();
    rmSync(empties, { recursive: true });
    store = other;
    expect((await generationsIn(target)).length).toBe(1);
  });

  it('is always named after the last one, though the clock went back', async () => {
    clock = Date.parse('2030-01-01T00:00:00.000Z');
    const first = await make({ keep: 1 });
    clock = Date.parse('2026-11-23T06:00:00.000Z');
    await large();
    const second = await make({ keep: 1 });
    expect([first.generation, second.generation]).toEqual(['20300101T000001000Z', '20300101T000001001Z']);
    expect(second.pruned.generations).toEqual([first.generation]);
    expect((await verify()).flaws).toEqual([]);
  });

  it('goes, but takes no file along, when what it named cannot be read any more', async () => {
    const first = await make();
    const place = join(target, first.generation, 'lienthong.db');
    writeFileSync(place, readFileSync(place).fill(0, 100));
    const before = readdirSync(join(target, 'originals'), { recursive: true });
    const second = await make({ keep: 1 });
    expect(second.pruned).toEqual({ generations: [first.generation], files: 0 });
    expect(readdirSync(join(target, 'originals'), { recursive: true })).toEqual(before);
  });

  it('of a folder without a store is refused in words', async () => {
    await expect(make({ folder: empty })).rejects.toThrow(/There is no store in/);
    expect(await generationsIn(target)).toEqual([]);
  });

  it.each([1, 2, 3])('of tables as step %d left them is made without touching the store, and restored by this program', async (step) => {
    const old = freshFolder();
    const raw = new DatabaseSync(join(old, 'lienthong.db'));
    for (const text of migrations.slice(0, step)) raw.exec(text);
    raw.exec(`PRAGMA user_version = ${step}; PRAGMA application_id = ${0x4c74566e}; PRAGMA journal_mode = WAL`);
    raw.close();
    try {
      const made = await make({ folder: old });
      expect([made.flaws, made.isCurrent, made.manifest.schema]).toEqual([[], step === migrations.length, step]);
      const again = new DatabaseSync(join(old, 'lienthong.db'));
      expect(again.prepare('PRAGMA user_version').get()).toEqual({ user_version: step });
      again.close();
      expect((await verify()).flaws).toEqual([]);
      await restoreBackup(target, made.generation, empty, nothing);
      const opened = await openSqlite({ folder: empty });
      expect((await checkChain(opened)).brokenAt).toBeNull();
      await opened.close();
    } finally {
      rmSync(old, { recursive: true });
    }
  });

  it('is made by one run at a time; a lock that nobody renews is taken over', async () => {
    writeFileSync(join(target, '.lock'), 'another');
    await expect(make()).rejects.toThrow(/Another backup into .* is running/);
    utimesSync(join(target, '.lock'), new Date(0), new Date(0));
    await make();
    expect(readdirSync(target)).not.toContain('.lock');
  });

  it('killed at any moment leaves the one before as it was, and the next run goes on', { timeout: 120_000 }, async () => {
    for (let count = 0; count < 25; count += 1) await large();
    await make();
    for (let count = 0; count < 25; count += 1) await large();
    const program = join(import.meta.dirname, '../../src/cli/main.ts');
    const env = { PATH: process.env.PATH, LIENTHONG_DATA: folder, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };
    const partial = (): string => join(target, readdirSync(target).find((name) => name.endsWith('.partial')) ?? 'none');
    const before = readdirSync(join(target, 'originals'), { recursive: true }).length;
    for (const reached of [
      () => existsSync(partial()),
      () => existsSync(join(partial(), 'lienthong.db')),
      () => readdirSync(join(target, 'originals'), { recursive: true }).length > before + 5,
    ]) {
      const child = spawn(process.execPath, [program, 'backup', target], { env, stdio: 'ignore' });
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
      while (!reached() && child.exitCode === null) await pause(1);
      child.kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
      for (const generation of await generationsIn(target)) expect((await verify(generation)).flaws).toEqual([]);
      rmSync(join(target, '.lock'), { force: true });
    }
    clock = Date.now() + 60_000;
    await make();
    expect((await verify()).files).toBe(52);
    expect(readdirSync(target).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });
});

describe('verify finds', () => {
  it('a changed byte of an original, and one that is gone', async () => {
    const [changed, gone] = [await large(), await large()];
    await make();
    flip(fileOf(target, changed), 79_999);
    rmSync(fileOf(target, gone));
    const found = Object.fromEntries((await verify()).flaws.map(({ at, en }) => [at.replaceAll('/', '').slice(9), en]));
    expect(found).toEqual({ [changed]: 'its bytes have changed', [gone]: 'the file is missing' });
  });

  it('a changed byte of the rows, of the key, of the list; a file that nobody named; a missing certificate', async () => {
    const { generation } = await make();
    const place = join(target, generation);
    for (const [name, flaw] of [
      ['lienthong.db', { at: 'lienthong.db', en: 'its bytes have changed' }],
      ['hub-key.pem', { at: 'hub-key.pem', en: 'its bytes have changed' }],
      ['SHA256SUMS', { at: 'SHA256SUMS', en: 'its bytes have changed' }],
    ] as const) {
      copyFileSync(join(place, name), join(empty, name));
      flip(join(place, name), name === 'lienthong.db' ? statSync(join(place, name)).size - 100 : 3);
      expect((await verify()).flaws, name).toContainEqual(expect.objectContaining(flaw));
      copyFileSync(join(empty, name), join(place, name));
      expect((await verify()).flaws, name).toEqual([]);
    }
    writeFileSync(join(place, 'anchors/mine.pem'), 'X');
    expect((await verify()).flaws).toMatchObject([{ at: 'anchors/mine.pem', en: 'the manifest does not name it' }]);
    rmSync(join(place, 'anchors'), { recursive: true });
    expect((await verify()).flaws).toMatchObject([{ at: 'anchors/root.pem', en: 'the file is missing' }]);
  });

  it.each([
    ['its first page', 0, 4096],
    ['its middle', 40_000, 90_000],
    ['its end', -20_000, undefined],
  ])('a database file that was overwritten in %s, and says so instead of breaking off', async (_name, from, to) => {
    const { generation } = await make();
    const path = join(target, generation, 'lienthong.db');
    writeFileSync(path, readFileSync(path).fill(0xff, from < 0 ? statSync(path).size + from : from, to));
    const { flaws } = await verify();
    expect(flaws[0]).toMatchObject({ at: 'lienthong.db', en: 'its bytes have changed' });
    expect(flaws.length).toBeGreaterThan(1);
  });

  it.each([
    ['a row that is gone', 'DELETE FROM delivery', /delivery/, 'has 0 rows instead of 2'],
    ['a record that is gone under its deliveries', 'DELETE FROM record', /^delivery \w+/, 'its record is not there'],
    ['an accepted record without receipt', 'DELETE FROM submission', /^record \w+/, 'it was accepted, but has no receipt'],
    ['a row that cannot be read', "UPDATE journal SET details = '{'", /^journal #1/, /cannot be read/],
    ['a small original with other bytes', "UPDATE original SET bytes = x'00'", /^original \w{64}/, /do not have the digest/],
    ['counts that differ', 'UPDATE tally SET rows = 7', /^tally delivery queued/, 'the count differs from the rows'],
  ])('%s, though every digest was put right', async (_name, text, at, en) => {
    await make();
    await forge(text);
    expect((await verify()).flaws).toContainEqual({ at: expect.stringMatching(at), vi: expect.any(String), en: expect.stringMatching(en) });
  });

  it('a journal that was altered, though every digest was put right', async () => {
    await make();
    await forge("UPDATE journal SET by = 'somebody' WHERE sequence = 2");
    expect((await verify()).chain).toMatchObject({ brokenAt: 2 });
  });
});

describe('a restore', () => {
  const restore = async (): Promise<void> => {
    await restoreBackup(target, (await generationsIn(target)).at(-1) ?? '', empty, nothing);
  };

  it('gives a folder on which a store opens with everything, and is verified afterwards', async () => {
    const sha256 = await large();
    const { manifest } = await make();
    await restore();
    expect(await verifyRestored(empty, manifest, nothing)).toEqual([]);
    expect(readdirSync(empty).sort()).toEqual(['anchors', 'evidence', 'hub-cert.pem', 'hub-key.pem', 'lienthong.db', 'originals']);
    expect(statSync(join(empty, 'hub-key.pem')).mode & 0o777).toBe(0o600);
    const again = await openSqlite({ folder: empty });
    expect((await again.originals.open(sha256))?.size).toBe(80_000);
    expect(await checkChain(again)).toMatchObject({ brokenAt: null, sealed: 2, unsealed: 1 });
    await again.close();
    flip(fileOf(empty, sha256), 5);
    expect((await verifyRestored(empty, manifest, nothing)).length).toBeGreaterThan(0);
  });

  it('refuses a folder that holds anything', async () => {
    await make();
    writeFileSync(join(empty, 'notes.txt'), '');
    await expect(restore()).rejects.toThrow(/not empty \(notes\.txt\)/);
    rmSync(join(empty, 'notes.txt'));
    await restore();
    await expect(restore()).rejects.toThrow(/not empty/);
  });

  it('refuses a newer store in words, and leaves the folder empty', async () => {
    await make();
    await forge(`PRAGMA user_version = ${migrations.length + 1}`);
    await expect(verify()).rejects.toThrow(/newer LienThong \(schema \d+; this program knows \d+\)/);
    await expect(restore()).rejects.toThrow(/newer LienThong/);
    expect(readdirSync(empty).filter((name) => name === 'lienthong.db')).toEqual([]);
  });

  it('broken off is noticed by the hub, and can be run again', async () => {
    await make();
    await restore();
    // As a kill just before the last step leaves it: everything moved up but the rows.
    mkdirSync(join(empty, '.restoring'));
    renameSync(join(empty, 'lienthong.db'), join(empty, '.restoring/lienthong.db'));
    await expect(openSqlite({ folder: empty })).rejects.toThrow(/restore into .* was broken off/);
    await restore();
    const again = await openSqlite({ folder: empty });
    expect((await checkChain(again)).brokenAt).toBeNull();
    await again.close();
  });
});
