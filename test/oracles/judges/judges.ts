/** The judges: pyHanko, EU DSS and pdfsig as processes, and we. Each looks at a whole bench and nothing else; none may use a network. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { allRules, type Rules } from '../../../src/signature/context.ts';
import { trustFrom } from '../../../src/signature/path/trust.ts';
import { type PdfProof, verifyPdf } from '../../../src/signature/pdf/verify.ts';
import { revocationFrom } from '../../../src/signature/revocation/known.ts';
import { type Bench, thingsOf } from './bench.ts';

/** `accepted`: every signature of the file, and there is one. `said`: its own words, short. */
export type Opinion = { readonly accepted: boolean; readonly said: string };
export type Opinions = ReadonlyMap<string, Opinion>;

const run = promisify(execFile);
const here = new URL('..', import.meta.url).pathname;
const cache = process.env.LIENTHONG_ORACLES ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lienthong', 'oracles');

/** Where `install` put a judge: named by the files it was made from, so that an old one is never asked. */
const homeOf = (name: string, ...from: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const file of from) hash.update(readFileSync(join(here, file)));
  return join(cache, `${name}-${hash.digest('hex').slice(0, 16)}`);
};
const homes = {
  pyhanko: homeOf('pyhanko', 'pyhanko/requirements.txt'),
  dss: homeOf('dss', 'dss/pom.xml', 'dss/Judge.java'),
} as const;

/** Whether `install` has made it here; in CI its absence is an error, elsewhere it is said aloud. */
export const isInstalled = (name: keyof typeof homes): boolean => {
  const found = existsSync(join(homes[name], 'ready'));
  if (!found && process.env.CI === 'true') throw new Error(`${name} is missing; in CI test/oracles/install must have made it`);
  if (!found) process.stderr.write(`\nSKIPPED: ${name} is not installed (test/oracles/install ${name})\n`);
  return found;
};

const ask = async (program: string, words: readonly string[]): Promise<string> =>
  (await run(program, words, { encoding: 'utf8', maxBuffer: 64 << 20, timeout: 300_000 })).stdout;

const python = (script: string, ...folders: readonly string[]): Promise<string> =>
  ask(join(homes.pyhanko, 'bin', 'python'), ['-B', join(here, 'pyhanko', script), ...folders]);

const foldersOf = (benches: readonly Bench[]): readonly string[] => benches.map((bench) => bench.folder);

/** Fills a folder with the files of pyHanko's makers. */
export const makeFiles = async (folder: string): Promise<void> => {
  await python('make.py', folder);
};

/** For a run of seconds the thorough compiler and the parallel collector cost more than they give. */
const quickStart = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

type Said = Readonly<
  Record<string, { readonly unreadable?: string; readonly refused?: string; readonly signatures: readonly SaidOfOne[] }>
>;
type SaidOfOne = {
  readonly kind?: 'signature' | 'timestamp';
  readonly accepted?: boolean;
  readonly error?: string;
  readonly suspicion?: string | null;
  readonly indication?: string;
  readonly subIndication?: string | null;
};

export const pyhankoOn = async (...benches: readonly Bench[]): Promise<Opinions> => {
  const said = JSON.parse(await python('judge.py', ...foldersOf(benches))) as Said;
  const isGood = (one: SaidOfOne): boolean => one.accepted === true;
  return new Map(
    Object.entries(said).map(([name, { signatures, unreadable, refused }]) => {
      // A document timestamp is nobody's signature.
      const those = signatures.filter((one) => one.kind === 'signature');
      const words = those.map((one) => one.error ?? one.suspicion ?? one.indication ?? '');
      return [name, { accepted: those.length > 0 && those.every(isGood), said: unreadable ?? [refused ?? [], words].flat().join('; ') }];
    }),
  );
};

export const dssOn = async (...benches: readonly Bench[]): Promise<Opinions> => {
  const words = [...quickStart, '-cp', `${homes.dss}/lib/*:${homes.dss}/classes`, 'Judge', ...foldersOf(benches)];
  const said = JSON.parse(await ask('java', words)) as Said;
  const isGood = (one: SaidOfOne): boolean => one.indication === 'TOTAL_PASSED';
  return new Map(
    Object.entries(said).map(([name, { signatures, unreadable }]) => {
      const words = signatures.map((one) => [one.indication, one.subIndication].filter((word) => word != null).join('/'));
      return [name, { accepted: signatures.length > 0 && signatures.every(isGood), said: unreadable ?? words.join('; ') }];
    }),
  );
};

/** Without its look at certificates, which takes those of the system: integrity only. */
export const pdfsigOn = async (...benches: readonly Bench[]): Promise<Opinions> => {
  const one = async (bench: Bench, name: string): Promise<readonly [string, Opinion]> => {
    const text = await ask('pdfsig', ['-nocert', join(bench.folder, `${name}.pdf`)]).catch(
      (error: { stdout?: string }) => error.stdout ?? '',
    );
    // It does not verify document timestamps, which are nobody's signatures.
    const said = [...text.matchAll(/Signature Validation: (.*)/g)]
      .map((found) => found[1] ?? '')
      .filter((word) => !/not yet been/.test(word));
    return [name, { accepted: said.length > 0 && said.every((word) => word === 'Signature is Valid.'), said: said.join('; ') }];
  };
  const opinions = new Map<string, Opinion>();
  for (const bench of benches) for (const name of bench.names) opinions.set(...(await one(bench, name)));
  return opinions;
};

/** Our own proofs. */
export const weOn = (bench: Bench, rules: Rules = allRules): ReadonlyMap<string, PdfProof> => {
  const trust = trustFrom({ anchors: thingsOf(bench, 'anchors'), pins: 'self-signed', intermediates: thingsOf(bench, 'chain') });
  const revocation = revocationFrom(thingsOf(bench, 'crls'));
  return new Map(
    bench.names.map((name) => {
      const bytes = readFileSync(join(bench.folder, `${name}.pdf`));
      const read = (offset: number, length: number) => bytes.subarray(offset, Math.min(bytes.length, offset + length));
      return [name, verifyPdf({ size: bytes.length, read }, { trust, revocation, rules, at: bench.judgedAt })];
    }),
  );
};
