/** Originals and evidence in the form of GridFS: what a killed process leaves, what others' tools read, what is written together. */
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { GridFSBucket, ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Spooled } from '../../src/hub.ts';
import { document } from '../contract/specimens.ts';
import { hasMongo, type OpenedMongo, openTwice } from './opening.ts';

const later = (): Date => new Date(Date.now() + 60_000);

describe.skipIf(!hasMongo())('originals on MongoDB', () => {
  let opened: OpenedMongo;
  beforeAll(async () => {
    opened = await openTwice();
  });
  afterAll(() => opened.close());

  const spool = (bytes: Uint8Array): Promise<Spooled> => opened.one.originals.spool(Readable.from([bytes], { objectMode: false }), 1e9);
  const count = (name: string): Promise<number> => opened.base.db.collection(name).countDocuments({});

  it("reads by the driver's own GridFS, under the digest as its name", async () => {
    for (const size of [300_000, 1_500_000]) {
      const bytes = randomBytes(size);
      const spooled = await spool(bytes);
      await opened.one.originals.keep(spooled);
      const bucket = new GridFSBucket(opened.base.db, { bucketName: 'originals' });
      expect(Buffer.concat(await bucket.openDownloadStreamByName(spooled.sha256).toArray()).equals(bytes)).toBe(true);
    }
  });

  it('never shows what a killed process uploaded by half, and sweeps it with its chunks', async () => {
    await opened.empty();
    const { db } = opened.base;
    const bytes = randomBytes(300_000);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    // As `keepFile` leaves it between its chunks and its end.
    const id = new ObjectId();
    await db.collection('uploads').insertOne({ _id: id, bucket: 'originals', sha256, startedAt: new Date(Date.now() - 1_000) });
    await db.collection('originals.chunks').insertOne({ files_id: id, n: 0, data: bytes.subarray(0, 261_120) });
    expect(await opened.two.originals.open(sha256)).toBeNull();
    const whole = await spool(bytes);
    await opened.two.originals.keep(whole);
    expect((await opened.one.originals.open(sha256))?.size).toBe(bytes.length);
    expect(await opened.one.originals.sweep(new Date(Date.now() - 500))).toEqual({ spooled: 0, orphans: 0 });
    expect([await count('uploads'), await count('originals.chunks')]).toEqual([0, 2]);
    expect((await opened.one.originals.open(sha256))?.size).toBe(bytes.length);
  });

  it('takes back nothing of an upload that ended while it was being swept', async () => {
    await opened.empty();
    const bytes = randomBytes(2_000_000);
    const kept = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const spooled = await spool(bytes);
        const sweeping = opened.two.originals.sweep(later());
        await opened.one.originals.keep(spooled).catch(() => undefined);
        await sweeping.catch(() => undefined);
        return spooled.sha256;
      }),
    );
    // Whatever won, a file that can be opened is whole.
    const original = await opened.one.originals.open(kept[0] ?? '');
    const read = original === null ? null : Buffer.concat(await original.stream().toArray());
    expect(read === null || read.equals(bytes)).toBe(true);
  });

  it('brings a small original in the transaction of its commit: both or neither, and never loose', async () => {
    await opened.empty();
    const bytes = randomBytes(200_000);
    const spooled = await spool(bytes);
    const change = document(['H99.02'], { sha256: spooled.sha256, size: bytes.length });
    expect(await opened.one.commit({ ...change, directoryVersion: 1_000_000 }, spooled)).toEqual({ kind: 'stale' });
    expect([await count('originals.files'), await count('originals.chunks'), await count('records')]).toEqual([0, 0, 0]);
    expect(await opened.one.commit(change, spooled)).toEqual({ kind: 'done' });
    expect(await opened.base.db.collection('originals.files').findOne({})).not.toHaveProperty('loose');
    expect(await opened.one.originals.sweep(later())).toEqual({ spooled: 0, orphans: 0 });
    expect((await opened.two.originals.open(spooled.sha256))?.size).toBe(bytes.length);
  });

  it('is loose while nothing names it, once in the store, and no more from the commit that does, whoever keeps it again', async () => {
    await opened.empty();
    const bytes = randomBytes(5_000);
    const marks = async () => (await opened.base.db.collection('originals.files').find().toArray()).map(({ loose }) => loose ?? false);
    await opened.one.originals.keep(await spool(bytes));
    expect(await marks()).toEqual([true]);
    const spooled = await spool(bytes);
    await opened.two.commit(document(['H99.02'], { sha256: spooled.sha256, size: bytes.length }), spooled);
    expect(await marks()).toEqual([false]);
    await opened.one.originals.keep(await spool(bytes));
    expect([await marks(), await count('originals.chunks')]).toEqual([[false], 1]);
  });

  it('looks at each original that was kept before it was named once only', async () => {
    await opened.empty();
    const spooled = await spool(randomBytes(1_200_000));
    await opened.one.commit(document([], { sha256: spooled.sha256, size: spooled.size }), spooled);
    const loose = () => opened.base.db.collection('originals.files').countDocuments({ loose: true });
    expect(await loose()).toBe(1);
    expect(await opened.one.originals.sweep(later())).toEqual({ spooled: 0, orphans: 0 });
    expect(await loose()).toBe(0);
    expect((await opened.two.originals.open(spooled.sha256))?.size).toBe(spooled.size);
  });

  it('refuses bytes that are not those of the digest, and leaves nothing of them', async () => {
    await opened.empty();
    for (const size of [5_000, 1_200_000]) {
      const spooled = { ...(await spool(randomBytes(size))), sha256: 'e'.repeat(64) };
      await expect(opened.one.originals.keep(spooled)).rejects.toThrow(/digest/);
      expect(await opened.two.originals.open(spooled.sha256)).toBeNull();
      await opened.one.originals.discard(spooled);
    }
    expect([await count('originals.files'), await count('originals.chunks'), await count('uploads')]).toEqual([0, 0, 0]);
  });
});
