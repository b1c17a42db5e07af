/**
 * Hostile files through the pool (issue 4, 11): each ends within its limits, none is called valid or takes
 * another message down, and the event loop never waits for them. `node test/worker/hostile/main.ts` is the
 * long form, one by one with what each cost.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Inspection } from '../../src/hub.ts';
import { type Inspector, openInspector } from '../../src/worker/pool.ts';
import { documentMessage } from '../support/message.ts';
import { hostileMessages } from './hostile/messages.ts';

let folder: string;
let inspector: Inspector;
let messages: Awaited<ReturnType<typeof hostileMessages>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostile-'));
  messages = await hostileMessages();
  inspector = await openInspector({ threads: 2, anchors: null, scratch: join(folder, 'scratch'), version: '1.2.3' });
});
afterAll(async () => {
  await inspector.close();
  await rm(folder, { recursive: true, force: true });
});

const inspect = async (name: string, bytes: Uint8Array): Promise<Inspection> => {
  const path = join(folder, `${name.replaceAll(/\W+/g, '-')}.xml`);
  await writeFile(path, bytes);
  const inspection = await inspector.inspect({ path }, { at: new Date(), profile: 'member' });
  await rm(path);
  return inspection;
};

/** Milliseconds that the loop may stand still: a verification in it would take seconds. */
const mostBlocked = 800;

/** A verification in the loop stands in the way every time; a machine that is busy with other things does not. */
const looks = 3;

/** Those that cost a second or more, to make or to stop; the long form has all. */
const long = [
  'PDF: a million sections',
  'PDF: an object stream with a million',
  'PDF: a dictionary of a million',
  'PDF: five million values',
  'PDF: one comment',
  'PDF: a name of twenty',
  'PDF: forty filters',
  'PDF: a table of a million',
  'PDF: a million decoy',
  'CMS: twenty thousand',
  'CMS: ten million',
  'XML: half a million',
  'XML: ten thousand',
  'XML: a million elements beside',
  'XML: thirty megabytes',
  'XML: one comment',
  'XML: a signature value',
];

describe('hostile files', () => {
  it('are many, and of every kind', async () => {
    const names = Object.keys(messages);
    for (const [kind, least] of [
      ['PDF', 30],
      ['CMS', 15],
      ['XML', 12],
    ] as const)
      expect(names.filter((name) => name.startsWith(kind)).length).toBeGreaterThanOrEqual(least);
  });

  it('are each stopped or judged, never valid, while the event loop goes on', { timeout: 120_000 }, async () => {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    const before = process.memoryUsage.rss();
    let [peak, blocked] = [before, 0];
    for (const [name, make] of Object.entries(messages).filter(([name]) => !long.some((one) => name.startsWith(one)))) {
      // Making the file is the test's own work; from here on the loop is the hub's.
      const bytes = make();
      let least = Number.POSITIVE_INFINITY;
      for (let look = 0; look < looks && least >= mostBlocked; look += 1) {
        delay.reset();
        delay.enable();
        const start = performance.now();
        const { proof, message, faults } = await inspect(name, bytes);
        delay.disable();
        least = Math.min(least, delay.max / 1e6);
        expect([name, faults.length, message?.kind]).toEqual([name, 0, 'document']);
        expect([name, proof?.verdict]).not.toEqual([name, 'valid']);
        expect([name, performance.now() - start < 20_000]).toEqual([name, true]);
      }
      blocked = Math.max(blocked, least);
      peak = Math.max(peak, process.memoryUsage.rss());
    }
    // A synchronous verification of any of the larger ones would stand in the way for a second or more.
    expect(blocked).toBeLessThan(mostBlocked);
    expect(peak - before).toBeLessThan(1_500_000_000);
  });

  it('would be noticed on the event loop: the measure sees a second of standing still', async () => {
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const until = performance.now() + 1_000; performance.now() < until; );
    await new Promise((resolve) => setTimeout(resolve, 50));
    delay.disable();
    expect(delay.max / 1e6).toBeGreaterThan(mostBlocked);
  });

  it('leave the threads able to judge the next message', async () => {
    const bytes = documentMessage({
      ...{ from: 'H99.1', to: ['H99.2'], documentId: 'after', number: '1' },
      files: [{ name: 'thu.txt', bytes: Buffer.from('xin chào'), contentType: 'text/plain', description: 'Văn bản chính' }],
    });
    expect((await inspect('after', bytes)).proof?.reason).toBe('unsignable-format');
  });
});
