/** The rules of the house over the modules of `src`. Each offence names the file and the line. */
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import type { Module } from './module.ts';
import { emptyWords, limits, type Tables } from './tables.ts';

export type Offence = { readonly path: string; readonly line: number; readonly says: string };

/** `src/http/calls/inbox.ts` -> `http`; `src/config.ts` -> `config`. */
export const areaOf = (path: string): string => (path.split('/')[1] ?? '').replace(/\.[^.]*$/, '');

/** `@scope/name/deep` -> `@scope/name`; Node's own get their `node:`. */
const packageOf = (from: string): string => {
  if (from.startsWith('node:')) return from;
  if (builtinModules.includes(from)) return `node:${from}`;
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
};

const targetOf = (module: Module, from: string): string => posix.join(posix.dirname(module.path), from);

const importOffences = (module: Module, paths: ReadonlySet<string>, tables: Tables): readonly Offence[] => {
  const area = areaOf(module.path);
  return module.imports.flatMap(({ from, line }) => {
    const offence = (says: string): readonly Offence[] => [{ path: module.path, line, says }];
    if (!from.startsWith('.')) {
      const name = packageOf(from);
      return tables.packages[name]?.includes(area) ? [] : offence(`${area} may not import the package ${name}`);
    }
    const target = targetOf(module, from);
    if (!target.startsWith('src/')) return offence(`${from} is outside src`);
    if (!paths.has(target)) return offence(`${from} does not exist`);
    const other = areaOf(target);
    return other === area || tables.areas[area]?.includes(other) ? [] : offence(`${area} may not import ${other}`);
  });
};

const shapeOffences = (module: Module, tables: Tables): readonly Offence[] => {
  const offence = (line: number, says: string): Offence => ({ path: module.path, line, says });
  const area = areaOf(module.path);
  const words = module.path.replace(/\.[^/]*$/, '').split(/[/-]/);
  return [
    ...(area in tables.areas ? [] : [offence(1, `${area} is in no row of the table`)]),
    ...words.filter((word) => emptyWords.some((one) => one === word)).map((word) => offence(1, `the name says nothing: ${word}`)),
    ...(module.lines > limits.fileLines ? [offence(limits.fileLines + 1, `${module.lines} lines, at most ${limits.fileLines}`)] : []),
    ...module.functions
      .filter((one) => one.lines > limits.functionLines)
      .map((one) => offence(one.line, `a function of ${one.lines} lines, at most ${limits.functionLines}`)),
    ...module.sightings.map((one) => offence(one.line, `${one.what}`)),
  ];
};

/** Every circle once, from its alphabetically first file. Type-only imports close circles too. */
const circles = (modules: readonly Module[]): readonly Offence[] => {
  const edges = new Map(
    modules.map((one) => [one.path, one.imports.filter((i) => i.from.startsWith('.')).map((i) => targetOf(one, i.from))]),
  );
  const found = new Map<string, Offence>();
  const finished = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const round = trail.slice(at);
      const first = [...round].sort()[0] ?? path;
      const turned = [...round.slice(round.indexOf(first)), ...round.slice(0, round.indexOf(first)), first];
      found.set(turned.join(), { path: first, line: 1, says: `a circle: ${turned.join(' -> ')}` });
      return;
    }
    if (finished.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return [...found.values()];
};

export const offencesIn = (modules: readonly Module[], tables: Tables): readonly Offence[] => {
  const paths = new Set(modules.map((module) => module.path));
  return [
    ...modules.flatMap((module) => [...importOffences(module, paths, tables), ...shapeOffences(module, tables)]),
    ...circles(modules),
  ];
};
