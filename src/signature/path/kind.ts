/** What kind of holder a certificate's subject looks like. */
import type { Name } from '../asn1/name.ts';

/** Words an agency's name begins with or contains; compared without case, with diacritics. */
const agencyWords =
  /(?:^|[^\p{L}])(?:ủy ban|uỷ ban|ubnd|hđnd|hội đồng nhân dân|sở|ban|bộ|văn phòng|cục|chi cục|tổng cục|trung tâm|trường|viện|bệnh viện|công an|tòa án|toà án|viện kiểm sát|kho bạc|thanh tra|ngân hàng|phòng|đảng ủy|tỉnh ủy|liên đoàn|mặt trận|hội|bảo hiểm)(?:[^\p{L}]|$)/iu;

/** Two to seven capitalised words and nothing else. */
const personName = /^(?:\p{Lu}[\p{L}'’.-]*)(?:\s+\p{Lu}[\p{L}'’.-]*){1,6}$/u;

/** What kind of holder a subject looks like. A guess for display (the later registry decides), `unknown` when in doubt. */
export const kindOf = (subject: Name): 'agency' | 'person' | 'unknown' => {
  const name = subject.commonName?.normalize('NFC');
  if (name === undefined) return 'unknown';
  const same = subject.organisation !== null && subject.organisation.toLowerCase() === name.toLowerCase();
  if (same || agencyWords.test(name)) return 'agency';
  return personName.test(name) && (subject.hasEmail || subject.organisation !== null) ? 'person' : 'unknown';
};
