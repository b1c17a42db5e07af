/**
 * State secrets must not pass (QĐ 28/2018 art. 1; contract §5 "Secret documents"). Three answers: a
 * field that *is* a degree of secrecy or states one is certain; a stamp word or an odd urgency is a
 * suspicion that a person decides; ordinary words with "mật" in them mean nothing.
 */

import { normalText } from './text.ts';
import type { Message, UnknownElement } from './types.ts';
import type { Content } from './write/element.ts';
import { messageHeader, statusHeader, traceHeaders } from './write/header.ts';

export type Secrecy = {
  readonly kind: 'none' | 'suspected' | 'secret';
  /** The place that gave it away (contract §5); '' for none. */
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

/** How far the words around a stamp are looked at, and how many stamps: more of them no honest field has, a person decides. */
const neighbourhood = 40;
const mostStamps = 100;

const isStamped = (text: string): boolean => {
  let stamps = 0;
  for (const found of text.matchAll(stamp)) {
    stamps += 1;
    if (stamps > mostStamps) return true;
    const end = found.index + found[0].length;
    const before = text.slice(Math.max(0, found.index - neighbourhood), found.index);
    const after = text.slice(end, end + neighbourhood);
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

/** Elements that may repeat, and so have an index in a place even when they stand alone. */
const repeated = new Set([
  'To',
  'TraceHeader',
  'Appendix',
  'TaskCode',
  'Receiver',
  'ReplacementInfo',
  'ToPlaces/Place',
  'OrganIdList/OrganId',
]);

/** Every text of an element as it would be written, with its place in wire words. */
const writtenFields = (content: Content, at: string): readonly Field[] => {
  const counts = new Map<string, number>();
  const inner = content.children.flatMap((child) => {
    const count = (counts.get(child.name) ?? 0) + 1;
    counts.set(child.name, count);
    const indexed = repeated.has(child.name) || repeated.has(`${content.name}/${child.name}`);
    return writtenFields(child, `${at}/${child.name}${indexed ? `[${count}]` : ''}`);
  });
  return content.text === null ? inner : [{ at, text: content.text }, ...inner];
};

const namedFields = (at: string, texts: Readonly<Record<string, string | null>>): readonly Field[] =>
  Object.entries(texts).flatMap(([name, text]) => (text === null ? [] : [{ at: `${at}/${name}`, text }]));

/** All known fields. The writer's own trees are walked, so that no field can be forgotten here that is written there. */
const knownFields = (message: Message): readonly Field[] => {
  if (message.kind === 'status') return writtenFields(statusHeader(message), 'MessageHeader');
  return [
    ...writtenFields(messageHeader(message), 'MessageHeader'),
    ...writtenFields(traceHeaders(message), 'TraceHeaderList'),
    ...message.manifest.flatMap(({ contentId, contentType, description, name }, index) =>
      namedFields(`Reference[${index + 1}]`, {
        ContentId: contentId,
        ContentType: contentType,
        Description: description,
        AttachmentName: name,
      }),
    ),
    ...message.attachments.flatMap(({ contentId, contentType, description, name }, index) =>
      namedFields(`Attachment[${index + 1}]`, {
        ContentId: contentId,
        ContentType: contentType,
        Description: description,
        AttachmentName: name,
      }),
    ),
  ];
};

const isSecret = ({ text }: Field): boolean => {
  const folded = normalText(text).toLowerCase();
  // A whole value that is a degree is short, however it is spaced.
  return (folded.length < 1000 && degree.test(folded.replace(/\s+/g, ' '))) || stated.test(folded);
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
  const secret = [...knownFields(message), ...message.unknown.flatMap(unknownFields)].find(isSecret);
  if (secret !== undefined) return { kind: 'secret', at: secret.at };
  const suspected = suspectedAt(message);
  return suspected === null ? { kind: 'none', at: '' } : { kind: 'suspected', at: suspected };
};
