/** Numbers, days and clock times as Vietnamese official papers write them. All times are GMT+7. */

/** `1.058`, `−12` (a true minus sign, so that no line breaks after it). */
export const grouped = (value: number): string => `${value < 0 ? '−' : ''}${String(Math.abs(value)).replace(/\B(?=(\d{3})+$)/g, '.')}`;

/** `01`, `27`, `1.058`: counts of documents in running text have at least two digits (NĐ 30/2020 practice). */
export const padded = (value: number): string => (value >= 0 && value < 10 ? `0${value}` : grouped(value));

/**
 * A share (0–1) as a percentage with one decimal, `97,1`. It is never rounded up to or over one of the
 * `marks` it does not reach: 0.9996 is `99,9`, and just under the target reads as under the target.
 */
export const percent = (share: number, marks: readonly number[] = []): string => {
  const tenths = Math.round(share * 1000);
  const crossed = [1, ...marks].some((mark) => share < mark && tenths >= Math.round(mark * 1000));
  const shown = crossed ? Math.ceil(share * 1000) - 1 : tenths;
  return `${grouped(Math.trunc(shown / 10))},${shown % 10}`;
};

/** `19/11/2026` of `2026-11-19`. */
export const dayText = (day: string): string => day.split('-').reverse().join('/');

/** Việt Nam has kept UTC+7 without summer time since 1975. */
const vietnamClock = (instant: string): string => new Date(Date.parse(instant) + 7 * 3_600_000).toISOString();

/** The Vietnamese day of an instant, `19/11/2026`. */
export const dayOfInstant = (instant: string): string => dayText(vietnamClock(instant).slice(0, 10));
/** `15:02:11`. */
export const clockText = (instant: string): string => vietnamClock(instant).slice(11, 19);
/** `16 giờ 30`. */
export const hourText = (instant: string): string => `${vietnamClock(instant).slice(11, 13)} giờ ${vietnamClock(instant).slice(14, 16)}`;

/** Roman numeral of 1–39: the levels of a report. */
export const roman = (value: number): string =>
  `${'X'.repeat(Math.floor(value / 10))}${['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'][value % 10]}`;
