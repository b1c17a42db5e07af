/**
 * All checks of a message, as one list in the standard's order. Contract §5 says which refuse; all
 * others warn. Whatever needs the directory or earlier messages is judged elsewhere.
 */
import type { Fault, Warning } from '../errors.ts';
import { checkCode, checkContent, checkDocumentId, checkFrom, checkPromulgation, checkTo } from './check/header.ts';
import type { Checked, Rule } from './check/letter.ts';
import type { Notice } from './check/notice.ts';
import { checkManifest, checkParcels } from './check/parcel.ts';
import { checkReason, checkReporter, checkResponse, checkStatusCode, checkTimestamp } from './check/status.ts';
import { checkBusiness, checkBusinessDetails, checkTraces } from './check/trace.ts';
import { maximumFaults } from './limits.ts';

const documentRules: readonly Rule[] = [
  checkFrom,
  checkTo,
  checkDocumentId,
  checkCode,
  checkPromulgation,
  checkContent,
  checkTraces,
  checkBusiness,
  checkBusinessDetails,
  checkManifest,
  checkParcels,
];

const statusRules: readonly Rule[] = [checkResponse, checkReporter, checkStatusCode, checkReason, checkTimestamp];

const refuses = ({ weight }: Notice, { profile }: Checked): boolean => weight === 'refuse' || (weight === 'member' && profile === 'member');

/** Refusals carry only codes of the error table: `refusal` and `memberOnly` make no others. */
const asFault = (notice: Notice): Fault => notice.fault as Fault;

export const checkMessage = (checked: Checked): { readonly faults: readonly Fault[]; readonly warnings: readonly Warning[] } => {
  const rules = checked.letter.kind === 'status' ? statusRules : documentRules;
  const notices = rules.flatMap((rule) => rule(checked));
  const faults = notices.filter((notice) => refuses(notice, checked)).map(asFault);
  const warnings = notices.filter((notice) => !refuses(notice, checked)).map(({ fault }) => fault);
  return { faults: faults.slice(0, maximumFaults), warnings: warnings.slice(0, maximumFaults) };
};
