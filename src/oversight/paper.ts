/**
 * Declarations of what the hub cannot see: how many documents went to other state agencies in all, and
 * how many of them on paper or by another electronic road (contract §5, §6).
 */
import { randomUUID } from 'node:crypto';
import { vietnamDay } from '../envelope/dates.ts';
import { type Fault, failure, fault, HubError } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Caller } from '../records/key.ts';
import { type Directory, type Organ, organFor } from '../records/organ.ts';
import type { PaperMonth } from '../records/paper.ts';
import { type Period, periodFor } from './period.ts';
import { nameOf, organsOf } from './viewer.ts';

export type Numbers = Pick<PaperMonth, 'issuedToAgencies' | 'paperOnly' | 'otherElectronic'>;
/** As it came: nothing about the numbers is trusted. */
export type Declaration = { readonly period: string; readonly organ?: string; readonly numbers: Readonly<Record<string, unknown>> };

const fields = ['issuedToAgencies', 'paperOnly', 'otherElectronic'] as const;

/** Every fault of the three numbers, each with its JSON pointer. */
export const numberFaults = (numbers: Readonly<Record<string, unknown>>): readonly Fault[] => {
  const wrong = fields.filter((field) => !Number.isSafeInteger(numbers[field]) || Number(numbers[field]) < 0);
  const faults = wrong.map((field) =>
    fault('declaration.invalid', `/${field}`, {
      vi: `${field} phải là số nguyên không âm`,
      en: `${field} must be a non-negative integer`,
    }),
  );
  if (faults.length > 0 || Number(numbers.paperOnly) + Number(numbers.otherElectronic) <= Number(numbers.issuedToAgencies)) return faults;
  return [
    fault('declaration.invalid', '/issuedToAgencies', {
      vi: 'Tổng số văn bản chỉ gửi giấy và văn bản điện tử gửi qua hệ thống khác lớn hơn số văn bản gửi cơ quan nhà nước',
      en: 'paperOnly + otherElectronic is more than issuedToAgencies',
    }),
  ];
};

/** A declaration belongs to exactly one month; longer periods add their months. */
const periodFaults = (period: Period, today: string): readonly Fault[] => {
  if (period.span !== 'month')
    return [
      fault('declaration.invalid', '/period', {
        vi: `Chỉ khai báo theo tháng (${period.months.join(', ')})`,
        en: `Only months are declared (${period.months.join(', ')})`,
      }),
    ];
  if (period.from <= today) return [];
  return [
    fault('declaration.invalid', '/period', {
      vi: `Kỳ ${period.id} bắt đầu từ ${period.from}, chưa thể khai báo`,
      en: `${period.id} begins on ${period.from} and cannot be declared yet`,
    }),
  ];
};

/** For an organ that has no row in the report of that month, a declaration would vanish unseen. */
const organFaults = (organ: Organ, period: Period): readonly Fault[] => {
  const counted = organ.member && (organ.validFrom ?? period.to) <= period.to && (organ.validTo ?? period.from) >= period.from;
  if (counted) return [];
  return [
    fault('declaration.invalid', '/organ', {
      vi: `${organ.name} (${organ.code}) không thuộc diện thống kê của kỳ ${period.id}`,
      en: `${organ.code} is not counted in ${period.id}: foreign, or not valid on any day of it`,
    }),
  ];
};

/** Whom the caller declares for; a system that speaks for several organs must say which. */
const organFrom = (directory: Directory, caller: Caller, asked: string | undefined): Organ => {
  if (caller.role === 'hub') throw failure('role.insufficient');
  const own = organsOf(directory, caller);
  if (asked === undefined) {
    const [only, ...more] = (own ?? []).filter((organ) => organ.member);
    if (only !== undefined && more.length === 0) return only;
    throw failure('request.invalid', '/organ', {
      vi: 'Phải nêu mã cơ quan khai báo (?organ=), vì hệ thống này đại diện cho nhiều cơ quan hoặc không cơ quan nào',
      en: 'Name the organ (?organ=): this key stands for several organs, or for none',
    });
  }
  const organ = organFor(directory, asked);
  if (organ === null || (own !== null && !own.some((mine) => mine.code === organ.code))) throw failure('resource.unknown', '/organ');
  return organ;
};

/** The month as it would be stored; throws every fault at once. */
export const monthFor = (directory: Directory, caller: Caller, declaration: Declaration, now: Date): PaperMonth => {
  const period = periodFor(declaration.period);
  const organ = organFrom(directory, caller, declaration.organ);
  const [first, ...more] = [...periodFaults(period, vietnamDay(now)), ...organFaults(organ, period), ...numberFaults(declaration.numbers)];
  if (first !== undefined) throw new HubError([first, ...more]);
  const { issuedToAgencies, paperOnly, otherElectronic } = declaration.numbers as unknown as Numbers;
  return {
    organ: organ.code,
    period: period.id,
    issuedToAgencies,
    paperOnly,
    otherElectronic,
    declaredAt: now.toISOString(),
    declaredBy: nameOf(caller),
  };
};

/** Stores the declaration, replacing an earlier one of that organ and month, and answers what is stored. */
export const declarePaper = async (hub: Hub, caller: Caller, declaration: Declaration): Promise<PaperMonth> => {
  const month = monthFor(await hub.organs.directory(), caller, declaration, hub.now());
  const { organ, period, issuedToAgencies, paperOnly, otherElectronic } = month;
  await hub.paper.declare(month, {
    entryId: randomUUID(),
    at: month.declaredAt,
    act: 'paper.declared',
    by: month.declaredBy,
    subject: `${organ}/${period}`,
    details: { issuedToAgencies, paperOnly, otherElectronic },
  });
  return month;
};
