/** What a check has to say, and how much it weighs. */
import { type FailureCode, fault, type Warning, type WarningCode } from '../../errors.ts';

/** `refuse` everyone; `member` refuses members and only warns hubs; `warn` never refuses (contract §5). */
export type Weight = 'refuse' | 'member' | 'warn';
export type Notice = { readonly weight: Weight; readonly fault: Warning };

type Says = { readonly vi?: string; readonly en?: string; readonly legacyCode?: string };

export const refusal = (code: FailureCode, at: string, says: Says = {}): Notice => ({ weight: 'refuse', fault: fault(code, at, says) });
export const memberOnly = (code: FailureCode, at: string, says: Says = {}): Notice => ({ weight: 'member', fault: fault(code, at, says) });
export const warning = (code: WarningCode, at: string, vi: string, en: string, legacyCode?: string): Notice => ({
  weight: 'warn',
  fault: { code, at, vi, en, ...(legacyCode === undefined ? {} : { legacyCode }) },
});

/** `N.` required, `R.` out of range, `M.` wrong value, `T.` wrong type, then the place without indexes (domain §1.9). */
export const legacyCode = (kind: 'N' | 'R' | 'M' | 'T', at: string): string => `${kind}.${at.replace(/\[\d+\]/g, '').replaceAll('/', '.')}`;

/** A required element that is missing or blank. `label` is its Vietnamese name. */
export const missing = (at: string, label: string): { readonly vi: string; readonly en: string; readonly legacyCode: string } => ({
  vi: `Thiếu ${label.charAt(0).toLowerCase()}${label.slice(1)} (${at})`,
  en: `${at} is missing or blank`,
  legacyCode: legacyCode('N', at),
});

export const tooLong = (at: string, label: string, length: number, longest: number): Notice =>
  warning(
    'envelope.invalid',
    at,
    `${label} dài ${length} ký tự, quá ${longest} ký tự (${at})`,
    `${at} has ${length} characters, more than ${longest}`,
    legacyCode('R', at),
  );

export const wrongValue = (at: string, label: string): Notice =>
  warning('envelope.invalid', at, `${label} không đúng giá trị quy định (${at})`, `${at} has an unexpected value`, legacyCode('M', at));

export const wrongType = (at: string, label: string): Notice =>
  warning('envelope.invalid', at, `${label} không đúng kiểu dữ liệu (${at})`, `${at} is not of the expected type`, legacyCode('T', at));

export const unfilled = (at: string, label: string): Notice => {
  const { vi, en, legacyCode: legacy } = missing(at, label);
  return warning('envelope.invalid', at, vi, en, legacy);
};
