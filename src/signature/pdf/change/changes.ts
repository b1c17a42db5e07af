/**
 * What each later revision did to the one before, object by object (not by digest, and not by what a
 * page looks like). Every object that a revision brings is judged by the place it has in the document;
 * what has no place that signing needs is `visible`. Which of these a signature bears is `permission.ts`.
 */
import { catalogOf } from '../fields.ts';
import { appearanceEffects } from '../paint/appearance.ts';
import type { PdfDocument, View } from '../read/document.ts';
import { isDict, isRef, isStream, type PdfValue } from '../read/object.ts';
import { catalogChange, spokenChange } from './catalog.ts';
import { hasRepeated, isFound, isSame } from './compare.ts';
import { dictAt, type Effect, empty, numOf, type Pair, refTo, visible } from './effect.ts';
import { annotationsChange, fieldChange, fieldsChange, formChange, heldChange, parentChange } from './form.ts';
import { looseIn } from './loose.ts';
import { hasMovedOn, membersOf, packLengths } from './packed.ts';
import { isCrossReference, isStructure, orderChange, pageChange, shownWords } from './pages.ts';
import { type Places, placesIn } from './places.ts';
import { heldByEvidence, heldByForm, shownBy } from './reach.ts';

/**
 * Numbers whose value differs between the two views: only what the update lists can, and what stands in an
 * object stream that it lists. What cannot be read on either side differs: another reader may well read it.
 */
const changedIn = (document: PdfDocument, { before, after }: Pair): readonly number[] => {
  const listed = new Set((document.updates[after.revision - 1] ?? []).flatMap((section) => [...section.entries.keys()]));
  for (const num of membersOf(after, listed)) listed.add(num);
  return [...listed].filter((num) => {
    if (hasMovedOn(before, after, num)) return true;
    if (before.placeOf(num) === after.placeOf(num)) return false;
    after.tick();
    if (before.isTorn(num) || after.isTorn(num)) return true;
    const ref = refTo(num);
    return !isSame({ view: before, value: before.resolve(ref) }, { view: after, value: after.resolve(ref) });
  });
};

/** What has a place of its own in the form or a list of annotations; null for everything else. */
const placedChange = (pair: Pair, places: Places, num: number): readonly Effect[] | null => {
  const { before, after } = pair;
  const ref = refTo(num);
  const list = places.annotationLists.get(num);
  if (list !== undefined) return annotationsChange(pair, ref, ref, list);
  const form = catalogOf(before)?.entries.get('AcroForm');
  const [a, b] = [dictAt(before, ref), dictAt(after, ref)];
  if (num === numOf(form)) return formChange(pair, a, b);
  if (num === numOf(dictAt(before, form).entries.get('Fields'))) return fieldsChange(pair, ref, ref);
  const field = places.fields.get(num);
  if (field !== undefined) return fieldChange(pair, field, a, b);
  const below = places.parents.get(num);
  return below === undefined ? null : parentChange(pair, below, a, b);
};

/** A stream of objects, or a cross-reference with the root of its revision: not one that leads a repairing reader elsewhere. */
const isOfChain = (view: View, stream: PdfValue): boolean => {
  const root = view.trailer.entries.get('Root');
  const leads = isStream(stream) && isCrossReference(stream) ? stream.dict.entries.get('Root') : root;
  return numOf(leads) === numOf(root);
};

/** Judges one changed object by the first place it has, the strictest places first. */
const judgeOf = (pair: Pair): ((num: number) => readonly Effect[]) => {
  const { before, after } = pair;
  const places = placesIn(before);
  const [shown, held, heldAfter, evidence] = [shownBy(after), heldByForm(before), heldByForm(after), heldByEvidence(after)];
  const root = numOf(before.trailer.entries.get('Root'));
  let words: ((num: number) => string) | null = null;
  return (num) => {
    const ref = refTo(num);
    const [a, b] = [before.resolve(ref), after.resolve(ref)];
    if (hasMovedOn(before, after, num)) return [visible(`đối tượng ${num} bị đổi số thế hệ, phần mềm khác không còn thấy nó`)];
    if (packLengths(before).has(num)) return [visible(`độ dài của một luồng đối tượng bị sửa (đối tượng ${num})`)];
    if (num === root) return [];
    // Readers take the first or the last: another may see what is not looked at here.
    if (hasRepeated(b)) return [visible(`đối tượng ${num} có khóa ghi hai lần`)];
    const page = places.pages.get(num);
    if (page !== undefined && isDict(a) && isDict(b)) return pageChange(pair, a, b, page);
    if (shown.nums.has(num)) {
      words ??= shownWords(pair);
      return [visible(words(num))];
    }
    const placed = placedChange(pair, places, num);
    if (placed !== null) return placed;
    // A hole that the form already pointed at counts as changed, a new object only through what points at it.
    if (held.nums.has(num) && (a !== null || heldAfter.nums.has(num))) return heldChange(pair, places, num);
    if (isStructure(b)) return isOfChain(after, b) ? [] : [visible('phần cập nhật có bảng tham chiếu thừa')];
    if (evidence.has(num)) return [{ kind: 'validation', what: 'thêm dữ liệu xác thực lâu dài' }];
    // Somewhere on the way stands what cannot be read here: nobody knows whether it leads to this.
    if ((shown.isTorn || held.isTorn) && a !== null) return [visible(`đối tượng ${num} bị thay, không rõ nơi hiển thị`)];
    return spokenChange(pair, num);
  };
};

const sizeOf = ({ trailer }: View): number => {
  const size = trailer.entries.get('Size');
  return typeof size === 'number' ? size : 0;
};

/** A root that strict readers do not find; a size below which they drop objects that were there (7.5.5). */
const trailerChange = ({ before, after }: Pair): readonly Effect[] => {
  const root = after.trailer.entries.get('Root');
  return [
    ...(isRef(root) && !isFound(after, root) ? [visible('phần cập nhật chỉ tới danh mục gốc không có')] : []),
    ...(sizeOf(after) < sizeOf(before) ? [visible('phần cập nhật bỏ bớt đối tượng (Size)')] : []),
  ];
};

/** What one revision did. */
const effectsOf = (document: PdfDocument, pair: Pair): readonly Effect[] => {
  const judge = judgeOf(pair);
  const twisted = shownBy(pair.after).isTwisted ? [visible('cấu trúc trang bất thường: trang dùng làm tài nguyên')] : [];
  // The catalog is compared as the trailers name it, also when a new object took its place.
  const catalogs = catalogChange(pair, catalogOf(pair.before) ?? empty, catalogOf(pair.after) ?? empty);
  return [
    ...orderChange(pair),
    ...catalogs,
    ...trailerChange(pair),
    ...twisted,
    ...changedIn(document, pair).flatMap(judge),
    ...appearanceEffects(pair, document.latest),
    ...looseIn(document, pair),
  ];
};

/** By revision (from 2), what it did to the one before, each thing once. */
export const effectsByRevision = (document: PdfDocument, from: number): ReadonlyMap<number, readonly Effect[]> =>
  new Map(
    document.views.slice(from).map((after, i) => {
      const before = document.views[from + i - 1] ?? after;
      const effects = effectsOf(document, { before, after });
      return [
        after.revision,
        [...new Map(effects.map((effect) => [`${effect.kind} ${effect.what} ${effect.field ?? ''}`, effect])).values()],
      ];
    }),
  );
