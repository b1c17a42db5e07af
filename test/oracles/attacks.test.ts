/**
 * The files of every test of attacks before other judges. Those tests leave what they judge in a folder (test/signature/exported.ts),
 * so that a new attack comes here by itself.
 */
import { execFile } from 'node:child_process';
import { globSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { integrityOnly, type Rules } from '../../src/signature/context.ts';
import type { PdfProof } from '../../src/signature/pdf/verify.ts';
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
let benches: readonly Bench[];
beforeAll(async () => {
  folder = await temporaryFolder();
  const exported = join(folder, 'exported');
  mkdirSync(exported);
  const words = ['run', '--config', 'test/vitest.config.ts', 'test/signature/attacks', '-t', leftOut, '--reporter=dot'];
  await promisify(execFile)(join(root, 'node_modules', '.bin', 'vitest'), words, {
    cwd: root,
    env: { ...process.env, LIENTHONG_EXPORT: exported },
  });
  // One a PKI: each test file has its own, with names that are the same in all.
  benches = readdirSync(exported).map((name) => {
    const from = join(exported, name);
    const bytesOf = (pattern: string) => globSync(pattern, { cwd: from }).map((path) => readFileSync(join(from, path)));
    return layBench(join(folder, name), {
      judgedAt,
      files: new Map(globSync('*.pdf', { cwd: from }).map((path) => [basename(path, '.pdf'), readFileSync(join(from, path))])),
      anchors: bytesOf('anchors/*'),
      chain: bytesOf('chain/*'),
      crls: bytesOf('crls/*'),
    });
  });
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const weOnAll = (rules?: Rules): ReadonlyMap<string, PdfProof> => new Map(benches.flatMap((bench) => [...weOn(bench, rules)]));
const agreed = { unexplained: [], vanished: [] };

describe('the attacks', () => {
  it('are on the bench, and controls that are good', () => {
    expect(benches.flatMap((bench) => bench.names).length).toBeGreaterThan(150);
    const verdicts = [...weOnAll().values()].map((proof) => proof.verdict);
    expect(verdicts.filter((verdict) => verdict === 'invalid').length).toBeGreaterThan(60);
    expect(verdicts).toContain('valid');
  });
  it.skipIf(!isInstalled('pyhanko'))('are refused by pyHanko too, or the table says why not', { timeout: 300_000 }, async () => {
    expect(disagreementsIn('attacks', 'pyhanko', weOnAll(), await pyhankoOn(...benches))).toEqual(agreed);
  });
  it.skipIf(!isInstalled('dss'))('are refused by EU DSS too, or the table says why not', { timeout: 300_000 }, async () => {
    expect(disagreementsIn('attacks', 'dss', weOnAll(), await dssOn(...benches))).toEqual(agreed);
  });
  it.skipIf(!hasOracle('pdfsig', '-v'))('are refused by pdfsig too, or the table says why not', { timeout: 60_000 }, async () => {
    expect(disagreementsIn('attacks', 'pdfsig', weOnAll(integrityOnly), await pdfsigOn(...benches))).toEqual(agreed);
  });
});
