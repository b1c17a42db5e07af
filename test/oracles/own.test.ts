/** Our own files before other judges: pyHanko, EU DSS and pdfsig say of them what we say, except where the table has it. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { integrityOnly } from '../../src/signature/context.ts';
import type { PdfProof } from '../../src/signature/pdf/verify.ts';
import { temporaryFolder } from '../support/hub.ts';
import { hasOracle } from '../support/oracle.ts';
import { disagreementsIn } from './disagreements.ts';
import { type Bench, layBench } from './judges/bench.ts';
import { dssOn, isInstalled, pdfsigOn, pyhankoOn, weOn } from './judges/judges.ts';
import { makeOwnFiles, type OwnFiles } from './own.ts';

let own: OwnFiles;
let bench: Bench;
let folder: string;
beforeAll(async () => {
  [own, folder] = await Promise.all([makeOwnFiles(), temporaryFolder()]);
  bench = layBench(folder, own.bench);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const agreed = { unexplained: [], vanished: [] };

describe('files of our own makers', () => {
  it('are judged by us as what they are', () => {
    const said = [...weOn(bench)].map(([name, { verdict, reason }]: [string, PdfProof]) => [
      name,
      reason === null ? verdict : `${verdict}/${reason}`,
    ]);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(own.truths));
  });
  it.skipIf(!isInstalled('pyhanko'))('are judged alike by pyHanko', { timeout: 300_000 }, async () => {
    expect(disagreementsIn('own', 'pyhanko', weOn(bench), await pyhankoOn(bench))).toEqual(agreed);
  });
  it.skipIf(!isInstalled('dss'))('are judged alike by EU DSS', { timeout: 300_000 }, async () => {
    expect(disagreementsIn('own', 'dss', weOn(bench), await dssOn(bench))).toEqual(agreed);
  });
  it.skipIf(!hasOracle('pdfsig', '-v'))('are judged alike by pdfsig, as far as their bytes go', async () => {
    expect(disagreementsIn('own', 'pdfsig', weOn(bench, integrityOnly), await pdfsigOn(bench))).toEqual(agreed);
  });
});
