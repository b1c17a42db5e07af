/**
 * What kind of holder a certificate's subject looks like: an agency's seal or a person. No usage, policy or
 * extension tells them apart (domain §6.1), so this reads the common name as a Vietnamese reader would, and
 * says `unknown` when in doubt: alarms are raised on what it says. The hub's list of holders overrules it.
 */
import { foldText, normalText } from '../../envelope/text.ts';
import type { Name } from '../asn1/name.ts';
import { isAgencyHead, isSurname } from './words.ts';

export type HolderKind = 'agency' | 'person' | 'unknown';

/** "PGS.TS. ", "Ông ", "Đ/c ": before a personal name. */
const titles = /^(?:(?:gs|pgs|ts|ths|bs|ks|cn|ls|ds|ông|bà|đ\/c|đồng chí)(?:\.\s*|\s+))+/iu;
/** "Nguyễn Văn A - Chủ tịch", "Nguyễn Văn A (UBND xã B)": what follows a personal name. */
const suffix = /\s*(?:[(,;|/–]|\s-\s).*$/u;

const bareName = (commonName: string): string => commonName.replace(titles, '').replace(suffix, '').trim();

/** Words of letters that begin with a capital; numbers, dots and lower-case words stand in no personal name. */
const isNameShaped = (words: readonly string[]): boolean =>
  words.length >= 2 && words.length <= 6 && words.every((word) => /^\p{Lu}[\p{L}'’]*$/u.test(word));

/** Attributes that only a natural person has (X.520 givenName, surname, title; public authorities' identity card in UID). */
const personal = /(?:^|, )(?:(?:givenName|SN|title)=|UID=(?:CMND|CCCD|HC)\b)/;

const looksPersonal = (subject: Name, commonName: string): boolean => {
  const words = bareName(commonName).split(/\s+/);
  if (!isNameShaped(words) || !isSurname(words)) return false;
  // "Nguyễn Huệ" alone may be a school; three words and more, or an address, are a person's.
  return words.length >= 3 || subject.hasEmail || personal.test(subject.text);
};

export const kindOf = (subject: Name): HolderKind => {
  const commonName = normalText(subject.commonName ?? '').replace(/\s+/g, ' ');
  if (commonName === '') return 'unknown';
  if (isAgencyHead(commonName)) return 'agency';
  const same = subject.organisation !== null && foldText(subject.organisation) === foldText(commonName);
  if (looksPersonal(subject, commonName)) return same || (subject.organisation === null && !subject.hasEmail) ? 'unknown' : 'person';
  return same && !personal.test(subject.text) ? 'agency' : 'unknown';
};
