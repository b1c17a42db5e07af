/** XML as plain values: what libxml2 saw in the skeleton, and nothing of libxml2 after that. */
import { ParseOption, XmlCData, XmlDocument, XmlElement, XmlParseError, XmlText } from 'libxml2-wasm';
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

const elementFor = (node: XmlElement): Element => {
  const attributes: [string, string][] = node.attrs.map((attribute) => [
    attribute.namespaceUri === '' ? attribute.name : `{${attribute.namespaceUri}}${attribute.name}`,
    attribute.value,
  ]);
  const children: Element[] = [];
  let text = '';
  for (let child = node.firstChild; child !== null; child = child.next) {
    if (child instanceof XmlElement) children.push(elementFor(child));
    else if (child instanceof XmlText || child instanceof XmlCData) text += child.content;
  }
  return { name: node.name, namespace: node.namespaceUri, attributes: Object.fromEntries(attributes), text: normalText(text), children };
};

/** libxml2 has three levels: 1 warning, 2 recoverable error, 3 fatal. An undeclared prefix is the only one forgiven. */
const onlyPrefixes = (error: XmlParseError): boolean =>
  error.details.length > 0 && error.details.every(({ level, message }) => level < 3 && /^Namespace prefix .* is not defined/.test(message));

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
    if (onlyPrefixes(thrown))
      return { kind: 'tree', root: parseWith(bytes, options | ParseOption.XML_PARSE_RECOVER), undeclaredPrefix: true };
    const first = thrown.details.find(({ level }) => level >= 2) ?? thrown.details[0];
    return { kind: 'malformed', line: first?.line ?? 0, why: (first?.message ?? thrown.message).trim() };
  }
};
