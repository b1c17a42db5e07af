/** libxml2 behind a few words: parse, find, canonicalise. Documents live outside the garbage collector: each is disposed where it was opened. */
import { ParseOption, XmlC14NMode, XmlDocument, XmlElement, XmlError, type XmlNode, XmlParseError } from 'libxml2-wasm';

export type CanonicalForm = {
  readonly mode: (typeof XmlC14NMode)[keyof typeof XmlC14NMode];
  readonly withComments: boolean;
  /** Of an exclusive form: prefixes treated as the inclusive one treats them; `#default` is none. */
  readonly prefixes: readonly string[];
};

export const canonicalModes = {
  inclusive: XmlC14NMode.XML_C14N_1_0,
  exclusive: XmlC14NMode.XML_C14N_EXCLUSIVE_1_0,
  inclusive11: XmlC14NMode.XML_C14N_1_1,
} as const;

// A document type never gets here (source/skeleton.ts); should one, nothing is loaded or fetched, and it is refused below.
const options = ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET;

/**
 * What libxml2 says of bytes that are no document for us: not well-formed; or `doubtful`, well-formed with
 * faults that parsers take differently (prefixes that nobody declared, an xml:id that is no name or stands twice).
 */
export type Unparsed = 'damaged' | 'doubtful' | 'doctype';

const parse = (bytes: Uint8Array): XmlDocument | Unparsed => {
  try {
    return XmlDocument.fromBuffer(bytes, { option: options });
  } catch (thrown) {
    if (!(thrown instanceof XmlParseError)) throw thrown;
    // 3 is fatal, 2 an error after which the tree is whole.
    return thrown.details.length > 0 && thrown.details.every(({ level }) => level < 3) ? 'doubtful' : 'damaged';
  }
};

/** Runs `use` on the parsed bytes. */
export const withXml = <T>(bytes: Uint8Array, use: (document: XmlDocument) => T): T | Unparsed => {
  const document = parse(bytes);
  if (typeof document === 'string') return document;
  try {
    return document.dtd === null ? use(document) : 'doctype';
  } finally {
    document.dispose();
  }
};

/** As `withXml`, for bytes that were parsed before. */
export const withParsed = <T>(bytes: Uint8Array, use: (document: XmlDocument) => T): T => {
  const document = XmlDocument.fromBuffer(bytes, { option: options });
  try {
    return use(document);
  } finally {
    document.dispose();
  }
};

/** Gathers what libxml2 writes; null where it cannot (relative namespace names, C14N 1.1 §2.1). */
const written = (write: (handler: { write(piece: Uint8Array): number; close(): boolean }) => void): Buffer | null => {
  const pieces: Buffer[] = [];
  try {
    write({
      write: (piece) => {
        // A view of the WebAssembly memory, gone with the next call.
        pieces.push(Buffer.from(piece));
        return piece.length;
      },
      close: () => true,
    });
  } catch (thrown) {
    if (thrown instanceof XmlError) return null;
    throw thrown;
  }
  return Buffer.concat(pieces);
};

/** An empty list of prefixes is none; forms that are not exclusive take no notice of it. */
const c14n = ({ mode, withComments, prefixes }: CanonicalForm) => ({ mode, withComments, inclusiveNamespacePrefixes: [...prefixes] });

export const canonicalDocument = (document: XmlDocument, form: CanonicalForm): Buffer | null =>
  written((handler) => document.canonicalize(handler, c14n(form)));

/** Of an element with all below it, what it inherits included. Slow in large documents: see `source/isolate.ts`. */
export const canonicalElement = (element: XmlElement, form: CanonicalForm): Buffer | null =>
  written((handler) => element.canonicalize(handler, c14n(form)));

export const elements = (from: XmlDocument | XmlNode, xpath: string, namespaces: Readonly<Record<string, string>> = {}): XmlElement[] =>
  from.find(xpath, { ...namespaces }).filter((node): node is XmlElement => node instanceof XmlElement);

/** How many nodes an XPath names. Lists of nodes are put in order by comparing them, which is slow for very many; counting is not. */
export const countOf = (from: XmlNode, xpath: string): number => {
  const count = from.eval(`count(${xpath})`);
  return typeof count === 'number' ? count : 0;
};
