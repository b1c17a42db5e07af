import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../src/envelope/types.ts';
import type { Inspection } from '../../src/hub.ts';
import { type Inspector, openInspector } from '../../src/worker/pool.ts';
import { startThread } from '../../src/worker/thread.ts';

const dying = new URL('./programs/dying.ts', import.meta.url);
const at = new Date('2026-11-20T08:00:00Z');

/** Only what an abandoned proof looks at. */
const message = {
  kind: 'document',
  type: 0,
  signature: 'none',
  manifest: [{ contentId: 'b' }],
  attachments: [
    { contentId: 'a', name: 'phuluc.xlsx', kind: 'ooxml', sha256: 'aa', size: 1, description: null },
    { contentId: 'b', name: 'congvan.pdf', kind: 'pdf', sha256: 'bb', size: 2, description: null },
  ],
} as unknown as Envelope;
const read: Inspection = { message, contentDigest: 'cd', faults: [], warnings: [], proof: null, evidence: null };

describe('the pool when a thread dies over an envelope', () => {
  let scratch: string;
  let inspector: Inspector;
  const inspect = (path: string) => inspector.inspect({ path }, { at, profile: 'member' });

  beforeEach(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'pool-'));
    const limits = { timeMs: 1_500, memoryMb: 24 };
    inspector = await openInspector({ threads: 2, anchors: null, scratch, version: '1.2.3', limits }, (setup, memoryMb) =>
      startThread(setup, memoryMb, dying),
    );
  });
  afterEach(async () => {
    await inspector.close();
    expect(await readdir(scratch)).toEqual([]);
    await rm(scratch, { recursive: true });
  });

  it.each([
    ['runs out of time', 'loop', 'takes too long'],
    ['runs out of memory', 'hoard', 'too much memory'],
    ['throws outside every promise', 'throw', 'breaks the reader'],
    ['exits', 'exit', 'breaks the reader'],
  ])('refuses the envelope as too complex when it %s while reading', async (_, what, en) => {
    const { faults, message: none, proof } = await inspect(what);
    expect(none).toBeNull();
    expect(proof).toBeNull();
    expect(faults.map(({ code }) => code)).toEqual(['envelope.too-complex']);
    expect(faults[0]?.en).toContain(en);
    expect((await inspect('plain')).faults).toEqual([]);
  });

  it.each(['loop', 'exit', 'throw', 'hoard'])(
    'keeps the message and answers unreadable/over-limits when it dies judging (%s)',
    async (what) => {
      const inspection = await inspect(`read:${what}:${JSON.stringify(read)}`);
      expect(inspection).toMatchObject({ contentDigest: 'cd', faults: [], message: { kind: 'document' } });
      expect(inspection.proof).toMatchObject({
        verdict: 'unreadable',
        reason: 'over-limits',
        judgedAt: '2026-11-20T08:00:00.000Z',
        main: 'congvan.pdf',
        attachments: [
          { name: 'phuluc.xlsx', role: 'annex', verdict: 'unreadable', reason: 'over-limits', signatures: [] },
          { name: 'congvan.pdf', role: 'main', verdict: 'unreadable', reason: 'over-limits', signatures: [] },
        ],
      });
    },
  );

  it('loses none of the other envelopes', async () => {
    const paths = Array.from({ length: 40 }, (_, index) => (index % 10 === 3 ? 'exit' : index % 10 === 6 ? 'throw' : 'plain'));
    const answers = await Promise.all(paths.map(inspect));
    expect(answers.map(({ faults }) => (faults.length === 0 ? 'plain' : 'dead'))).toEqual(
      paths.map((path) => (path === 'plain' ? 'plain' : 'dead')),
    );
  });

  it('rejects only for the machine and for our own bugs, and says which', async () => {
    await expect(inspect('disk')).rejects.toMatchObject({ code: 'disk.low' });
    await expect(inspect('bug')).rejects.toThrow('x is not a function');
    await expect(inspect('unread')).rejects.toThrow('had not read');
  });

  it('finishes what is queued before it closes, and takes nothing after', async () => {
    const queued = Promise.all(Array.from({ length: 10 }, () => inspect('plain')));
    const closed = inspector.close();
    await expect(inspect('plain')).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(await queued).toHaveLength(10);
    await closed;
  });
});

it('sweeps the scratch of a killed process at the start, but not that of a living one', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'pool-'));
  await mkdir(join(scratch, 'inspect-old'));
  await mkdir(join(scratch, 'inspect-new'));
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(join(scratch, 'inspect-old'), yesterday, yesterday);
  const inspector = await openInspector({ threads: 1, anchors: null, scratch, version: '1.2.3' }, (setup, memoryMb) =>
    startThread(setup, memoryMb, dying),
  );
  await inspector.close();
  expect([existsSync(join(scratch, 'inspect-old')), existsSync(join(scratch, 'inspect-new'))]).toEqual([false, true]);
  await rm(scratch, { recursive: true });
});

it('fails to open rather than wait for ever when no thread can start', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'pool-'));
  const absent = new URL('./programs/absent.ts', import.meta.url);
  await expect(
    openInspector({ threads: 1, anchors: null, scratch, version: '1.2.3' }, (setup, memoryMb) => startThread(setup, memoryMb, absent)),
  ).rejects.toThrow();
  await rm(scratch, { recursive: true });
});
