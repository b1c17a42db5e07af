/**
 * `node test/crash/main.ts [--engine mongo+rabbit] [--faults 200] [--envelopes 50000] [--plant NAME]
 * [--only 'store killed']…`: the long form; ends non-zero when anything is wrong.
 * SIGINT ends it early: what was accepted so far is judged. */
import { parseArgs } from 'node:util';
import { drawAmong, drawFaults, isFault } from './faults/table.ts';
import { type PlantName, plants } from './planted.ts';
import { crash, wrongsOf } from './run.ts';
import { engines } from './stage.ts';

// Hubs are started by the hundred: the second takes from here what the first compiled.
process.env.NODE_COMPILE_CACHE ??= new URL('../../node_modules/.cache/lienthong-compiled', import.meta.url).pathname;

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    faults: { type: 'string', default: '30' },
    envelopes: { type: 'string', default: '3000' },
    plant: { type: 'string' },
    only: { type: 'string', multiple: true },
  },
});
const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
const engine = engines.find((name) => name === values.engine);
const plant = Object.keys(plants).find((name): name is PlantName => name === values.plant);
if (engine === undefined || (values.plant !== undefined && plant === undefined)) {
  say(`--engine is one of ${engines.join(', ')}; --plant one of ${Object.keys(plants).join(', ')}`);
  process.exit(64);
}
const only = values.only?.filter(isFault);
const faults = only === undefined ? drawFaults(engine, Number(values.faults)) : drawAmong(only, Number(values.faults));
const envelopes = Number(values.envelopes);
const enough = new AbortController();
process.once('SIGINT', () => enough.abort());
const report = await crash({ engine, faults, envelopes, say, enough: enough.signal, ...(plant === undefined ? {} : { plant }) });
const wrongs = wrongsOf(report);
for (const [what, found] of Object.entries(wrongs)) say(`${what}: ${found.length}, e.g. ${found.slice(0, 3).join('; ')}`);
process.stdout.write(
  `${report.servers.join(' + ')}, two hubs, ${report.seconds} s\n` +
    `faults: ${Object.entries(report.faults)
      .map(([name, count]) => `${count} × ${name}`)
      .join(', ')}\n` +
    `${report.accepted} documents accepted, ${report.deliveries} deliveries collected, ${report.again} messages came again with the same id; ` +
    `lost ${report.lost.length}, twice ${report.twice.length}, bytes differing ${report.changed.length}, stuck ${report.stuck.length}, ` +
    `alerts wrong ${report.alerts.length}, refused ${report.refused.length}, figures wrong ${report.figures.length}\n`,
);
process.exit(Object.keys(wrongs).length === 0 ? 0 : 1);
