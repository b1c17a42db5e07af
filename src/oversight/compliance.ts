/** The month (or quarter, half-year, year) of every organ, as contract §6 defines it. */
import { vietnamDay } from '../envelope/dates.ts';
import { failure } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { FigureSum } from '../records/figure.ts';
import type { Caller } from '../records/key.ts';
import { type Directory, type OrganKind, organFor, organKinds } from '../records/organ.ts';
import { periodFor } from './period.ts';
import { complianceRows, levelTotals, totalOf } from './report/figures.ts';
import type { ComplianceRow, LevelTotal, Total } from './report/row.ts';
import { organsOf } from './viewer.ts';

/** How many take part; counts only what has a row in the report. */
export type Coverage = {
  /** Organs that sent or received at least one turn in the period, of all in the report. */
  readonly activeOrgans: number;
  readonly organs: number;
  readonly activeShare: number | null;
  /** Systems of these organs that called the hub on or after the first day of the period, of all of them. */
  readonly connectedSystems: number;
  readonly systems: number;
  readonly connectedShare: number | null;
};

export type Compliance = {
  readonly period: string;
  /** Vietnamese days, both inclusive. */
  readonly from: string;
  readonly to: string;
  readonly kind: OrganKind | 'all';
  /** The figures are those of this instant. */
  readonly computedAt: string;
  /** Whether the last day is past, so that only late documents and declarations can still change it. */
  readonly ended: boolean;
  readonly rows: readonly ComplianceRow[];
  /** Null for an agency, which sees its own rows only. */
  readonly levels: readonly LevelTotal[] | null;
  readonly total: Total | null;
  readonly coverage: Coverage | null;
};

export type ComplianceQuery = { readonly period: string; readonly kind?: string };

const kindFrom = (asked: string | undefined): OrganKind | 'all' => {
  const kind = asked ?? 'administrative';
  const known = kind === 'all' ? kind : organKinds.find((each) => each === kind);
  if (known !== undefined) return known;
  throw failure('request.invalid', '/kind', {
    vi: `kind phải là một trong: ${organKinds.join(', ')}, all`,
    en: `kind is one of ${organKinds.join(', ')}, all`,
  });
};

const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

const coverageOf = (
  directory: Directory,
  rows: readonly ComplianceRow[],
  contacts: ReadonlyMap<string, string>,
  from: string,
): Coverage => {
  const systems = new Set(rows.flatMap((row) => organFor(directory, row.organ)?.system ?? []));
  const connected = [...systems].filter((system) => {
    const last = contacts.get(system);
    return last !== undefined && vietnamDay(new Date(last)) >= from;
  }).length;
  const active = rows.filter((row) => row.turnsSent + row.turnsReceived > 0).length;
  return {
    activeOrgans: active,
    organs: rows.length,
    activeShare: shareOf(active, rows.length),
    connectedSystems: connected,
    systems: systems.size,
    connectedShare: shareOf(connected, systems.size),
  };
};

/** Everything for an administrator; a system gets the rows of its organs, without levels, total and coverage. */
export const complianceFor = async (hub: Hub, caller: Caller, query: ComplianceQuery): Promise<Compliance> => {
  const period = periodFor(query.period);
  const kind = kindFrom(query.kind);
  const now = hub.now();
  const directory = await hub.organs.directory();
  const [sums, declarations]: readonly [readonly FigureSum[], Awaited<ReturnType<Hub['paper']['declared']>>] = await Promise.all([
    hub.figures.sums(period.from, period.to),
    hub.paper.declared(period.months),
  ]);
  const all = complianceRows({ directory, sums, declarations, period, months: period.months.map(periodFor), kind });
  const own = organsOf(directory, caller)?.map((organ) => organ.code);
  const rows = own === undefined ? all : all.filter((row) => own.includes(row.organ));
  const whole = own === undefined;
  return {
    period: period.id,
    from: period.from,
    to: period.to,
    kind,
    computedAt: now.toISOString(),
    ended: period.to < vietnamDay(now),
    rows,
    levels: whole ? levelTotals(rows) : null,
    total: whole ? totalOf(rows) : null,
    coverage: whole ? coverageOf(directory, rows, await hub.keys.contacts(), period.from) : null,
  };
};
