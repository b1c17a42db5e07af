/** Manifest and attachments: agreement, base64, bombs, names, and what the bytes are. */
import { promisedKinds } from '../attachment/kind.ts';
import type { Parcel } from '../attachment/parcel.ts';
import { childrenOf, textAt } from '../wire/fields.ts';
import { plainContentId } from '../wire/letter.ts';
import type { Rule } from './letter.ts';
import { legacyCode, memberOnly, missing, type Notice, refusal, unfilled, warning, wrongValue } from './notice.ts';

const mismatch = (at: string, vi: string, en: string): Notice =>
  memberOnly('manifest.mismatch', at, { vi, en, legacyCode: legacyCode('M', at) });

/** Every id on `one` side exactly once on the other; a blank id matches nothing. */
const unmatched = (ids: readonly string[], others: readonly string[]): readonly number[] =>
  ids.flatMap((id, index) => (id !== '' && others.includes(id) && ids.indexOf(id) === index ? [] : [index + 1]));

/** A Reference without its Attachment, or the reverse; `cid:` is stripped on both sides. */
export const checkManifest: Rule = ({ letter, parcels }) => {
  const references = childrenOf(letter.manifest, 'Reference').map((reference) => plainContentId(textAt(reference, 'ContentId')));
  const attachments = parcels.map(({ contentId }) => contentId);
  return [
    ...unmatched(references, attachments).map((index) => {
      const at = `Reference[${index}]`;
      return mismatch(at, `Danh mục nêu tệp không có trong thông điệp (${at})`, `${at} has no attachment of its own`);
    }),
    ...unmatched(attachments, references).map((index) => {
      const at = `Attachment[${index}]`;
      return mismatch(at, `Tệp đính kèm không có trong danh mục (${at})`, `${at} is not in the manifest`);
    }),
  ];
};

/** Control and direction-override characters: a name must show what it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const controls = /[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/;

const nameNotices = ({ name }: Parcel, place: string): readonly Notice[] => {
  const at = `${place}/AttachmentName`;
  if (name === '') return [memberOnly('attachment.name', at, missing(at, 'tên tệp đính kèm'))];
  return controls.test(name) || /[/\\]|\.\./.test(name) ? [memberOnly('attachment.name', at, { legacyCode: legacyCode('M', at) })] : [];
};

const contentNotices = ({ element, run, clear }: Parcel, place: string): readonly Notice[] => {
  const at = `${place}/ContentTransferEncoded`;
  if (run.problem === 'control') {
    const vi = `Nội dung tệp chứa ký tự điều khiển (${at})`;
    return [refusal('envelope.malformed', at, { vi, en: `${at} holds control characters`, legacyCode: legacyCode('M', at) })];
  }
  if (run.problem !== null) return [refusal('attachment.encoding', at, { legacyCode: legacyCode('M', at) })];
  if (clear?.bomb) return [refusal('attachment.bomb', place, { legacyCode: legacyCode('R', place) })];
  if (run.size === 0) return [unfilled(at, 'nội dung tệp đính kèm')];
  const promised = promisedKinds(textAt(element, 'ContentType'));
  if (promised === null || clear === null || promised.includes(clear.wireKind)) return [];
  const type = `${place}/ContentType`;
  const vi = `Nội dung tệp không đúng với kiểu khai báo (${type})`;
  return [warning('attachment.type-mismatch', type, vi, `The bytes are not what ${type} says`, 'M.Attachment-Type')];
};

const differingName = ({ element, reference }: Parcel, place: string): readonly Notice[] => {
  const listed = textAt(reference, 'AttachmentName');
  const own = textAt(element, 'AttachmentName');
  return listed !== '' && own !== '' && listed !== own ? [wrongValue(`${place}/AttachmentName`, 'Tên tệp (khác với danh mục)')] : [];
};

export const checkParcels: Rule = ({ parcels }) =>
  parcels.flatMap((parcel, index) => {
    const place = `Attachment[${index + 1}]`;
    return [...nameNotices(parcel, place), ...differingName(parcel, place), ...contentNotices(parcel, place)];
  });
