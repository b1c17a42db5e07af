/**
 * `node test/crash/main.ts [--engine mongo+rabbit] [--faults 30] [--envelopes 3000] [--plant NAME]
 * [--only 'store killed']…`: one engine; `--long`: all of them, 210 faults over 52,000 envelopes, about an hour.
 * Ends non-zero when anything is wrong. SIGINT ends it early: what was accepted so far is judged. */
import { parseArgs } from 'node:util';
import { drawAmong, drawFaults, type FaultName, isFault } from './faults/table.ts';
import { type PlantName, plants } from './planted.ts';
import { type CrashReport, crash, wrongsOf } from './run.ts';
import { type Engine, engines } from './stage.ts';

// Hubs are started by the hundred: the second takes from here what the first compiled.
process.env.NODE_COMPILE_CACHE ??= new URL('../../node_modules/.cache/lienthong-compiled', import.meta.url).pathname;

type Leg = { readonly engine: Engine; readonly faults: readonly FaultName[]; readonly envelopes: number; readonly plant?: PlantName };

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'sqlite' },
    faults: { type: 'string', default: '30' },
    envelopes: { type: 'string', default: '3000' },
    plant: { type: 'string' },
    only: { type: 'string', multiple: true },
    long: { type: 'boolean', default: false },
  },
});
const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

/** The mix with the most parts that can break gets the most faults. */
const longLegs = (): readonly Leg[] =>
  (
    [
      ['mongo+rabbit', 90, 12_000],
      ['sqlite+rabbit', 50, 15_000],
      ['mongo', 30, 5_000],
      ['sqlite', 40, 20_000],
    ] as const
  ).map(([engine, faults, envelopes]) => ({ engine, faults: drawFaults(engine, faults), envelopes }));

const oneLeg = (): Leg => {
  const engine = engines.find((name) => name === values.engine);
  const plant = Object.keys(plants).find((name): name is PlantName => name === values.plant);
  if (engine === undefined || (values.plant !== undefined && plant === undefined)) {
    say(`--engine is one of ${engines.join(', ')}; --plant one of ${Object.keys(plants).join(', ')}`);
    process.exit(64);
  }
  const count = Number(values.faults);
  const only = values.only?.filter(isFault);
  const faults = only === undefined ? drawFaults(engine, count) : drawAmong(only, count);
  return { engine, faults, envelopes: Number(values.envelopes), ...(plant === undefined ? {} : { plant }) };
};

const show = (report: CrashReport): void => {
  for (const [what, found] of Object.entries(wrongsOf(report))) say(`${what}: ${found.length}, e.g. ${found.slice(0, 3).join('; ')}`);
  process.stdout.write(
    `${report.servers.join(' + ')}, two hubs, ${report.seconds} s\n` +
      `faults: ${Object.entries(report.faults)
        .map(([name, count]) => `${count} × ${name}`)
        .join(', ')}\n` +
      `${report.accepted} documents accepted, ${report.deliveries} deliveries collected, ${report.again} messages came again with the same id; ` +
      `lost ${report.lost.length}, twice ${report.twice.length}, bytes differing ${report.changed.length}, stuck ${report.stuck.length}, ` +
      `alerts wrong ${report.alerts.length}, refused ${report.refused.length}, figures wrong ${report.figures.length}\n` +
      `since they started last: ${report.shares.map(({ hub, overHttp, overAmqp, relayed }) => `${hub} accepted ${overHttp} + ${overAmqp}, relayed ${relayed}`).join('; ')}\n` +
      (report.lockUps === 0 ? '' : `the store, which is not MongoDB, locked itself up ${report.lockUps} times and was started again\n`),
  );
};

const enough = new AbortController();
process.once('SIGINT', () => enough.abort());
const reports: CrashReport[] = [];
for (const leg of values.long ? longLegs() : [oneLeg()]) {
  if (enough.signal.aborted) break;
  const report = await crash({ ...leg, say, enough: enough.signal });
  show(report);
  reports.push(report);
}
if (reports.length > 1) {
  const sum = (count: (report: CrashReport) => number): number => reports.reduce((total, report) => total + count(report), 0);
  const faults = sum((report) => Object.values(report.faults).reduce((total, count) => total + count, 0));
  process.stdout.write(
    `in all ${faults} faults, ${sum(({ accepted }) => accepted)} documents, ${sum(({ deliveries }) => deliveries)} deliveries, ` +
      `${sum((report) => Object.values(wrongsOf(report)).flat().length)} wrong\n`,
  );
}
process.exit(reports.every((report) => Object.keys(wrongsOf(report)).length === 0) ? 0 : 1);
