/** What a revision did to the form: its fields, their values, and lists of fields and annotations. */
import { type Field, fieldsOf } from '../fields.ts';
import { isDocumentTimestamp } from '../found.ts';
import type { View } from '../read/document.ts';
import { isDict, isRef, isStream, isString, nameIs, type PdfDict, type PdfRef, type PdfValue } from '../read/object.ts';
import { differingKeys, isSame } from './compare.ts';
import { dictAt, type Effect, empty, every, itemsAt, type Pair, pageWord, refTo, visible } from './effect.ts';
import { type Places, placesIn, signatureFieldsAt } from './places.ts';
import { treeOf } from './reach.ts';

/** A signature field that came, or that was signed: a document timestamp is validation data (ISO 32000-2 12.8.5). */
const signed = (pair: Pair, field: Field, what: string): Effect => {
  const value = pair.after.resolve(field.value);
  if (isDict(value) && isDocumentTimestamp(pair.after, value)) return { kind: 'validation', what: 'thêm dấu thời gian của văn bản' };
  return { kind: 'signature', what, field: field.name };
};

/** What was added to and taken from a list, by object or by value. */
const listChange = (pair: Pair, a: readonly PdfValue[], b: readonly PdfValue[]) => {
  const keyOf = ({ num, gen }: PdfRef) => `${num} ${gen}`;
  const nums = (list: readonly PdfValue[]) => new Set(list.flatMap((item) => (isRef(item) ? [keyOf(item)] : [])));
  const [left, right] = [nums(a), nums(b)];
  const alike = (view: View, item: PdfValue, other: View, list: readonly PdfValue[]) => {
    view.tick();
    return list.some((one) => !isRef(one) && isSame({ view, value: item }, { view: other, value: one }));
  };
  const stayed = (list: readonly PdfValue[], other: ReadonlySet<string>) =>
    list.flatMap((item) => (isRef(item) && other.has(keyOf(item)) ? [keyOf(item)] : []));
  return {
    isReordered: stayed(a, right).join() !== stayed(b, left).join(),
    added: b.filter((item) => (isRef(item) ? !left.has(keyOf(item)) : !alike(pair.after, item, pair.before, a))),
    removed: a.filter((item) => (isRef(item) ? !right.has(keyOf(item)) : !alike(pair.before, item, pair.after, b))),
  };
};

/** Whether some page shows it already: an image of a signature belongs where its signer saw it. */
const isOnPage = (view: View, item: PdfValue): boolean =>
  isRef(item) &&
  treeOf(view).pages.some((page) => itemsAt(view, page.dict.entries.get('Annots')).some((one) => isRef(one) && one.num === item.num));

export const annotationsChange = (pair: Pair, a: PdfValue | undefined, b: PdfValue | undefined, page: number): readonly Effect[] => {
  const { added, removed, isReordered } = listChange(pair, itemsAt(pair.before, a), itemsAt(pair.after, b));
  const where = pageWord(page);
  return [
    // What stands later in the list is painted over what stands before.
    ...(isReordered ? [{ kind: 'annotation', what: `${where}: thứ tự chú thích bị đổi` } as const] : []),
    ...added.flatMap((item): readonly Effect[] => {
      const fields = signatureFieldsAt(pair.after, item);
      if (fields !== null && isOnPage(pair.before, item)) return [visible(`${where}: hình của chữ ký ở trang khác được đưa sang`)];
      if (fields !== null) return fields.map((field) => signed(pair, field, `${where}: thêm ô chữ ký`));
      const dict = pair.after.resolve(item);
      if (!isDict(dict)) return [visible(`${where}: danh sách chú thích bị sửa`)];
      if (nameIs(pair.after.resolve(dict.entries.get('Subtype')), 'Widget')) return [visible(`${where}: thêm trường biểu mẫu`)];
      return [{ kind: 'annotation', what: `${where}: thêm chú thích` }];
    }),
    ...removed
      .filter((item) => pair.before.resolve(item) !== null)
      .map(
        (item): Effect =>
          signatureFieldsAt(pair.before, item) === null
            ? { kind: 'annotation', what: `${where}: xóa chú thích` }
            : visible(`${where}: xóa chữ ký`),
      ),
  ];
};

export const fieldsChange = (pair: Pair, a: PdfValue | undefined, b: PdfValue | undefined): readonly Effect[] => {
  const { added, removed } = listChange(pair, itemsAt(pair.before, a), itemsAt(pair.after, b));
  return [
    ...removed.filter((item) => pair.before.resolve(item) !== null).map(() => visible('biểu mẫu: xóa trường')),
    ...added.flatMap((item): readonly Effect[] => {
      const fields = signatureFieldsAt(pair.after, item);
      if (fields === null) return [visible('biểu mẫu: thêm trường')];
      return fields.map((field) => signed(pair, field, 'biểu mẫu: thêm trường chữ ký'));
    }),
  ];
};

/** Whether some appearance of `before` draws by this name without having it in its own resources: readers then take the form's. */
const isBorrowed = ({ before }: Pair, category: string, name: string): boolean =>
  [...placesIn(before).appearances.keys()].some((num) => {
    const stream = before.resolve(refTo(num));
    before.tick();
    if (!isStream(stream)) return false;
    const own = dictAt(before, dictAt(before, stream.dict.entries.get('Resources')).entries.get(category));
    if (own.entries.has(name)) return false;
    const bytes = stream.source.length === 0 ? new Uint8Array(0) : before.decode(stream);
    return bytes === null || Buffer.from(bytes).includes(`/${name}`);
  });

const redrawn: Effect = { kind: 'form', what: 'biểu mẫu: yêu cầu vẽ lại các trường', field: every };

/** Whether readers draw the fields anew whatever images they have (12.7.3): then the form's own font and colour show. */
const isDrawnAnew = ({ before }: Pair, form: PdfDict): boolean => before.resolve(form.entries.get('NeedAppearances')) === true;

/** Whether the form or a field asks for this font in its default appearance. */
const isAskedFor = ({ before }: Pair, form: PdfDict, name: string): boolean =>
  [form, ...fieldsOf(before).map((field) => field.dict)].some((dict) => {
    const wanted = before.resolve(dict.entries.get('DA'));
    return isString(wanted) && Buffer.from(wanted.bytes).includes(`/${name}`);
  });

/** Fonts that came into the default resources and that fields drawn anew take. */
const fontsChange = (pair: Pair, a: PdfDict, b: PdfDict): readonly Effect[] => {
  if (!isDrawnAnew(pair, a)) return [];
  const fonts = (view: View, form: PdfDict) => dictAt(view, dictAt(view, form.entries.get('DR')).entries.get('Font'));
  const [left, right] = [fonts(pair.before, a), fonts(pair.after, b)];
  return differingKeys(left, right, pair.before, pair.after).some((name) => isAskedFor(pair, a, name)) ? [redrawn] : [];
};

/**
 * Default resources may gain entries for the appearance of a signature, and writers of signatures replace
 * the form (`FRM`) that they left there; fonts stay, and nothing changes that an appearance draws with.
 */
const resourcesChange = (pair: Pair, a: PdfDict, b: PdfDict): readonly Effect[] => {
  const isKept = [...new Set([...a.entries.keys(), ...b.entries.keys()])].every((key) => {
    const [left, right] = [pair.before.resolve(a.entries.get(key)), pair.after.resolve(b.entries.get(key))];
    if ((left !== null && !isDict(left)) || (right !== null && !isDict(right)))
      return isSame({ view: pair.before, value: left }, { view: pair.after, value: right });
    const changed = differingKeys(left ?? empty, right ?? empty, pair.before, pair.after);
    return changed.every((name) => !(key === 'Font' && left?.entries.has(name) === true) && !isBorrowed(pair, key, name));
  });
  return isKept ? [] : [visible('biểu mẫu: phông chữ hoặc tài nguyên bị sửa')];
};

/** The form's own dictionary. */
export const formChange = (pair: Pair, a: PdfDict, b: PdfDict): readonly Effect[] =>
  differingKeys(a, b, pair.before, pair.after).flatMap((key): readonly Effect[] => {
    const [left, right] = [a.entries.get(key), b.entries.get(key)];
    if (key === 'Fields') return fieldsChange(pair, left, right);
    if (key === 'DR') return [...resourcesChange(pair, dictAt(pair.before, left), dictAt(pair.after, right)), ...fontsChange(pair, a, b)];
    if (key === 'SigFlags') return [];
    if (key === 'DA') return isDrawnAnew(pair, a) ? [redrawn] : [];
    if (key === 'NeedAppearances') {
      // Viewers then draw every field anew from its value.
      return pair.after.resolve(right) === true ? [redrawn] : [];
    }
    return [visible(key === 'XFA' ? 'biểu mẫu XFA bị thêm hoặc sửa' : `biểu mẫu: thuộc tính ${key} bị sửa`)];
  });

const signingKeys = new Set(['V', 'AP', 'AS', 'F', 'M', 'MK', 'DA', 'DR', 'Q', 'Lock', 'P']);
const fillingKeys = new Set(['V', 'AP', 'AS', 'M', 'MK', 'I', 'RV', 'DA']);

const PUSH_BUTTON = 1 << 16;

/** It has no value to fill in (12.7.5.2.2): another look of it is another page. */
const isPushButton = (pair: Pair, field: Field): boolean => {
  const flags = pair.before.resolve(field.dict.entries.get('Ff'));
  return field.type === 'Btn' && typeof flags === 'number' && (flags & PUSH_BUTTON) !== 0;
};

/** The dictionary of a terminal field or of a widget under it. */
export const fieldChange = (pair: Pair, field: Field, a: PdfDict, b: PdfDict): readonly Effect[] => {
  const keys = differingKeys(a, b, pair.before, pair.after);
  if (keys.length === 0) return [];
  const name = field.name === '' ? '' : ` ${field.name}`;
  if (field.type === 'Sig') {
    const wasEmpty = pair.before.resolve(field.value) === null;
    if (!wasEmpty || !keys.every((key) => signingKeys.has(key))) return [visible(`chữ ký${name} bị sửa hoặc xóa`)];
    return [signed(pair, { ...field, value: b.entries.get('V') ?? field.value }, `ký vào ô${name}`)];
  }
  if (keys.every((key) => fillingKeys.has(key)) && !isPushButton(pair, field))
    return [{ kind: 'form', what: `điền trường${name}`, field: field.name }];
  return [visible(`trường${name} bị sửa (${keys.join(', ')})`)];
};

/** A node above fields may gain signature fields; a value that it hands down is its fields' value. */
export const parentChange = (pair: Pair, fields: readonly Field[], a: PdfDict, b: PdfDict): readonly Effect[] =>
  differingKeys(a, b, pair.before, pair.after).flatMap((key): readonly Effect[] => {
    const [left, right] = [a.entries.get(key), b.entries.get(key)];
    if (key === 'Kids') return fieldsChange(pair, left, right);
    if (key !== 'V' || fields.some((field) => field.type === 'Sig')) return [visible(`biểu mẫu: nhóm trường bị sửa (${key})`)];
    return fields.map((field): Effect => ({ kind: 'form', what: `điền trường ${field.name}`, field: field.name }));
  });

/** An object that only forms and annotations hold. */
export const heldChange = (pair: Pair, places: Places, num: number): readonly Effect[] => {
  const page = places.annotations.get(num);
  const owner = places.appearances.get(num);
  if (page !== undefined) return [{ kind: 'annotation', what: `${pageWord(page)}: chú thích bị sửa` }];
  if (owner === null) return [{ kind: 'annotation', what: 'hình hiển thị của chú thích bị sửa' }];
  if (owner === undefined) return [visible(`đối tượng ${num} của biểu mẫu hoặc chú thích bị sửa`)];
  if (owner.type !== 'Sig' && isPushButton(pair, owner)) return [visible(`hình của nút ${owner.name} bị sửa`)];
  if (owner.type !== 'Sig') return [{ kind: 'form', what: `điền trường ${owner.name}`.trim(), field: owner.name }];
  return pair.before.resolve(owner.value) === null ? [] : [visible(`hình hiển thị của chữ ký ${owner.name} bị sửa`.replace('  ', ' '))];
};
