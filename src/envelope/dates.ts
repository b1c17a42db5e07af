/**
 * Dates of the wire are Vietnamese local time without a zone: `yyyy/MM/dd` and `yyyy/MM/dd HH:mm:ss`.
 * Việt Nam is UTC+7 all year (no daylight saving since 1975), so plain arithmetic is exact.
 */
const vietnamOffset = 7 * 60 * 60 * 1000;

const dayForm = /^(\d{4})\/(\d{2})\/(\d{2})$/;
const momentForm = /^(\d{4}\/\d{2}\/\d{2}) +(\d{2}):(\d{2}):(\d{2})$/;

/** The Vietnamese calendar day of an instant, `yyyy-mm-dd`. */
export const vietnamDay = (at: Date): string => new Date(at.getTime() + vietnamOffset).toISOString().slice(0, 10);

/** `yyyy/MM/dd` of the wire as `yyyy-mm-dd`; null when it has another form or is no real day (2014/02/30). */
export const readDay = (text: string): string | null => {
  const [, year, month, day] = dayForm.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined || year === '0000') return null;
  const iso = `${year}-${month}-${day}`;
  const read = new Date(`${iso}T00:00:00Z`);
  // JavaScript rolls 30 February over to March: a real day reads back as itself.
  return !Number.isNaN(read.getTime()) && read.toISOString().slice(0, 10) === iso ? iso : null;
};

/** `yyyy-mm-dd` as the wire writes it. */
export const writeDay = (day: string): string => day.replaceAll('-', '/');

/** `yyyy/MM/dd HH:mm:ss`, Vietnamese time, as an RFC 3339 UTC instant; null when it is not one. */
export const readMoment = (text: string): string | null => {
  const [, date, hour, minute, second] = momentForm.exec(text) ?? [];
  const day = date === undefined ? null : readDay(date);
  if (day === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  return new Date(new Date(`${day}T${hour}:${minute}:${second}Z`).getTime() - vietnamOffset).toISOString();
};

/** An instant as the wire writes it, in Vietnamese time. */
export const writeMoment = (at: Date): string =>
  new Date(at.getTime() + vietnamOffset).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
