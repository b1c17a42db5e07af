/** Organs, directories and counter sums for the tests of pure functions: short to write, complete values. */
import type { FigureName, FigureSum } from '../../src/records/figure.ts';
import type { Directory, Organ } from '../../src/records/organ.ts';
import type { PaperMonth } from '../../src/records/paper.ts';

export const organ = (code: string, changes: Partial<Organ> = {}): Organ => ({
  code,
  oldCodes: [],
  name: `Cơ quan ${code}`,
  level: 'province',
  kind: 'administrative',
  parent: null,
  successor: null,
  validFrom: null,
  validTo: null,
  member: true,
  system: code,
  locked: false,
  delegate: null,
  statisticsAs: null,
  ...changes,
});

export const directoryOf = (...organs: readonly Organ[]): Directory => {
  const systems = new Map<string, string[]>();
  for (const each of organs) if (each.system !== null) systems.set(each.system, [...(systems.get(each.system) ?? []), each.code]);
  return {
    version: 1,
    organs: new Map(organs.map((each) => [each.code, each])),
    aliases: new Map(organs.flatMap((each) => each.oldCodes.map((old) => [old, each.code] as const))),
    systems,
  };
};

export const sumsOf = (code: string, figures: Partial<Record<FigureName, number>>): readonly FigureSum[] =>
  Object.entries(figures).map(([figure, value]) => ({ organ: code, figure: figure as FigureName, value: value ?? 0 }));

export const declared = (
  code: string,
  period: string,
  [issuedToAgencies, paperOnly, otherElectronic]: readonly [number, number, number],
): PaperMonth => ({
  organ: code,
  period,
  issuedToAgencies,
  paperOnly,
  otherElectronic,
  declaredAt: '2026-11-20T00:00:00.000Z',
  declaredBy: code,
});
