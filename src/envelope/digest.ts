/**
 * The content digest of contract §4: what makes two envelopes the same document although a sender
 * rebuilt the message (other prefixes, order, ContentIds, zip bytes, attachment names, clerk).
 *
 * SHA-256 over a JSON text; it is stored for ever, so its form never changes:
 *   ["lienthong-content-1", HEADER, BUSINESS, [attachment SHA-256, sorted, each once]]
 *   an element = [namespace ('' for the standard's), name, [[attribute, value]…] sorted, text, [children]]
 * Children are sorted by namespace and name, repeated ones keep their order; blank elements are left
 * out. HEADER is MessageHeader without To, BUSINESS is Bussiness (null when absent); both without
 * StaffInfo and ErrorList. Texts are NFC and trimmed.
 */
import { createHash } from 'node:crypto';
import { normalText } from './text.ts';
import { houseName } from './wire/fields.ts';
import type { Letter } from './wire/letter.ts';
import type { Element } from './wire/tree.ts';

type Canonical = readonly [string, string, readonly (readonly [string, string])[], string, readonly Canonical[]];

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const canonicalFor = (element: Element, left: ReadonlySet<string>): Canonical | null => {
  const house = houseName(element);
  const attributes = Object.entries(element.attributes)
    .map(([name, value]) => [name, normalText(value)] as const)
    .sort(([one], [other]) => compare(one, other));
  const children = element.children
    .filter((child) => !left.has(houseName(child) ?? ''))
    .map((child) => canonicalFor(child, left))
    .filter((child) => child !== null)
    // Array.sort is stable: repeated names keep their order.
    .sort((one, other) => compare(one[0], other[0]) || compare(one[1], other[1]));
  if (element.text === '' && children.length === 0 && attributes.length === 0) return null;
  return [house === null ? element.namespace : '', house ?? element.name, attributes, element.text, children];
};

const headerLeft = new Set(['To', 'StaffInfo', 'ErrorList']);
const businessLeft = new Set(['StaffInfo', 'ErrorList']);

/** `attachments` = SHA-256 of the decoded, unwrapped bytes. */
export const contentDigest = (letter: Letter, attachments: readonly string[]): string => {
  const header = letter.header === null ? null : canonicalFor(letter.header, headerLeft);
  const business = letter.business === null ? null : canonicalFor(letter.business, businessLeft);
  const files = [...new Set(attachments)].sort();
  return createHash('sha256')
    .update(JSON.stringify(['lienthong-content-1', header, business, files]))
    .digest('hex');
};
