/**
 * What test files get for `vitest` under mutation: their tests are collected in one process and stay loaded,
 * keys and PKIs too, so that a mutant costs only the tests it concerns. `expect` is the real one.
 */
import { format } from 'node:util';
import { expect } from 'vitest';

type Hook = () => unknown;
type Suite = {
  readonly name: string;
  readonly parent: Suite | null;
  readonly before: Hook[];
  readonly after: Hook[];
  readonly eachTime: Hook[];
  isReady: boolean;
};
type Test = { readonly id: string; readonly name: string; readonly suite: Suite; readonly run: Hook };

export const tests = new Map<string, Test>();
const suites: Suite[] = [];
let current: Suite;
let file = '';

const suiteIn = (parent: Suite | null, name: string): Suite => {
  const suite = { name, parent, before: [], after: [], eachTime: [], isReady: false };
  suites.push(suite);
  return suite;
};

/** Called before each test file is loaded. */
export const beginFile = (path: string): void => {
  file = path;
  current = suiteIn(null, path);
};

const within = (name: string, body: Hook): void => {
  const outer = current;
  current = suiteIn(outer, name);
  body();
  current = outer;
};

const add = (name: string, body: Hook): void => {
  const id = `${file}#${tests.size}`;
  const names = [name];
  for (let at: Suite | null = current; at?.parent; at = at.parent) names.unshift(at.name);
  tests.set(id, { id, name: names.join(' '), suite: current, run: body });
};

const nothing = (): void => undefined;
// biome-ignore lint/suspicious/noExplicitAny: the rows of a table are of any shape
type Body = (...row: any[]) => unknown;
type Adder = (name: string, body: Hook) => void;

/** `it(name, body)`, `it(name, options, body)` and what hangs on it. */
const registrar = (adder: Adder) => {
  const one = (name: string, ...rest: readonly unknown[]): void => adder(name, rest.find((part) => typeof part === 'function') as Hook);
  const each =
    (rows: readonly unknown[]) =>
    (name: string, ...rest: readonly unknown[]): void => {
      const body = rest.find((part) => typeof part === 'function') as Body;
      for (const row of rows) {
        const cells = Array.isArray(row) ? row : [row];
        adder(format(name, ...cells), () => body(...cells));
      }
    };
  const skipped = Object.assign(nothing, { each: () => nothing });
  const only = Object.assign(one, { each });
  return Object.assign(only, {
    skip: skipped,
    skipIf: (is: unknown) => (is ? skipped : only),
    runIf: (is: unknown) => (is ? only : skipped),
  });
};

export const describe = registrar(within);
export const it = registrar(add);
export const test = it;
export const beforeAll = (hook: Hook): void => void current.before.push(hook);
export const afterAll = (hook: Hook): void => void current.after.push(hook);
export const beforeEach = (hook: Hook): void => void current.eachTime.push(hook);
export { expect };

const outerFirst = (suite: Suite): readonly Suite[] => (suite.parent ? [...outerFirst(suite.parent), suite] : [suite]);

/** Runs what a test needs before it, once. */
export const prepare = async ({ suite }: Test): Promise<void> => {
  for (const one of outerFirst(suite)) {
    if (one.isReady) continue;
    one.isReady = true;
    for (const hook of one.before) await hook();
  }
};

/** Throws what the test throws. */
export const runTest = async (one: Test): Promise<void> => {
  for (const suite of outerFirst(one.suite)) for (const hook of suite.eachTime) await hook();
  await one.run();
};

/** Keys, PKIs and files are made anew before the next test. */
export const forget = (): void => {
  for (const suite of suites) suite.isReady = false;
};

export const finish = async (): Promise<void> => {
  for (const suite of suites) if (suite.isReady) for (const hook of suite.after) await hook();
};
