/** `Hub.originals`: bytes as they were sent. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Spooled } from '../../src/hub.ts';
import { document, entry, type Opened, type OpenTwice, type Store } from './specimens.ts';

/** Both sides of any limit below which an adapter keeps payloads elsewhere. */
const sizes = [0, 1, 50_000, 65_536, 65_537, 300_000, 1_048_576, 1_048_577, 3_000_000];
const noLimit = 1e9;

const spool = (store: Store, bytes: Uint8Array): Promise<Spooled> =>
  store.originals.spool(
    Readable.from(bytes.length === 0 ? [] : [bytes.subarray(0, 1000), bytes.subarray(1000)].filter((part) => part.length > 0)),
    noLimit,
  );

/** Of a body that waits in a file; one in memory has none from the start. */
const hasFile = ({ place }: Spooled): boolean => 'path' in place && existsSync(place.path);

const contents = async (store: Store, sha256: string, start?: number, end?: number): Promise<Buffer | null> => {
  const original = await store.originals.open(sha256);
  if (original === null) return null;
  const parts: Uint8Array[] = [];
  for await (const part of original.stream(start, end)) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
};

const taking = (stores: () => Opened): void => {
  it('gives back the exact bytes, whole and in ranges, to both processes', async () => {
    const { one, two } = stores();
    for (const size of sizes) {
      const bytes = randomBytes(size);
      const spooled = await spool(one, bytes);
      expect(spooled).toMatchObject({ size, sha256: createHash('sha256').update(bytes).digest('hex') });
      expect(await two.originals.open(spooled.sha256)).toBeNull();
      await one.originals.keep(spooled);
      expect(hasFile(spooled)).toBe(false);
      expect((await two.originals.open(spooled.sha256))?.size).toBe(size);
      expect((await contents(two, spooled.sha256))?.equals(bytes)).toBe(true);
      if (size < 100) continue;
      expect((await contents(two, spooled.sha256, 10, 19))?.equals(bytes.subarray(10, 20))).toBe(true);
      expect((await contents(two, spooled.sha256, size - 7))?.equals(bytes.subarray(size - 7))).toBe(true);
      expect((await contents(two, spooled.sha256, 0, 0))?.equals(bytes.subarray(0, 1))).toBe(true);
    }
  });

  it('stops reading past the limit, leaves no file and leaves the stream to its owner', async () => {
    const { one } = stores();
    let given = 0;
    const body = Readable.from(
      (function* () {
        for (; given < 1000; given += 1) yield Buffer.alloc(1000);
      })(),
      { highWaterMark: 1 },
    );
    await expect(one.originals.spool(body, 10_000)).rejects.toMatchObject({ code: 'envelope.too-large' });
    expect(given).toBeLessThan(30);
    expect(body.destroyed).toBe(false);
    expect(await one.originals.sweep(new Date(Date.now() + 60_000))).toEqual({ spooled: 0, orphans: 0 });
    expect((await one.originals.spool(Readable.from([Buffer.alloc(10_000)]), 10_000)).size).toBe(10_000);
  });

  it('leaves no file of a body that breaks off', async () => {
    const { one } = stores();
    const body = new Readable({ read() {} });
    const spooling = one.originals.spool(body, noLimit);
    body.push(Buffer.alloc(5000));
    setImmediate(() => body.destroy(new Error('the line went dead')));
    await expect(spooling).rejects.toThrow('the line went dead');
    expect(await one.originals.sweep(new Date(Date.now() + 60_000))).toEqual({ spooled: 0, orphans: 0 });
  });

  it('discards what was not kept, and may be asked again', async () => {
    const { one } = stores();
    for (const size of [100, 100_000, 2_000_000]) {
      const spooled = await spool(one, randomBytes(size));
      expect(hasFile(spooled)).toBe(size > 1_048_576);
      await one.originals.discard(spooled);
      await one.originals.discard(spooled);
      expect(hasFile(spooled)).toBe(false);
      expect(await one.originals.open(spooled.sha256)).toBeNull();
    }
  });
};

const keeping = (stores: () => Opened): void => {
  it('keeps the same bytes once, however many bring them at the same time', async () => {
    const { one, two } = stores();
    for (const size of sizes) {
      const bytes = randomBytes(size + 5);
      const spooled = await Promise.all(Array.from({ length: 8 }, (_, place) => spool(place % 2 === 0 ? one : two, bytes)));
      await Promise.all(spooled.map((each, place) => (place % 2 === 0 ? two : one).originals.keep(each)));
      expect(spooled.some(hasFile)).toBe(false);
      expect((await contents(two, spooled[0]?.sha256 ?? ''))?.equals(bytes)).toBe(true);
    }
  });

  it('may be asked to keep the same spool file again', async () => {
    const { one, two } = stores();
    for (const size of [500, 500_000, 2_000_000]) {
      const spooled = await spool(one, randomBytes(size));
      await Promise.all([one.originals.keep(spooled), one.originals.keep(spooled)]);
      await two.originals.keep(spooled);
      expect((await two.originals.open(spooled.sha256))?.size).toBe(size);
    }
  });

  it('keeps what is handed in with a commit that is done, also after one that was stale, and may be repeated', async () => {
    const { one, two } = stores();
    for (const size of [500, 65_536, 65_537, 500_000, 2_000_000]) {
      const bytes = randomBytes(size);
      const spooled = await spool(one, bytes);
      const { sha256 } = spooled;
      const change = document(['H99.02'], { sha256, size });
      expect(await one.commit({ ...change, journal: entry(), directoryVersion: 1_000_000 }, spooled)).toEqual({ kind: 'stale' });
      expect(await one.commit(change, spooled)).toEqual({ kind: 'done' });
      expect(hasFile(spooled)).toBe(false);
      expect((await contents(two, sha256))?.equals(bytes)).toBe(true);
      expect(await two.commit(change, spooled)).toEqual({ kind: 'done' });
    }
  });

  it('commits nothing whose bytes cannot be kept', async () => {
    const { one, two } = stores();
    for (const size of [1_048_577, 3_000_000]) {
      const spooled = await spool(one, randomBytes(size));
      await one.originals.discard(spooled);
      const change = document(['H99.02'], { sha256: spooled.sha256, size });
      await expect(one.commit(change, spooled)).rejects.toThrow();
      expect(await two.records.get(change.record.recordId)).toBeNull();
    }
  });
};

/** Core: nothing that a submission names, and nothing kept a moment ago, is ever swept. */
export const expectSafeSweep = async (one: Store, two: Store): Promise<void> => {
  for (const size of [400, 400_000, 2_000_000]) {
    const named = await spool(one, randomBytes(size));
    const orphan = await spool(one, randomBytes(size));
    const again = randomBytes(size);
    const renewed = await spool(one, again);
    for (const each of [named, orphan, renewed]) await one.originals.keep(each);
    const left = await spool(one, randomBytes(size));
    const waiting = hasFile(left);
    expect(waiting).toBe(size > 1_048_576);
    await one.commit(document([], { sha256: named.sha256 }));
    await pause(20);
    const before = new Date();
    await pause(20);
    const young = await spool(two, randomBytes(size));
    await two.originals.keep(await spool(two, again));
    expect(await two.originals.sweep(before)).toEqual({ spooled: waiting ? 1 : 0, orphans: 1 });
    expect(hasFile(left)).toBe(false);
    expect(hasFile(young)).toBe(waiting);
    expect(await one.originals.open(orphan.sha256)).toBeNull();
    for (const { sha256 } of [named, renewed]) expect((await one.originals.open(sha256))?.size).toBe(size);
    await one.originals.discard(young);
    await one.commit(document([], { sha256: renewed.sha256 }));
  }
};

/** Core: sweeping while the same old orphan is kept and committed again never loses it. */
export const expectSweepBesideKeep = async (one: Store, two: Store): Promise<void> => {
  for (const size of [300, 70_000]) {
    for (let round = 0; round < 25; round += 1) {
      const bytes = randomBytes(size);
      await one.originals.keep(await spool(one, bytes));
      await pause(12);
      const before = new Date();
      await pause(12);
      const again = await spool(one, bytes);
      await Promise.all([
        two.originals.sweep(before),
        (async () => {
          await pause(Math.random() * 4);
          await one.originals.keep(again);
          await one.commit(document([], { sha256: again.sha256 }));
        })(),
      ]);
      expect((await contents(two, again.sha256))?.equals(bytes)).toBe(true);
    }
  }
};

export const originalsContract = (name: string, open: OpenTwice): void => {
  describe(`${name}: originals`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.empty());
    afterAll(() => opened.close());
    const stores = (): Opened => opened;
    taking(stores);
    keeping(stores);
    it('sweeps what is old and unnamed, and only that', () => expectSafeSweep(stores().one, stores().two));
    it('sweeps beside a keep of the same bytes without losing them', () => expectSweepBesideKeep(stores().one, stores().two));
  });
};
