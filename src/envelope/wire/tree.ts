/** XML as plain values: what libxml2 saw in the skeleton, and nothing of libxml2 after that. */
import {
  ParseOption,
  type XmlAttribute,
  XmlCData,
  XmlDocument,
  XmlElement,
  type XmlNode,
  XmlParseError,
  XmlText,
  XmlTreeNode,
  XmlXPath,
} from 'libxml2-wasm';
import { normalText } from '../text.ts';

export type Element = {
  /** Local name. */
  readonly name: string;
  readonly namespace: string;
  /** By local name, or `{namespace}name` where the attribute has one. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Own text, NFC, trimmed, without invisible characters; '' when blank. */
  readonly text: string;
  readonly children: readonly Element[];
};

export type Parsed =
  | {
      readonly kind: 'tree';
      readonly root: Element /** An attribute used a prefix that nobody declared. */;
      readonly undeclaredPrefix: boolean;
    }
  | { readonly kind: 'malformed' /** 1-based line in the skeleton; 0 unknown. */; readonly line: number; readonly why: string };

// Entities cannot occur (the splitter refuses a document type), and nothing may be fetched.
const options = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NOCDATA;

/** Elements and text of one element, without a walk: compiled at first need. */
let childPath: XmlXPath | null = null;

/**
 * The children that count. The binding cannot step over a processing instruction (its node has no
 * `next`), so an element that holds one is asked by XPath, which is slower.
 */
const childNodes = (node: XmlElement): readonly XmlNode[] => {
  const nodes: XmlNode[] = [];
  let child: XmlNode | null = node.firstChild;
  while (child !== null) {
    if (!(child instanceof XmlTreeNode)) {
      childPath ??= XmlXPath.compile('child::* | child::text()');
      return node.find(childPath);
    }
    nodes.push(child);
    child = child.next;
  }
  return nodes;
};

/** An undeclared prefix stays in the name: only the local part counts then. */
const attributeName = ({ name, namespaceUri }: XmlAttribute): string =>
  namespaceUri === '' ? name.slice(name.indexOf(':') + 1) : `{${namespaceUri}}${name}`;

const elementFor = (node: XmlElement): Element => {
  const children: Element[] = [];
  let text = '';
  for (const child of childNodes(node)) {
    if (child instanceof XmlElement) children.push(elementFor(child));
    else if (child instanceof XmlText || child instanceof XmlCData) text += child.content;
  }
  const attributes = Object.fromEntries(node.attrs.map((attribute) => [attributeName(attribute), attribute.value]));
  return { name: node.name, namespace: node.namespaceUri, attributes, text: normalText(text), children };
};

/** libxml2 has three levels: 1 warning, 2 recoverable error, 3 fatal. An attribute's undeclared prefix is the only one forgiven. */
const onlyAttributePrefixes = (error: XmlParseError): boolean =>
  error.details.length > 0 &&
  error.details.every(({ level, message }) => level < 3 && /^Namespace prefix \S+ for \S+ on \S+ is not defined/.test(message));

const parseWith = (bytes: Uint8Array, option: ParseOption): Element => {
  const parsed = XmlDocument.fromBuffer(bytes, { option });
  try {
    return elementFor(parsed.root);
  } finally {
    // Undisposed documents are never freed: the WebAssembly heap ends after some dozens of them.
    parsed.dispose();
  }
};

/** Parses a skeleton without document type (the caller has seen to that). Never throws for bad input. */
export const parseTree = (bytes: Uint8Array): Parsed => {
  try {
    return { kind: 'tree', root: parseWith(bytes, options), undeclaredPrefix: false };
  } catch (thrown) {
    if (!(thrown instanceof XmlParseError)) throw thrown;
    // The tree is whole; only the report of the missing declaration makes the binding throw it away.
    if (onlyAttributePrefixes(thrown)) {
      return { kind: 'tree', root: parseWith(bytes, options | ParseOption.XML_PARSE_NOERROR), undeclaredPrefix: true };
    }
    const first = thrown.details.find(({ level }) => level >= 2) ?? thrown.details[0];
    return { kind: 'malformed', line: first?.line ?? 0, why: (first?.message ?? thrown.message).trim() };
  }
};
