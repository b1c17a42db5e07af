/** A whole organs file against the directory: what it would add and change, or everything that is wrong with it. */
import type { Directory, Organ } from '../../records/organ.ts';
import { type OrganColumn, organColumns, readOrgan } from './organ-row.ts';
import { readSheet, type SheetFault, sheetFault } from './sheet.ts';

export type OrganSheet = {
  readonly added: readonly Organ[];
  readonly changed: readonly Organ[];
  readonly unchanged: number;
  /** Nothing may be written while there is one. */
  readonly errors: readonly SheetFault[];
  /** What is taken, yet looks wrong. */
  readonly warnings: readonly SheetFault[];
};

type Placed = { readonly line: number; readonly organ: Organ };
/** The directory as it would be, with the line of every organ that the file names. */
type Outcome = {
  readonly organs: ReadonlyMap<string, Organ>;
  readonly aliases: ReadonlyMap<string, string>;
  readonly placed: readonly Placed[];
};

const references = ['parent', 'successor', 'delegate', 'statisticsAs'] as const;
type Reference = (typeof references)[number];

const find = (outcome: Outcome, code: string): Organ | undefined =>
  outcome.organs.get(code) ?? outcome.organs.get(outcome.aliases.get(code) ?? '');

const twiceFaults = (placed: readonly Placed[]): readonly SheetFault[] => {
  const first = new Map<string, number>();
  return placed.flatMap(({ line, organ: { code } }) => {
    const earlier = first.get(code);
    if (earlier === undefined) first.set(code, line);
    return earlier === undefined || code === ''
      ? []
      : [sheetFault(line, 'code', 'code.duplicate', `Mã ${code} đã có ở dòng ${earlier}`, `${code} already stands on line ${earlier}`)];
  });
};

/** A code means one organ: it may not be the current or an earlier code of another as well. */
const clashFaults = (outcome: Outcome): readonly SheetFault[] => {
  const owners = new Map<string, Set<string>>();
  const own = (code: string, organ: string): void => {
    owners.set(code, (owners.get(code) ?? new Set()).add(organ));
  };
  for (const organ of outcome.organs.values()) for (const code of [organ.code, ...organ.oldCodes]) own(code, organ.code);
  return outcome.placed.flatMap(({ line, organ }) =>
    [organ.code, ...organ.oldCodes].flatMap((code) => {
      const others = [...(owners.get(code) ?? [])].filter((other) => other !== organ.code);
      const column: OrganColumn = code === organ.code ? 'code' : 'oldCode';
      return others.length === 0
        ? []
        : [
            sheetFault(
              line,
              column,
              'code.clash',
              `Mã ${code} đã là mã của ${others.join(', ')}`,
              `${code} is already a code of ${others.join(', ')}`,
            ),
          ];
    }),
  );
};

/** An unknown successor, delegate or statistics code would misroute or miscount; an unknown parent is only untidy. */
const unknownFaults = (outcome: Outcome, which: readonly Reference[]): readonly SheetFault[] =>
  outcome.placed.flatMap(({ line, organ }) =>
    which.flatMap((column) => {
      const code = organ[column];
      return code === null || find(outcome, code) !== undefined
        ? []
        : [
            sheetFault(
              line,
              column,
              'reference.unknown',
              `Mã ${code} không có trong danh mục và trong tệp`,
              `${code} is neither in the directory nor in the file`,
            ),
          ];
    }),
  );

/** The organs that lie on a circle of one kind of reference, each circle walked once. */
const circling = (outcome: Outcome, column: Reference): ReadonlySet<string> => {
  const finished = new Set<string>();
  const inCircle = new Set<string>();
  for (const start of outcome.placed) {
    const trail: string[] = [];
    let at: Organ | undefined = start.organ;
    while (at !== undefined && !finished.has(at.code) && !trail.includes(at.code)) {
      trail.push(at.code);
      at = at[column] === null ? undefined : find(outcome, at[column]);
    }
    if (at !== undefined && trail.includes(at.code)) for (const code of trail.slice(trail.indexOf(at.code))) inCircle.add(code);
    for (const code of trail) finished.add(code);
  }
  return inCircle;
};

const circleFaults = (outcome: Outcome): readonly SheetFault[] =>
  references.flatMap((column) => {
    const codes = circling(outcome, column);
    return outcome.placed
      .filter(({ organ }) => codes.has(organ.code))
      .map(({ line, organ }) =>
        sheetFault(
          line,
          column,
          'reference.cycle',
          `${column} của ${organ.code} tạo thành vòng lặp`,
          `${column} of ${organ.code} leads back to itself`,
        ),
      );
  });

/** There is no district level since 1 July 2025: one that is still open is most likely a leftover. */
const districtWarnings = (outcome: Outcome): readonly SheetFault[] =>
  outcome.placed
    .filter(({ organ }) => organ.level === 'district' && (organ.validTo === null || organ.validTo > '2025-06-30'))
    .map(({ line, organ }) =>
      sheetFault(
        line,
        'validTo',
        'date.invalid',
        `${organ.code}: không còn cấp huyện từ ngày 01/07/2025, nhưng mã này chưa đóng`,
        `${organ.code}: the district level ended on 2025-06-30, yet this code is open`,
      ),
    );

const same = (one: Organ, other: Organ): boolean => {
  const plain = (organ: Organ): string => JSON.stringify(Object.entries(organ).sort(([a], [b]) => (a < b ? -1 : 1)));
  return plain(one) === plain(other);
};

const outcomeOf = (placed: readonly Placed[], directory: Directory): Outcome => {
  const organs = new Map([...directory.organs, ...placed.map(({ organ }) => [organ.code, organ] as const)]);
  const aliases = new Map([...organs.values()].flatMap((organ) => organ.oldCodes.map((old) => [old, organ.code] as const)));
  return { organs, aliases, placed };
};

const byPlace = (a: SheetFault, b: SheetFault): number => a.line - b.line;

/** Upsert by code: rows not named stay, columns not named keep what they hold; all rows are checked. */
export const readOrganSheet = (bytes: Uint8Array, directory: Directory): OrganSheet => {
  const sheet = readSheet(bytes, organColumns, ['code', 'name', 'level']);
  const readings = sheet.rows.map((row) => ({ line: row.line, ...readOrgan(row, directory.organs.get(row.cells.code ?? '') ?? null) }));
  const placed = readings.map(({ line, organ }) => ({ line, organ }));
  const outcome = outcomeOf(placed, directory);
  const errors = [
    ...sheet.faults,
    ...readings.flatMap(({ faults }) => faults),
    ...twiceFaults(placed),
    ...clashFaults(outcome),
    ...unknownFaults(outcome, ['successor', 'delegate', 'statisticsAs']),
    ...circleFaults(outcome),
  ].sort(byPlace);
  const organs = placed.map(({ organ }) => organ);
  const before = (organ: Organ): Organ | undefined => directory.organs.get(organ.code);
  return {
    added: organs.filter((organ) => before(organ) === undefined),
    changed: organs.filter((organ) => before(organ) !== undefined && !same(organ, before(organ) as Organ)),
    unchanged: organs.filter((organ) => before(organ) !== undefined && same(organ, before(organ) as Organ)).length,
    errors,
    warnings: [...unknownFaults(outcome, ['parent']), ...districtWarnings(outcome)].sort(byPlace),
  };
};
