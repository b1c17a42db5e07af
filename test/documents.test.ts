import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alertKinds } from '../src/records/alert.ts';
import { deliveryStates } from '../src/records/delivery.ts';
import { verdictOfReason } from '../src/records/policy.ts';
import { tables } from './architecture/tables.ts';
import { errorsPage, withAlgorithms, withSettings } from './documents/write.ts';

const root = new URL('..', import.meta.url).pathname;
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = globSync(['*.md', 'spec/**/*.md', 'certs/*.md'], { cwd: root });

describe('the documents say what the code says (`npm run docs` puts them right)', () => {
  test('README holds the table of settings', () => {
    expect(read('README.md')).toBe(withSettings(read('README.md')));
  });

  test('spec/errors.md is the table of errors', () => {
    expect(read('spec/errors.md')).toBe(errorsPage());
  });

  test('spec/signature.md holds the table of algorithms', () => {
    expect(read('spec/signature.md')).toBe(withAlgorithms(read('spec/signature.md')));
  });

  test('README maps every folder of src that exists', () => {
    const folders = globSync('src/*/', { cwd: root }).map((path) => path.replace(/^src\//, '').replace(/\/$/, ''));
    expect(folders.length).toBeGreaterThan(8);
    expect(folders.filter((folder) => !read('README.md').includes(`\`${folder}/\``))).toEqual([]);
    expect(folders.filter((folder) => !(folder in tables.areas))).toEqual([]);
  });

  test('spec/contract.md names every reason, delivery state and kind of alert', () => {
    const contract = read('spec/contract.md');
    const names = [...Object.keys(verdictOfReason), ...deliveryStates, ...alertKinds];
    expect(names.filter((name) => !contract.includes(`\`${name}\``))).toEqual([]);
  });

  test('every npm script that a document tells to run exists', () => {
    const { scripts } = JSON.parse(read('package.json'));
    const told = pages.flatMap((page) => [...read(page).matchAll(/npm run (?:-s )?([a-z]+)/g)].map((match) => match[1] ?? ''));
    expect(told.length).toBeGreaterThan(3);
    expect(told.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('every link between the documents leads somewhere', () => {
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page} -> ${target}`),
    );
    expect(dead).toEqual([]);
  });
});
