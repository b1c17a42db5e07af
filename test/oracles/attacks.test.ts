/**
 * The files of every test of attacks before other judges. Those tests leave what they judge in a folder (test/signature/exported.ts),
 * so that a new attack comes here by itself.
 */
import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { integrityOnly } from '../../src/signature/context.ts';
import { temporaryFolder } from '../support/hub.ts';
import { hasOracle } from '../support/oracle.ts';
import { disagreementsIn } from './disagreements.ts';
import { type Bench, layBench } from './judges/bench.ts';
import { dssOn, isInstalled, pdfsigOn, pyhankoOn, weOn } from './judges/judges.ts';

const root = new URL('../..', import.meta.url).pathname;
const judgedAt = new Date('2026-11-20T09:00:00.000Z');
/** Walks over every byte of a file: other judges learn nothing from them. */
const leftOut = '^(?!.*broken files)';

let folder: string;
let bench: Bench;
beforeAll(async () => {
  folder = await temporaryFolder();
  const exported = join(folder, 'exported');
  mkdirSync(exported);
  const words = ['run', '--config', 'test/vitest.config.ts', 'test/signature/attacks', '-t', leftOut, '--reporter=dot'];
  await promisify(execFile)(join(root, 'node_modules', '.bin', 'vitest'), words, {
    cwd: root,
    env: { ...process.env, LIENTHONG_EXPORT: exported },
  });
  const read = (pattern: string) => globSync(`*/${pattern}`, { cwd: exported }).map((path) => join(exported, path));
  const bytesOf = (pattern: string) => read(pattern).map((path) => readFileSync(path));
  // Each test file has a PKI of its own; on the bench all of them are known.
  bench = layBench(join(folder, 'bench'), {
    judgedAt,
    files: new Map(read('*.pdf').map((path) => [basename(path, '.pdf'), readFileSync(path)])),
    anchors: bytesOf('anchors/*'),
    chain: bytesOf('chain/*'),
    crls: bytesOf('crls/*'),
  });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const agreed = { unexplained: [], vanished: [] };

describe('the attacks', () => {
  it('are on the bench, and controls that are good', () => {
    expect(bench.names.length).toBeGreaterThan(80);
    const verdicts = [...weOn(bench).values()].map((proof) => proof.verdict);
    expect(verdicts.filter((verdict) => verdict === 'invalid').length).toBeGreaterThan(60);
    expect(verdicts).toContain('valid');
  });
  it.skipIf(!isInstalled('pyhanko'))('are refused by pyHanko too, or the table says why not', { timeout: 300_000 }, async () => {
    expect(disagreementsIn('attacks', 'pyhanko', weOn(bench), await pyhankoOn(bench))).toEqual(agreed);
  });
  it.skipIf(!isInstalled('dss'))('are refused by EU DSS too, or the table says why not', { timeout: 300_000 }, async () => {
    expect(disagreementsIn('attacks', 'dss', weOn(bench), await dssOn(bench))).toEqual(agreed);
  });
  it.skipIf(!hasOracle('pdfsig', '-v'))('are refused by pdfsig too, or the table says why not', { timeout: 60_000 }, async () => {
    expect(disagreementsIn('attacks', 'pdfsig', weOn(bench, integrityOnly), await pdfsigOn(bench))).toEqual(agreed);
  });
});
