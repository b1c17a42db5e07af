/**
 * A test runner for Stryker that loads the tests of `signature/` once a process. The runner for vitest starts
 * a worker for each mutant, which loads all modules and makes all keys again: ten times as slow.
 */
import { appendFileSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beginFile, finish, forget, prepare, runTest, tests } from './collected.ts';

/** Walks over whole corpora, over each bit of a file, and other programs: each mutant would pay for them. */
const longFiles = /mutation|corpus|path\/openssl|cms\/pkijs|revocation\/maker|attacks\/(all|foreign|words)\.test/u;
const longTests =
  /any bytes changed|any signed byte changed|with a bit of|bit of what was signed|never throws on any|mutated|cut anywhere|doubled, filled|too many (comments|elements)|text without end|longer than a parser|list of noise|thousand|million|by the hundred|web of authorities|each other without end|graph of RFC 9618|mapped crosswise|any bytes|whatever it is given|that never end|inflates to|more than anybody writes|whatever can be written|exponent of 1/u;

type Hits = Record<string, number>;
type Coverage = { readonly static: Hits; readonly perTest: Readonly<Record<string, Hits>> };
type Space = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: Coverage;
};
/** The names that Stryker's instrumented code goes by. */
const host = globalThis as { __stryker__?: Space };
host.__stryker__ ??= {};
const space: Space = host.__stryker__;

let generation = 0;
/** What `signature/` keeps of an object between two calls, a mutant must not leave to the next one. */
const keepNoMemory = (): void => {
  const Kept = globalThis.WeakMap;
  globalThis.WeakMap = new Proxy(Kept, {
    construct(target, args, caller) {
      const map = Reflect.construct(target, args, caller);
      if (!new Error('where').stack?.includes('/src/signature/')) return map;
      const { get } = map;
      const born = new Kept<object, number>();
      map.set = (key: object, value: unknown) => {
        born.set(key, generation);
        return Kept.prototype.set.call(map, key, value);
      };
      map.get = (key: object) => (born.get(key) === generation ? get.call(map, key) : undefined);
      map.has = (key: object) => born.get(key) === generation && Kept.prototype.has.call(map, key);
      return map;
    },
  });
};

const load = async (): Promise<void> => {
  keepNoMemory();
  const collected = new URL('./collected.ts', import.meta.url).href;
  registerHooks({
    resolve: (name, context, next) =>
      name === 'vitest' && context.parentURL !== collected ? { url: collected, shortCircuit: true } : next(name, context),
  });
  const files = globSync('test/signature/**/*.test.ts').sort();
  for (const file of files.filter((path) => !longFiles.test(path))) {
    beginFile(relative('.', file));
    await import(pathToFileURL(resolve(file)).href);
  }
};

const tookMs = new Map<string, number>();
const kills = new Map<string, number>();
/** Tests that have killed much in little time go first. */
const rank = (id: string): number => {
  const ms = (tookMs.get(id) ?? 100) + 0.1;
  return (kills.get(id) ?? 0) > 0 ? -(kills.get(id) ?? 0) / ms : ms;
};

/** How often each test comes by each mutant, for processes that start after the one that counted. */
const hitsFile = 'hits.json';
let hits: Coverage['perTest'] | null = null;
/** A test that comes by so many times as often as without the mutant goes round in a circle. */
const circles = 100;

const limitFor = (id: string, mutant: string): number => {
  hits ??= JSON.parse(readFileSync(hitsFile, 'utf8')) as Coverage['perTest'];
  return circles * ((hits[id]?.[mutant] ?? 0) + 10);
};
const isCircling = (): boolean => (space.hitCount ?? 0) > (space.hitLimit ?? Number.POSITIVE_INFINITY);

/** The failure, or null. What the test needs is made without the mutant. */
const attempt = async (id: string, mutant: string | undefined): Promise<string | null> => {
  const one = tests.get(id);
  if (!one) throw new Error(`no test ${id}`);
  space.activeMutant = undefined;
  space.hitCount = undefined;
  await prepare(one);
  const begin = performance.now();
  try {
    if (mutant !== undefined) Object.assign(space, { hitCount: 0, hitLimit: limitFor(id, mutant) });
    space.activeMutant = mutant;
    await runTest(one);
    return null;
  } catch (error) {
    return String(error instanceof Error ? error.message : error).slice(0, 300) || 'failed';
  } finally {
    space.activeMutant = undefined;
    tookMs.set(id, performance.now() - begin);
  }
};

const isLong = (id: string): boolean => longTests.test(tests.get(id)?.name ?? '');

/** More tests than this share that fail without any mutant: then something is broken, and nothing can be said of mutants. */
const mostFailing = 0.02;

/** Stryker swallows what its processes write: where this variable of the environment says, main.ts reads of it. */
const toldIn = 'LIENTHONG_MUTATION_TOLD';
const tell = (text: string): void => {
  const file = process.env[toldIn];
  if (file === undefined) process.stderr.write(`${text}\n`);
  else appendFileSync(file, `${text}\n`);
};

/** A test that passes under vitest and not here (a time-out on a busy machine, say) knows nothing of mutants and stays out, said aloud. */
const dryRun = async () => {
  const results = [];
  const failing: string[] = [];
  for (const { id, name } of tests.values()) {
    if (isLong(id)) continue;
    space.activeMutant = undefined;
    const one = tests.get(id);
    if (one) await prepare(one);
    space.currentTestId = id;
    const failure = (await attempt(id, undefined)) === null ? null : await attempt(id, undefined);
    space.currentTestId = undefined;
    if (failure === null) {
      results.push({ id, name, timeSpentMs: tookMs.get(id) ?? 0, status: 0 });
      continue;
    }
    tests.delete(id);
    failing.push(`${id} ${name}: ${failure}`);
    tell(`left out, as it fails without a mutant: ${id} ${name}: ${failure}`);
  }
  if (failing.length > mostFailing * (failing.length + results.length)) {
    const errorMessage = `${failing.length} of ${failing.length + results.length} tests fail without a mutant`;
    tell(errorMessage);
    return { status: 'error', errorMessage };
  }
  const { static: early = {}, perTest = {} } = space.mutantCoverage ?? {};
  writeFileSync(hitsFile, JSON.stringify(perTest));
  // For what acts both while modules load and in tests, Stryker would start a process each; only what it does in tests is judged.
  for (const seen of Object.values(perTest)) for (const id of Object.keys(seen)) delete early[id];
  return { status: 'complete', tests: results, mutantCoverage: space.mutantCoverage };
};

/** How many of the folders and the file of the mutant a test is named for: such tests know most of it. */
const nearnessTo = (path: string): ((id: string) => number) => {
  const words = path
    .replace(/^.*signature\//u, '')
    .split(/[/.]/u)
    .slice(0, -1);
  return (id) => words.filter((word) => id.replace('test/signature/', '').includes(word)).length;
};

/** Seconds of this process that a mutant gets; the slowest tests of widely used code stay out. It can only be said to live too long. */
const budgetSeconds = 4;
const secondsUsed = (): number => process.cpuUsage().user / 1e6;

type Wanted = {
  readonly testFilter?: readonly string[];
  readonly activeMutant: { readonly id: string; readonly fileName: string };
};

const mutantRun = async ({ testFilter, activeMutant }: Wanted) => {
  generation += 1;
  const wanted = [...(testFilter ?? tests.keys())].filter((id) => !isLong(id)).sort((a, b) => rank(a) - rank(b));
  const nearness = nearnessTo(activeMutant.fileName);
  wanted.sort((a, b) => nearness(b) - nearness(a));
  const begin = secondsUsed();
  for (const [index, id] of wanted.entries()) {
    if (secondsUsed() - begin > budgetSeconds) break;
    const failureMessage = await attempt(id, activeMutant.id);
    // Called a time-out, Stryker would start the process anew.
    if (isCircling()) return { status: 'killed', failureMessage: 'turns in circles', killedBy: [id], nrOfTests: index + 1 };
    if (failureMessage === null) continue;
    // Was it the mutant, or something an earlier one left behind?
    generation += 1;
    if ((await attempt(id, undefined)) === null) {
      kills.set(id, (kills.get(id) ?? 0) + 1);
      return { status: 'killed', failureMessage, killedBy: [id], nrOfTests: index + 1 };
    }
    forget();
    // A test that fails by itself knows nothing of the mutant.
    if ((await attempt(id, undefined)) !== null) continue;
    generation += 1;
    if ((await attempt(id, activeMutant.id)) !== null) return { status: 'killed', failureMessage, killedBy: [id], nrOfTests: index + 1 };
  }
  return { status: 'survived', nrOfTests: wanted.length };
};

export const strykerPlugins = [
  {
    kind: 'TestRunner',
    name: 'loaded',
    factory: () => ({ capabilities: () => ({ reloadEnvironment: false }), init: load, dryRun, mutantRun, dispose: finish }),
  },
];
