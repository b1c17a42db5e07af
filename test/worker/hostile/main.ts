/** The long form: every hostile file alone through a pool, with what it cost. `node test/worker/hostile/main.ts [WORD]`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInspector } from '../../../src/worker/pool.ts';
import { hostileMessages } from './messages.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-hostile-'));
const inspector = await openInspector({ threads: 1, anchors: null, scratch: join(folder, 'scratch'), version: '0.0.0' });
const wanted = process.argv[2] ?? '';
const messages = await hostileMessages();
for (const [name, make] of Object.entries(messages)) {
  if (!name.includes(wanted)) continue;
  const path = join(folder, 'message.xml');
  const bytes = make();
  writeFileSync(path, bytes);
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  const start = performance.now();
  const { proof, faults } = await inspector.inspect({ path }, { at: new Date(), profile: 'member' });
  const ms = performance.now() - start;
  clearInterval(watch);
  const found = proof === null ? `refused ${faults[0]?.code}` : `${proof.verdict}/${proof.reason}`;
  const row = [
    `${Math.round(ms)} ms`.padStart(9),
    `+${Math.round((peak - before) / 1e6)} MB`.padStart(9),
    `${(bytes.length / 1e6).toFixed(1)} MB`.padStart(9),
  ];
  process.stdout.write(`${row.join(' ')}  ${found.padEnd(36)} ${name}\n`);
}
await inspector.close();
rmSync(folder, { recursive: true });
