/**
 * Headers that hubs append on the way (domain §1.4): they break a signature over the whole envelope though
 * nothing was changed. So where the digest does not fit, it is tried without the last one, the last two, …
 *
 * Why that is safe: what is taken away is exactly an appended TraceHeader, an OrganId and a Timestamp and
 * nothing else, and it is transport data. Nothing decides on it but the hub's own search for loops, which
 * can only refuse a message; it is no part of the document's identity (contract §4), of its sender or its
 * recipients. Whatever else was changed, a header moved, edited or removed included, still fails.
 */
import { XmlComment, type XmlDocument, XmlElement, XmlText } from 'libxml2-wasm';
import { qcvn } from '../../envelope/wire/fields.ts';
import { countOf, elements } from './document.ts';

/** More hubs than any way has; each costs a hash over the envelope. */
const MAX_HOPS = 8;

/** Two elements, their text, and white space between them. */
const MAX_NODES = 20;

const list = '/q:edXML/q:edXMLEnvelope/q:edXMLHeader/q:TraceHeaderList';
const inside = 'child::node()';
const moment = /^\s*\d{4}\/\d{2}\/\d{2} \d{2}:\d{2}:\d{2}\s*$/;
/** As long as any code of an organ or a hub could be. */
const longestCode = 100;

/** An element with text and nothing else. */
const leafText = (element: XmlElement): string | null => {
  const nodes = element.find(inside);
  return element.attrs.length === 0 && nodes.every((node) => node instanceof XmlText) ? nodes.map((node) => node.content).join('') : null;
};

/** The axis has been seen to leave OrganId out, or blank; Timestamp is always there. */
const isHop = (element: XmlElement): boolean => {
  if (element.attrs.length > 0 || element.namespaceUri !== qcvn || countOf(element, 'descendant::node()') > MAX_NODES) return false;
  const nodes = element.find(inside);
  const children = nodes.filter((node) => node instanceof XmlElement);
  if (nodes.some((node) => node instanceof XmlComment || (!(node instanceof XmlElement) && node.content.trim() !== ''))) return false;
  const names = children.map((child) => (child.namespaceUri === qcvn ? child.name : ''));
  if (names.join() !== 'OrganId,Timestamp' && names.join() !== 'Timestamp') return false;
  const texts = children.map(leafText);
  return texts.every((text) => text !== null && text.length <= longestCode) && moment.test(texts.at(-1) ?? '');
};

/** A hub that finds no list makes one (`envelope/trace.ts`): what is then left of it goes too. */
const isBare = (element: XmlElement): boolean => element.attrs.length === 0 && countOf(element, inside) === 0;

/**
 * Takes the last header away and asks `holds`, then the one before it, …; answers how many were gone when
 * it held, 0 when it never did. The document is changed.
 */
export const withoutHops = (document: XmlDocument, holds: () => boolean): number => {
  const lists = elements(document, list, { q: qcvn });
  const [home] = lists;
  if (home === undefined || lists.length > 1) return 0;
  const hops = elements(home, 'q:TraceHeader', { q: qcvn });
  for (let gone = 1; gone <= Math.min(MAX_HOPS, hops.length); gone += 1) {
    const last = hops[hops.length - gone];
    if (last === undefined || !isHop(last)) return 0;
    last.remove();
    if (holds()) return gone;
    if (isBare(home)) {
      home.remove();
      return holds() ? gone : 0;
    }
  }
  return 0;
};
