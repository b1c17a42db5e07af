/**
 * State secrets must not pass (QĐ 28/2018 art. 1; contract §5 "Secret documents"). Three answers: a
 * field that *is* a degree of secrecy or states one is certain; a stamp word or an odd urgency is a
 * suspicion that a person decides; ordinary words with "mật" in them mean nothing.
 */

import { placeOf } from './places.ts';
import { normalText } from './text.ts';
import type { Message, UnknownElement } from './types.ts';

export type Secrecy = {
  readonly kind: 'none' | 'suspected' | 'secret' /** The place that gave it away; '' for none. */;
  readonly at: string;
};

/** A whole field value that is a degree (Luật Bảo vệ bí mật nhà nước 2018, art. 8). */
const degree = /^(?:tuyệt mật|tối mật|mật)$/;

/** "Độ mật: Tối mật", also "Mức độ mật - Mật", anywhere in a field; not "độ mật: mật độ cao". */
const stated =
  /(?<!\p{L})độ\s+mật\s*[:：=–-]\s*["'“”‘’([]*\s*(?:tuyệt\s+mật|tối\s+mật|mật)(?![\p{L}\p{N}])(?!\s+(?:độ|khẩu|mã|thư)(?!\p{L}))/u;

/** The stamp: MẬT alone in brackets, or as an upper-case word that no other upper-case word continues ("BẢO MẬT", "MẬT KHẨU"). */
const stamp = /(?<![\p{L}\p{N}])(?:TUYỆT MẬT|TỐI MẬT|MẬT)(?![\p{L}\p{N}])/gu;
const wordBefore = /(\p{L}+)\s+$/u;
const wordAfter = /^\s+(\p{L}+)/u;

const isUpper = (word: string | undefined): boolean => word !== undefined && word === word.toUpperCase() && word !== word.toLowerCase();

/** "(MẬT)", "[TỐI MẬT]": whatever surrounds it. */
const bracketed = (before: string, after: string): boolean => /[([{“"]\s*$/.test(before) && /^\s*[)\]}”"]/.test(after);

const isStamped = (text: string): boolean => {
  for (const found of text.matchAll(stamp)) {
    const before = text.slice(0, found.index);
    const after = text.slice(found.index + found[0].length);
    if (bracketed(before, after)) return true;
    // In a heading all in capitals the word stands inside a phrase: "BẢO VỆ BÍ MẬT NHÀ NƯỚC".
    if (!isUpper(wordBefore.exec(before)?.[1]) && !isUpper(wordAfter.exec(after)?.[1])) return true;
  }
  return false;
};

type Field = { readonly at: string; readonly text: string };

const unknownFields = (element: UnknownElement): readonly Field[] => {
  const at = `${element.parent}/${element.name}`;
  const attributes = Object.entries(element.attributes).map(([name, text]) => ({ at: `${at}/@${name}`, text }));
  return [...attributes, ...(element.text === null ? [] : [{ at, text: element.text }]), ...element.children.flatMap(unknownFields)];
};

/** Every text of a plain value, with its place in the message. */
const fieldsOf = (value: unknown, at: string): readonly Field[] => {
  if (typeof value === 'string') return [{ at, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => fieldsOf(item, `${at}[${index + 1}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, placeOf(at, name)));
};

const isSecret = ({ text }: Field): boolean => {
  const folded = normalText(text).toLowerCase();
  return degree.test(folded.replace(/\s+/g, ' ')) || stated.test(folded);
};

/** Where the words of a person stand: the only places where a stamp word is looked for. */
const stampedFields = (message: Message): readonly Field[] =>
  message.kind === 'status'
    ? [{ at: 'MessageHeader/Description', text: message.description ?? '' }]
    : [
        { at: 'MessageHeader/Code/CodeNotation', text: message.notation ?? '' },
        { at: 'MessageHeader/Subject', text: message.subject ?? '' },
        { at: 'MessageHeader/Content', text: message.content ?? '' },
      ];

const suspectedAt = (message: Message): string | null => {
  const stamped = stampedFields(message).find(({ text }) => isStamped(normalText(text)));
  if (stamped !== undefined) return stamped.at;
  const odd = message.kind === 'document' && ![0, 1, 2, 3, 4].includes(message.priority);
  return odd ? 'MessageHeader/OtherInfo/Priority' : null;
};

export const secrecyFor = (message: Message): Secrecy => {
  const { unknown, ...known } = message;
  const secret = [...fieldsOf(known, ''), ...unknown.flatMap(unknownFields)].find(isSecret);
  if (secret !== undefined) return { kind: 'secret', at: secret.at };
  const suspected = suspectedAt(message);
  return suspected === null ? { kind: 'none', at: '' } : { kind: 'suspected', at: suspected };
};
