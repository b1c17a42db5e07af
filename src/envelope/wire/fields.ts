/**
 * One element of the wire, taken apart field by field. Whatever nobody asked for, and every value that
 * does not fit its type, ends in `unknown`: nothing a sender wrote is lost (or hidden from the secrecy check).
 */
import type { UnknownElement } from '../types.ts';
import type { Element } from './tree.ts';

export const qcvn = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';

/**
 * Elements count as the standard's in its namespace and in none: a prefixed root leaves unprefixed
 * attachments without one. `Business` is a spelling met beside the standard's own `Bussiness`.
 */
export const houseName = (element: Element): string | null => {
  if (element.namespace !== qcvn && element.namespace !== '') return null;
  return element.name.startsWith('Business') ? element.name.replace(/^Business(?=$|Doc)/, 'Bussiness') : element.name;
};

export const childrenOf = (element: Element | null, name: string): readonly Element[] =>
  element === null ? [] : element.children.filter((child) => houseName(child) === name);

export const childOf = (element: Element | null, name: string): Element | null => childrenOf(element, name)[0] ?? null;

/** Text at a path of local names below `element`; '' when blank or absent. */
export const textAt = (element: Element | null, path: string): string =>
  path.split('/').reduce<Element | null>((at, name) => childOf(at, name), element)?.text ?? '';

export const unknownFor = (element: Element, parent: string): UnknownElement => ({
  parent,
  name: element.name,
  namespace: element.namespace,
  attributes: element.attributes,
  text: element.text === '' ? null : element.text,
  children: element.children.map((child) => unknownFor(child, `${parent}/${element.name}`)),
});

export type Fields = {
  text(name: string): string | null;
  /** Text that `read` understands; any other stays in `unknown`. */
  value<Value>(name: string, read: (text: string) => Value | null): Value | null;
  texts(name: string): readonly string[];
  /** A child's own fields; absent children have none. */
  inside(name: string): Fields;
  many<Value>(name: string, read: (fields: Fields) => Value): readonly Value[];
  /** Leaves a child out without keeping it: it is represented elsewhere. */
  skip(child: Element | null): void;
  /** Moves all children that were not asked for to `unknown`. Call last, on the outermost fields: it closes the inner ones too. */
  close(): void;
};

/** What was asked for so far. */
type Asked = { readonly seen: Set<Element>; readonly inner: Fields[] };

/** `at` is the element's place; `unknown` collects. */
export const fieldsOf = (element: Element | null, at: string, unknown: UnknownElement[]): Fields => {
  const asked: Asked = { seen: new Set(), inner: [] };
  const nested = (child: Element | null, place: string): Fields => {
    if (child !== null) asked.seen.add(child);
    const fields = fieldsOf(child, place, unknown);
    asked.inner.push(fields);
    return fields;
  };
  /** A leaf that was understood; elements inside it are not part of its text. */
  const take = (leaf: Element): void => {
    asked.seen.add(leaf);
    for (const child of leaf.children) unknown.push(unknownFor(child, `${at}/${leaf.name}`));
  };
  const value = <Value>(name: string, read: (text: string) => Value | null): Value | null => {
    const child = childOf(element, name);
    if (child === null) return null;
    const answer = child.text === '' ? null : read(child.text);
    if (answer !== null || child.text === '') take(child);
    return answer;
  };
  return {
    value,
    text: (name) => value(name, (text) => text),
    texts: (name) => {
      const found = childrenOf(element, name);
      found.forEach(take);
      return found.map(({ text }) => text).filter((text) => text !== '');
    },
    inside: (name) => nested(childOf(element, name), `${at}/${name}`),
    many: (name, read) => childrenOf(element, name).map((child, index) => read(nested(child, `${at}/${name}[${index + 1}]`))),
    skip: (child) => {
      if (child !== null) asked.seen.add(child);
    },
    close: () => closeFields(element, at, asked, unknown),
  };
};

const closeFields = (element: Element | null, at: string, { seen, inner }: Asked, unknown: UnknownElement[]): void => {
  for (const fields of inner) fields.close();
  for (const child of element?.children ?? []) if (!seen.has(child)) unknown.push(unknownFor(child, at));
};
