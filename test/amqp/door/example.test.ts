/** The client printed in spec/amqp.md, as a developer copies it, against a real hub: it sends, receives, acknowledges. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPapers } from '../../http/papers.ts';
import { hasBroker } from '../../support/broker.ts';
import { root } from '../../support/hub.ts';
import { openStage, type Stage } from './stage.ts';

const suite = hasBroker() ? describe : describe.skip;
const running: ChildProcess[] = [];

let stage: Stage;
let papers: Awaited<ReturnType<typeof openPapers>>;

const clientFor = async (system: string): Promise<{ start(...files: readonly string[]): () => string; readonly folder: string }> => {
  const [, source = ''] = /```js\n([\s\S]*?)```/.exec(await readFile(join(root, 'spec/amqp.md'), 'utf8')) ?? [];
  expect(source.split('\n').length).toBeLessThan(50);
  const folder = join(stage.folder, `client-${system}`);
  await mkdir(folder);
  await writeFile(join(folder, 'client.mjs'), source);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const agency = await stage.connect(system, { reads: false });
  const address = new URL(stage.host.url);
  [address.username, address.password] = [agency.user, stage.passwordOf(agency)];
  // Its reply queue is the example's to read.
  await agency.close();
  return {
    folder,
    start: (...files) => {
      const child = spawn(process.execPath, ['client.mjs', ...files], {
        cwd: folder,
        env: { PATH: process.env.PATH, AMQP_URL: address.href, SYSTEM: system },
      });
      running.push(child);
      let printed = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text: Buffer) => {
          printed += text.toString();
        });
      return () => printed;
    },
  };
};

const until = async (printed: () => string, wanted: RegExp): Promise<RegExpExecArray> => {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const found = wanted.exec(printed());
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${wanted} was not printed:\n${printed()}`);
};

suite('the client of spec/amqp.md', () => {
  beforeAll(async () => {
    [stage, papers] = await Promise.all([openStage({ LIENTHONG_INLINE_BYTES: '50000' }), openPapers()]);
  }, 150_000);
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await stage?.close();
  });

  it('sends a small and a large letter and prints the receipts; the other side has the exact bytes and acknowledged them', {
    timeout: 60_000,
  }, async () => {
    const [commune, department] = [await clientFor('H99.22'), await clientFor('H99.5')];
    const letters = [papers.letter('unsigned'), papers.letter('unsigned', { content: 'x'.repeat(80_000) })];
    for (const [place, bytes] of letters.entries()) await writeFile(join(commune.folder, `${place}.edxml`), bytes);
    const taken = department.start();
    const sent = commune.start('0.edxml', '1.edxml');
    for (const bytes of letters) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const [, deliveryId = ''] = await until(sent, new RegExp(`answer \\S+ 202 .*"sha256":"${sha256}".*?"deliveryId":"(d_\\w+)"`));
      await until(taken, new RegExp(`received ${deliveryId} H99.5 document unsigned ${bytes.length}`));
      await until(taken, new RegExp(`answer \\S+ 200 .*"deliveryId":"${deliveryId}","state":"collected"`));
      expect((await readFile(join(department.folder, `${deliveryId}.edxml`))).equals(bytes)).toBe(true);
    }
  });
});
