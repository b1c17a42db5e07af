/** libxml2 behind a few words: what is parsed, what is not, and what canonical forms are written. */
import { describe, expect, it } from 'vitest';
import {
  canonicalDocument,
  canonicalElement,
  canonicalModes,
  countOf,
  elements,
  withParsed,
  withXml,
} from '../../../src/signature/xml/document.ts';

const parsed = (text: string): string => withXml(Buffer.from(text), ({ root }) => `root ${root.name}`);

describe('bytes', () => {
  it.each([
    ['<a/>', 'root a'],
    ['<a><b/></a>', 'root a'],
    ['', 'damaged'],
    ['<a>', 'damaged'],
    ['<a></b>', 'damaged'],
    ['<a b="1" b="2"/>', 'damaged'],
    ['<p:a/>', 'doubtful'],
    ['<a p:b="1"/>', 'doubtful'],
    ['<a p:b="1">', 'damaged'],
    ['<a xml:id="1"/>', 'doubtful'],
    ['<!DOCTYPE a><a/>', 'doctype'],
  ])('%j are %s', (text, expected) => {
    expect(parsed(text)).toBe(expected);
  });

  it('are given back when what is done with them throws', () => {
    const fail = () => {
      throw new RangeError('mine');
    };
    expect(() => withXml(Buffer.from('<a/>'), fail)).toThrow(RangeError);
    expect(() => withParsed(Buffer.from('<a/>'), fail)).toThrow(RangeError);
    expect(withParsed(Buffer.from('<a/>'), ({ root }) => root.name)).toBe('a');
    const gone = [withXml, withParsed].map((use) => use(Buffer.from('<a/>'), (document) => document));
    for (const document of gone) expect(() => typeof document !== 'string' && document.root.name).toThrow();
  });
});

describe('canonical forms', () => {
  const text = '<?x?><a xmlns="urn:a" xmlns:q="urn:q" xmlns:r="urn:r"><!--c--><b z="1" y=\'2\'/></a>';
  const written = (mode: (typeof canonicalModes)[keyof typeof canonicalModes], withComments = false, prefixes: readonly string[] = []) =>
    withParsed(Buffer.from(text), (document) => {
      const [b] = elements(document, '//p:b', { p: 'urn:a' });
      const form = { mode, withComments, prefixes };
      return [String(canonicalDocument(document, form)), b === undefined ? '' : String(canonicalElement(b, form))];
    });
  const b = 'y="2" z="1"></b>';

  it('are as they are asked for', () => {
    const head = '<a xmlns="urn:a" xmlns:q="urn:q" xmlns:r="urn:r">';
    for (const mode of [canonicalModes.inclusive, canonicalModes.inclusive11]) {
      expect(written(mode)).toEqual([`<?x?>\n${head}<b ${b}</a>`, `<b xmlns="urn:a" xmlns:q="urn:q" xmlns:r="urn:r" ${b}`]);
      // A list of prefixes is of the exclusive form.
      expect(written(mode, false, ['q'])).toEqual(written(mode));
    }
    expect(written(canonicalModes.inclusive, true)[0]).toBe(`<?x?>\n${head}<!--c--><b ${b}</a>`);
    expect(written(canonicalModes.exclusive)).toEqual([`<?x?>\n<a xmlns="urn:a"><b ${b}</a>`, `<b xmlns="urn:a" ${b}`]);
    expect(written(canonicalModes.exclusive, false, ['q'])).toEqual([
      `<?x?>\n<a xmlns="urn:a" xmlns:q="urn:q"><b ${b}</a>`,
      `<b xmlns="urn:a" xmlns:q="urn:q" ${b}`,
    ]);
  });

  it('are none of relative namespace names', () => {
    const form = { mode: canonicalModes.inclusive, withComments: false, prefixes: [] };
    expect(withParsed(Buffer.from('<a xmlns="relative"/>'), (document) => canonicalDocument(document, form))).toBeNull();
  });
});

describe('finding', () => {
  it('answers elements only, and counts anything', () => {
    withParsed(Buffer.from('<a b="1">x<c/><c/><!--y--></a>'), (document) => {
      expect(elements(document, '//node() | //@*').map(({ name }) => name)).toEqual(['a', 'c', 'c']);
      expect(['//c', '//@b', '//node()', '//none'].map((xpath) => countOf(document.root, xpath))).toEqual([2, 1, 5, 0]);
    });
  });
});
