/** The inside of a signature as plain values: raw text, names and attributes, and what is refused. */
import { describe, expect, it } from 'vitest';
import { withXml } from '../../../../src/signature/xml/document.ts';
import {
  base64Of,
  childrenOf,
  isNamed,
  malformed,
  type Node,
  nodeOf,
  onlyAttributes,
  ProfileError,
  textOf,
  unsupported,
} from '../../../../src/signature/xml/parts/node.ts';

const read = (xml: string): Node => {
  const node = withXml(Buffer.from(xml), (document) => nodeOf(document.root));
  if (typeof node === 'string') throw new Error(node);
  return node;
};
const reasonOf = (use: () => unknown): string => {
  try {
    use();
    return 'fine';
  } catch (thrown) {
    return thrown instanceof ProfileError && thrown.message !== '' ? thrown.reason : String(thrown);
  }
};

describe('a node', () => {
  it('is name, namespace, attributes, own text and children, raw', () => {
    expect(read('<p:a xmlns:p="urn:p" b=" 1 " p:c="2" xml:lang="vi"> x<d xmlns="urn:d">y<![CDATA[&]]></d>&#13; </p:a>')).toEqual({
      ...{ name: 'a', namespace: 'urn:p', text: ' x\r ' },
      attributes: new Map([
        ['b', ' 1 '],
        ['{urn:p}c', '2'],
        ['{http://www.w3.org/XML/1998/namespace}lang', 'vi'],
      ]),
      children: [{ name: 'd', namespace: 'urn:d', attributes: new Map(), text: 'y&', children: [] }],
    });
    expect(read('<a/>')).toEqual({ name: 'a', namespace: '', attributes: new Map(), text: '', children: [] });
  });

  it('holds neither comments nor instructions, at any depth', () => {
    for (const inside of ['<!--x-->', '<?x?>', '<b><c/><!--x--></b>', '<b><?x y?></b>'])
      expect(reasonOf(() => read(`<a>${inside}</a>`))).toBe('unsupported');
  });

  it('holds so many nodes, no more', () => {
    expect(read(`<a>${'<b/>'.repeat(2000)}</a>`).children).toHaveLength(2000);
    expect(reasonOf(() => read(`<a>${'<b/>'.repeat(2001)}</a>`))).toBe('unsupported');
    expect(reasonOf(() => read(`<a>${'<b>1</b>'.repeat(1000)}1</a>`))).toBe('unsupported');
  });

  it('tells how it was refused', () => {
    expect([reasonOf(() => malformed('x')), reasonOf(() => unsupported('x'))]).toEqual(['malformed-signature', 'unsupported']);
    expect(new ProfileError('unsupported', 'why')).toMatchObject({ name: 'ProfileError', message: 'why' });
  });
});

describe('parts of a node', () => {
  it('children stand with white space only between them; text without children', () => {
    expect(childrenOf(read('<a>\n\t <b/>\r<c/> </a>')).map(({ name }) => name)).toEqual(['b', 'c']);
    expect(childrenOf(read('<a/>'))).toEqual([]);
    for (const wrong of ['<a>x<b/></a>', '<a><b/> x</a>', '<a>\u00a0<b/></a>', '<a>x</a>'])
      expect(reasonOf(() => childrenOf(read(wrong)))).toBe('malformed-signature');
    expect([textOf(read('<a> x </a>')), textOf(read('<a/>'))]).toEqual([' x ', '']);
    expect(reasonOf(() => textOf(read('<a>x<b/></a>')))).toBe('malformed-signature');
  });

  it('names are of a namespace', () => {
    const node = read('<a xmlns="urn:a"/>');
    expect([
      isNamed(node, 'urn:a', 'a'),
      isNamed(node, 'urn:b', 'a'),
      isNamed(node, 'urn:a', 'b'),
      isNamed(undefined, 'urn:a', 'a'),
    ]).toEqual([...[true, false, false, false]]);
  });

  it('attributes are those of the schema', () => {
    const node = read('<a Id="1" URI=""/>');
    expect(reasonOf(() => onlyAttributes(node, 'URI', 'Id', 'Type'))).toBe('fine');
    expect(reasonOf(() => onlyAttributes(node, 'Id'))).toBe('malformed-signature');
    expect(reasonOf(() => onlyAttributes(node))).toBe('malformed-signature');
    expect(reasonOf(() => onlyAttributes(read('<a/>')))).toBe('fine');
  });

  it.each([
    ['QUJD', 'ABC'],
    [' QU\r\n\tJD  ', 'ABC'],
    ['QQ==', 'A'],
    ['Q Q = =', 'A'],
    ['', null],
    [' ', null],
    ['QQ', null],
    ['QQ=', null],
    ['QR==', null],
    ['QUJ', null],
    ['QU-D', null],
    ['QU_D', null],
    ['QUJD!', null],
    ['QUJD\u00a0', null],
    ['QQ==QQ==', null],
  ])('%j is base64 of %j', (text, expected) => {
    expect(base64Of(text)?.toString() ?? null).toBe(expected);
  });
});
