/**
 * The arithmetic of contract §6, pure: directory, counter sums and declarations in; rows, levels and
 * total out. Every figure of a level or the total is a sum over rows, every share a quotient of sums.
 */
import type { FigureSum } from '../../records/figure.ts';
import { type Directory, levels, type Organ, type OrganKind, organFor } from '../../records/organ.ts';
import type { PaperMonth } from '../../records/paper.ts';
import type { Period } from '../period.ts';
import { notesFor } from './notes.ts';
import type { ComplianceRow, Counts, Figures, LevelTotal, Total } from './row.ts';

/** Declared figures of one row: T, P, O. */
type Declared = { readonly issued: number; readonly paperOnly: number; readonly otherElectronic: number };

const validIn = (organ: Organ, from: string, to: string): boolean => (organ.validFrom ?? from) <= to && (organ.validTo ?? to) >= from;

/** Members that are valid on a day of the period: those that have a row, unless counted under another. */
const membersOf = (directory: Directory, period: Period): readonly Organ[] =>
  [...directory.organs.values()].filter((organ) => organ.member && validIn(organ, period.from, period.to));

/**
 * The row an organ is counted in: `statisticsAs` followed to its end. An organ whose target has no row
 * of its own (foreign, closed, unknown, or a circle) keeps its row, so that nothing is lost.
 */
export const rowOf = (directory: Directory, organ: Organ, rows: ReadonlySet<string>): string => {
  const seen = new Set([organ.code]);
  for (let at = organ; at.statisticsAs !== null; ) {
    const next = organFor(directory, at.statisticsAs);
    if (next === null || seen.has(next.code)) return organ.code;
    if (next.statisticsAs === null) return rows.has(next.code) ? next.code : organ.code;
    seen.add(next.code);
    at = next;
  }
  return organ.code;
};

/** The organs of the report, each with those counted in its row (itself first). */
export const foldsOf = (directory: Directory, period: Period): ReadonlyMap<string, readonly Organ[]> => {
  const members = membersOf(directory, period);
  const codes = new Set(members.map((organ) => organ.code));
  const targets = new Map(members.map((organ) => [organ.code, rowOf(directory, organ, codes)]));
  const folds = new Map<string, Organ[]>(
    members.filter((organ) => targets.get(organ.code) === organ.code).map((organ) => [organ.code, [organ]]),
  );
  for (const organ of members) {
    const target = targets.get(organ.code);
    if (target !== undefined && target !== organ.code) folds.get(target)?.push(organ);
  }
  return folds;
};

/** Counter sums by current code and figure; a sum under an earlier code joins the current one. */
const countsByOrgan = (directory: Directory, sums: readonly FigureSum[]): ReadonlyMap<string, Counts> => {
  const found = new Map<string, Map<string, number>>();
  for (const { organ, figure, value } of sums) {
    const code = organFor(directory, organ)?.code ?? organ;
    const counts = found.get(code) ?? new Map<string, number>();
    counts.set(figure, (counts.get(figure) ?? 0) + value);
    found.set(code, counts);
  }
  return found;
};

const added = (all: readonly Counts[]): Counts => {
  const sum = new Map<string, number>();
  for (const counts of all) for (const [figure, value] of counts) sum.set(figure, (sum.get(figure) ?? 0) + value);
  return sum;
};

/** The months of the period in which an organ was valid; at least one, since it is valid in the period. */
const monthsOf = (organ: Organ, period: Period, monthSpans: ReadonlyMap<string, Pick<Period, 'from' | 'to'>>): readonly string[] =>
  period.months.filter((month) => {
    const span = monthSpans.get(month);
    return span !== undefined && validIn(organ, span.from, span.to);
  });

type Ledger = ReadonlyMap<string, ReadonlyMap<string, PaperMonth>>;

const ledgerOf = (directory: Directory, declarations: readonly PaperMonth[]): Ledger => {
  const ledger = new Map<string, Map<string, PaperMonth>>();
  // Oldest first: of two declarations that meet under one current code, the newer one counts.
  for (const month of [...declarations].sort((a, b) => (a.declaredAt < b.declaredAt ? -1 : 1))) {
    const code = organFor(directory, month.organ)?.code ?? month.organ;
    const months = ledger.get(code) ?? new Map<string, PaperMonth>();
    ledger.set(code, months.set(month.period, month));
  }
  return ledger;
};

/**
 * T, P and O of a row: declared when its own organ declared every month it existed in. What organs
 * folded into it declared themselves is added; where they declared nothing, its figure stands for all.
 */
const declaredOf = (fold: readonly Organ[], months: readonly string[], period: Period, ledger: Ledger): Declared | null => {
  const own = ledger.get(fold[0]?.code ?? '');
  if (months.length === 0 || !months.every((month) => own?.has(month))) return null;
  const found = fold.flatMap((organ) => period.months.flatMap((month) => ledger.get(organ.code)?.get(month) ?? []));
  return found.reduce<Declared>(
    (sum, month) => ({
      issued: sum.issued + month.issuedToAgencies,
      paperOnly: sum.paperOnly + month.paperOnly,
      otherElectronic: sum.otherElectronic + month.otherElectronic,
    }),
    { issued: 0, paperOnly: 0, otherElectronic: 0 },
  );
};

/** A share of nothing is unknown, not zero. */
const quotient = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

const figuresOf = (counts: Counts, declared: Declared | null): Figures => {
  const of = (figure: string): number => counts.get(figure) ?? 0;
  const electronicOnly = of('electronic-only');
  const electronicWithPaper = of('electronic-with-paper');
  const signedRevocationUnknown = of('signed-revocation-unknown');
  const signed = of('signed-valid') + signedRevocationUnknown;
  const sent = electronicOnly + electronicWithPaper;
  const electronic = sent + (declared?.otherElectronic ?? 0);
  const plausible = declared !== null && electronic <= declared.issued;
  return {
    issued: declared?.issued ?? null,
    electronicOnly,
    electronicWithPaper,
    otherElectronic: declared?.otherElectronic ?? null,
    paperOnly: declared?.paperOnly ?? null,
    difference: declared === null ? null : declared.issued - electronic - declared.paperOnly,
    share: plausible ? quotient(electronic, declared.issued) : null,
    strictShare: plausible ? quotient(electronic - electronicWithPaper, declared.issued) : null,
    signed,
    signedRevocationUnknown,
    signedShare: quotient(signed, sent),
    turnsSent: of('turns-sent'),
    turnsReceived: of('turns-received'),
  };
};

export type RowsInput = {
  readonly directory: Directory;
  /** Over the days of the period. */
  readonly sums: readonly FigureSum[];
  readonly declarations: readonly PaperMonth[];
  readonly period: Period;
  /** The months of the period with their days; of a month, itself. */
  readonly months: readonly Period[];
  readonly kind: OrganKind | 'all';
};

/** The rows by level (central first), then code. */
export const complianceRows = ({ directory, sums, declarations, period, months, kind }: RowsInput): readonly ComplianceRow[] => {
  const byOrgan = countsByOrgan(directory, sums);
  const ledger = ledgerOf(directory, declarations);
  const spans = new Map(months.map((month) => [month.id, month]));
  const rows = [...foldsOf(directory, period).values()].flatMap((fold): readonly ComplianceRow[] => {
    const [organ] = fold;
    if (organ === undefined || (kind !== 'all' && organ.kind !== kind)) return [];
    const counts = added(fold.flatMap((each) => byOrgan.get(each.code) ?? []));
    const declared = declaredOf(fold, monthsOf(organ, period, spans), period, ledger);
    const figures = figuresOf(counts, declared);
    const { code, name, level } = organ;
    return [
      { organ: code, name, level, kind: organ.kind, declared: declared !== null, ...figures, notes: notesFor(counts, figures, period.id) },
    ];
  });
  const rank = new Map(levels.map((level, index) => [level, index]));
  return rows.sort((a, b) => (rank.get(a.level) ?? 0) - (rank.get(b.level) ?? 0) || (a.organ < b.organ ? -1 : 1));
};

const sumOf = (rows: readonly Figures[], figure: keyof Figures): number => rows.reduce((sum, row) => sum + (row[figure] ?? 0), 0);

/**
 * Counts over all rows, declared figures over the declared rows, shares over the rows that have one:
 * a row whose share is in question lends the total neither its numerator nor its T.
 */
export const totalOf = (rows: readonly ComplianceRow[]): Total => {
  const shared = rows.filter((row) => row.share !== null);
  const issued = sumOf(shared, 'issued');
  const strict = sumOf(shared, 'electronicOnly') + sumOf(shared, 'otherElectronic');
  const signed = sumOf(rows, 'signed');
  return {
    organs: rows.length,
    declaredOrgans: rows.filter((row) => row.declared).length,
    issued: sumOf(rows, 'issued'),
    electronicOnly: sumOf(rows, 'electronicOnly'),
    electronicWithPaper: sumOf(rows, 'electronicWithPaper'),
    otherElectronic: sumOf(rows, 'otherElectronic'),
    paperOnly: sumOf(rows, 'paperOnly'),
    difference: sumOf(rows, 'difference'),
    share: quotient(strict + sumOf(shared, 'electronicWithPaper'), issued),
    strictShare: quotient(strict, issued),
    signed,
    signedRevocationUnknown: sumOf(rows, 'signedRevocationUnknown'),
    signedShare: quotient(signed, sumOf(rows, 'electronicOnly') + sumOf(rows, 'electronicWithPaper')),
    turnsSent: sumOf(rows, 'turnsSent'),
    turnsReceived: sumOf(rows, 'turnsReceived'),
  };
};

/** One for every level that has rows. */
export const levelTotals = (rows: readonly ComplianceRow[]): readonly LevelTotal[] =>
  levels.flatMap((level) => {
    const own = rows.filter((row) => row.level === level);
    return own.length === 0 ? [] : [{ level, ...totalOf(own) }];
  });
