/** `node test/crash/main.ts [--kills 30] [--plant NAME]`: the long form; ends non-zero when anything is wrong. */
import { parseArgs } from 'node:util';
import type { PlantName } from './planted.ts';
import { crash, wrongsOf } from './run.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '30' }, plant: { type: 'string' } } });
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const plant = values.plant as PlantName | undefined;
const verdict = await crash({ kills: Number(values.kills), say, ...(plant === undefined ? {} : { plant }) });
const wrongs = wrongsOf(verdict);
for (const [what, found] of Object.entries(wrongs)) say(`${what}: ${found.length}, e.g. ${found.slice(0, 3).join('; ')}`);
process.stdout.write(
  `${verdict.accepted} documents accepted, ${verdict.deliveries} deliveries collected, ${Object.keys(wrongs).length} kinds of wrong\n`,
);
process.exitCode = Object.keys(wrongs).length === 0 ? 0 : 1;
