/** Files that pyHanko made over a PKI of certomancer: what each is, our verdict says; what other judges say differs only where the table has it. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { integrityOnly } from '../../src/signature/context.ts';
import type { PdfProof } from '../../src/signature/pdf/verify.ts';
import { temporaryFolder } from '../support/hub.ts';
import { hasOracle } from '../support/oracle.ts';
import { disagreementsIn } from './disagreements.ts';
import { openBench } from './judges/bench.ts';
import { dssOn, isInstalled, makeFiles, type Opinions, pdfsigOn, pyhankoOn, weOn } from './judges/judges.ts';

const [hasPyhanko, hasDss, hasPdfsig] = [isInstalled('pyhanko'), isInstalled('dss'), hasOracle('pdfsig', '-v')];
const wordOf = ({ verdict, reason }: Pick<PdfProof, 'verdict' | 'reason'>): string => (reason === null ? verdict : `${verdict}/${reason}`);

describe.skipIf(!hasPyhanko)('files made by pyHanko', () => {
  let bench: ReturnType<typeof openBench>;
  let ours: ReadonlyMap<string, PdfProof>;
  let others: Readonly<Record<'pyhanko' | 'dss' | 'pdfsig', Opinions | null>>;
  let folder: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    await makeFiles(folder);
    bench = openBench(folder);
    // Two processes at a time: as many as there are cores.
    const theirs = Promise.all([pyhankoOn(bench), hasDss ? dssOn(bench) : null]);
    ours = weOn(bench);
    const [pyhanko, dss] = await theirs;
    others = { pyhanko, dss, pdfsig: hasPdfsig ? await pdfsigOn(bench) : null };
  }, 400_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are what they are, every one of them', () => {
    expect(bench.described.length).toBeGreaterThan(120);
    const said = Object.fromEntries([...ours].map(([name, proof]) => [name, wordOf(proof)]));
    expect(said).toEqual(Object.fromEntries(bench.described.map((file) => [file.name, file.truth])));
  });

  it.each(['pyhanko', 'dss', 'pdfsig'] as const)('%s disagrees only where the table says so', (judge) => {
    const theirs = others[judge];
    if (theirs === null) return;
    // pdfsig is asked about bytes only.
    const we = judge === 'pdfsig' ? weOn(bench, integrityOnly) : ours;
    expect(disagreementsIn('made', judge, we, theirs)).toEqual({ unexplained: [], vanished: [] });
  });

  it('are judged alike through the command line', async () => {
    const names = ['pades-b-lta', 'revoked-timestamp', 'docmdp-2-rewritten', 'rogue', 'person-then-agency'];
    const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
    const words = ['--anchors', join(folder, 'anchors'), '--crls', join(folder, 'crls'), '--at', bench.judgedAt.toISOString(), '--json'];
    const command = ['verify', ...names.map((name) => join(folder, `${name}.pdf`)), ...words];
    const run = promisify(execFile)(process.execPath, [main, ...command], { encoding: 'utf8' });
    const { code, stdout } = await run.then(
      (done) => ({ code: 0, stdout: done.stdout }),
      (error: { code: number; stdout: string }) => error,
    );
    const found = JSON.parse(stdout) as readonly PdfProof[];
    expect(found.map(wordOf)).toEqual(names.map((name) => bench.described.find((file) => file.name === name)?.truth));
    expect(code).toBe(65);
  });
});
