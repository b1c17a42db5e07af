import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { moduleFrom } from './architecture/module.ts';
import { areaOf, offencesIn } from './architecture/offences.ts';
import { emptyWords, tables, topLevel } from './architecture/tables.ts';

const root = new URL('..', import.meta.url).pathname;
const onDisk = (pattern: string): readonly string[] => globSync(pattern, { cwd: root }).sort();
/** Known to git or not yet added, but not ignored; null outside a checkout. */
const inGit = (...paths: readonly string[]): readonly string[] | null => {
  try {
    const answer = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return answer.split('\0').filter((path) => path !== '');
  } catch {
    return null;
  }
};
const modulesOf = (paths: readonly string[]) => paths.map((path) => moduleFrom({ path, text: readFileSync(`${root}${path}`, 'utf8') }));
const fabricated = (files: Readonly<Record<string, string>>) =>
  offencesIn(
    Object.entries(files).map(([path, text]) => moduleFrom({ path, text })),
    tables,
  ).map((one) => `${one.path}:${one.line} ${one.says}`);

describe('the house as it stands', () => {
  const paths = onDisk('src/**/*.ts');

  test('every TypeScript file of src is seen', () => {
    expect(paths.length).toBeGreaterThan(50);
    const known = inGit(':(glob)src/**/*.ts');
    if (known !== null) expect(known.filter((path) => existsSync(`${root}${path}`)).sort()).toEqual(paths);
  });

  test('the launcher is the only JavaScript outside the pages of the console', () => {
    expect(onDisk('src/**/*.{js,mjs,cjs,tsx,mts,cts}').filter((path) => !path.startsWith('src/console/assets/'))).toEqual([
      'src/lienthong.js',
    ]);
  });

  test('src holds to both tables, to its sizes and shapes, and has no circle', () => {
    expect(offencesIn(modulesOf(paths), tables).map((one) => `${one.path}:${one.line} ${one.says}`)).toEqual([]);
  });

  test('tests have no any that is not argued, and no empty names', () => {
    const modules = modulesOf(onDisk('test/**/*.ts'));
    expect(modules.length).toBeGreaterThan(3);
    // Answers of the public interface are asserted field by field; that exception is argued where it is made.
    const argued = (text: string, line: number): boolean => /noExplicitAny: \S+/.test(text.split('\n')[line - 2] ?? '');
    const any = modules.flatMap((one) =>
      one.sightings.filter((s) => s.what === 'any' && !argued(one.text, s.line)).map((s) => `${one.path}:${s.line}`),
    );
    expect(any).toEqual([]);
    expect(
      modules.map((one) => one.path).filter((path) => path.split(/[/.-]/).some((word) => emptyWords.some((bad) => bad === word))),
    ).toEqual([]);
  });

  test('nothing else stands at the top of the repository', () => {
    const known = inGit('.') ?? [];
    const entries = new Set(known.map((path) => path.split('/')[0] ?? ''));
    expect([...entries].filter((entry) => !topLevel.some((one) => one === entry))).toEqual([]);
  });

  test('the tables name only areas that are spoken of, and each allowance leads to a row', () => {
    const rows = Object.keys(tables.areas);
    const spoken = [...Object.values(tables.areas), ...Object.values(tables.packages)].flat();
    expect(spoken.filter((area) => !rows.includes(area))).toEqual([]);
  });

  test('every runtime dependency has a home, and no development dependency has', () => {
    const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
    const homeless = Object.keys(manifest.dependencies).filter((name) => !(name in tables.packages));
    const misplaced = Object.keys(manifest.devDependencies).filter((name) => name in tables.packages);
    expect({ homeless, misplaced }).toEqual({ homeless: [], misplaced: [] });
  });
});

describe('a deliberate break is reported with file and line', () => {
  test('a folder that may not be imported', () => {
    const files = {
      'src/http/a.ts': "\nimport type { P } from '../signature/proof.ts';\n",
      'src/signature/proof.ts': 'export type P = 1;',
    };
    expect(fabricated(files)).toEqual(['src/http/a.ts:2 http may not import signature']);
  });

  test.each([
    ['a type import', "type T = import('../sqlite/b.ts').B;"],
    ['a dynamic import', "await import('../sqlite/b.ts');"],
    ['a re-export', "export { B } from '../sqlite/b.ts';"],
    ['an import for its effect', "import '../sqlite/b.ts';"],
  ])('the field reaching for a technology by %s', (_name, line) => {
    expect(fabricated({ 'src/exchange/a.ts': line, 'src/sqlite/b.ts': 'export type B = 1;' })).toEqual([
      'src/exchange/a.ts:1 exchange may not import sqlite',
    ]);
  });

  test('a package, or a Node module, away from home', () => {
    expect(fabricated({ 'src/oversight/a.ts': "import express from 'express';\nimport { readFileSync } from 'fs';" })).toEqual([
      'src/oversight/a.ts:1 oversight may not import the package express',
      'src/oversight/a.ts:2 oversight may not import the package node:fs',
    ]);
    expect(fabricated({ 'src/http/a.ts': "import forge from 'node-forge/lib/asn1.js';" })).toEqual([
      'src/http/a.ts:1 http may not import the package node-forge',
    ]);
  });

  test('a package that no row names', () => {
    expect(fabricated({ 'src/cli/a.ts': "import _ from 'lodash';" })).toEqual(['src/cli/a.ts:1 cli may not import the package lodash']);
  });

  test('a circle, also one of types only', () => {
    const files = {
      'src/records/a.ts': "import type { B } from './b.ts';",
      'src/records/b.ts': "import type { C } from './c.ts'; export type B = 1;",
      'src/records/c.ts': "import type { A } from './a.ts'; export type C = 1;",
    };
    expect(fabricated(files)).toEqual([
      'src/records/a.ts:1 a circle: src/records/a.ts -> src/records/b.ts -> src/records/c.ts -> src/records/a.ts',
    ]);
  });

  test('a folder that no row names, and a name that says nothing', () => {
    expect(fabricated({ 'src/utils/a.ts': '' })).toEqual([
      'src/utils/a.ts:1 utils is in no row of the table',
      'src/utils/a.ts:1 the name says nothing: utils',
    ]);
  });

  test('a file of 251 lines, and a function of 41', () => {
    expect(fabricated({ 'src/records/a.ts': '\n'.repeat(250) })).toEqual([]);
    expect(fabricated({ 'src/records/a.ts': '\n'.repeat(251) })).toEqual(['src/records/a.ts:251 251 lines, at most 250']);
    const body = (lines: number): string => `\nexport const f = () => {${'\n'.repeat(lines - 1)}};`;
    expect(fabricated({ 'src/records/a.ts': body(40) })).toEqual([]);
    expect(fabricated({ 'src/records/a.ts': body(41) })).toEqual(['src/records/a.ts:2 a function of 41 lines, at most 40']);
  });

  test('any, a default export, a barrel, an enum, a class that is no error, a computed import', () => {
    const lines = [
      'export const a = (b: any) => b;',
      'export default a;',
      "export * from './b.ts';",
      'enum E { A }',
      'class Manager {}',
      'await import(a);',
      'class Fine extends Error {}',
    ];
    const found = fabricated({ 'src/records/a.ts': lines.join('\n'), 'src/records/b.ts': '' });
    expect([...found].sort()).toEqual([
      'src/records/a.ts:1 any',
      'src/records/a.ts:2 a default export',
      'src/records/a.ts:3 a barrel (export *)',
      'src/records/a.ts:4 an enum',
      'src/records/a.ts:5 a class that is no error',
      'src/records/a.ts:6 an import whose path is computed',
    ]);
  });

  test('a path that leads nowhere, or out of src', () => {
    expect(fabricated({ 'src/records/a.ts': "import './gone.ts';\nimport '../../test/x.ts';" })).toEqual([
      'src/records/a.ts:1 ./gone.ts does not exist',
      'src/records/a.ts:2 ../../test/x.ts is outside src',
    ]);
  });

  test('a file that does not parse stops everything', () => {
    expect(() => fabricated({ 'src/records/a.ts': 'const = ;' })).toThrow('src/records/a.ts');
  });

  test('the area of a file is its folder or itself', () => {
    expect([areaOf('src/http/calls/inbox.ts'), areaOf('src/config.ts')]).toEqual(['http', 'config']);
  });
});
