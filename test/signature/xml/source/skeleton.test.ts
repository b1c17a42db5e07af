/** The skeleton of an XML file: which text becomes a run, what is refused and at which limit, and where signatures stand. */
import { describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../../../src/envelope/bytes.ts';
import { isolated } from '../../../../src/signature/xml/source/isolate.ts';
import { type Skeleton, splitXml, xmlLimits } from '../../../../src/signature/xml/source/skeleton.ts';

const fileOf = (bytes: Buffer): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});
const split = (text: string, start = 0) => splitXml(fileOf(Buffer.from(text)), start);
const outcome = (text: string): string => {
  const found = split(text);
  return found.kind === 'refused' ? found.why : 'split';
};
const whole = (text: string, start = 0): Skeleton => {
  const found = split(text, start);
  if (found.kind === 'refused') throw new Error(found.why);
  return found;
};
/** The skeleton with its marks shown as {0}, {1}, …, and its runs. */
const shown = (text: string, start = 0) => {
  const { bytes, token, runs } = whole(text, start);
  return { text: bytes.toString().replaceAll(new RegExp(`${token}(\\d+)e`, 'g'), '{$1}'), runs: [...runs.values()] };
};

const shortest = 32 * 1024;
const long = 'A'.repeat(shortest);

describe('what is no markup that a parser could take', () => {
  it.each([
    ['', 'damaged'],
    ['text', 'damaged'],
    ['<a/>', 'split'],
    ['<a></a>', 'split'],
    ['<a><b/></a>', 'split'],
    ['<a>', 'damaged'],
    ['<a><b></a>', 'damaged'],
    ['</a>', 'damaged'],
    ['<a/></a>', 'damaged'],
    ['<a', 'damaged'],
    ['<', 'damaged'],
    ['<a b="', 'damaged'],
    ['<a b="1', 'damaged'],
    ['<a b=\'"/>', 'damaged'],
    ['<a <b/>', 'damaged'],
    ['<a b="<>"/>', 'split'],
    ["<a b='>' c=\">'\"/>", 'split'],
    ['<a b="\'"></a>', 'split'],
    ['<a/ >', 'damaged'],
    ['<!DOCTYPE a><a/>', 'doctype'],
    ['<!DOCTYPE', 'doctype'],
    ['<!DOCTYP a><a/>', 'damaged'],
    ['<!ELEMENT a><a/>', 'damaged'],
    ['<a><!-- > -> -- --></a>', 'split'],
    ['<a><!-- ></a>', 'damaged'],
    ['<a><!--></a>', 'damaged'],
    ['<a><!---></a>', 'damaged'],
    ['<a><!----></a>', 'split'],
    ['<a><!- --></a>', 'damaged'],
    ['<a><![CDATA[<b>]]></a>', 'split'],
    ['<a><![CDATA[]]></a>', 'split'],
    ['<a><![CDATA[]></a>', 'damaged'],
    ['<a><![CDATA[]]</a>', 'damaged'],
    ['<a><![CDATA[ ]>]]></a>', 'split'],
    ['<a><![CDAT[ ]]></a>', 'damaged'],
    ['<?x?><a/>', 'split'],
    ['<??><a/>', 'split'],
    ['<?><a/>', 'damaged'],
    ['<?x><a/>', 'damaged'],
    ['<?x>?><a/>', 'split'],
    ['<!--x--><!--y-->', 'split'],
  ])('%j: %s', (text, expected) => {
    expect(outcome(text)).toBe(expected);
  });

  it('throws for nothing else than what is in the file', () => {
    const file: RandomAccess = {
      size: 10,
      read: () => {
        throw new RangeError('the disk is gone');
      },
    };
    expect(() => splitXml(file)).toThrow(RangeError);
  });
});

describe('a run', () => {
  it('is text of base64, 32 KiB or more; whatever is shorter or holds anything else stays as it is', () => {
    const kept = [
      `<a>${long.slice(1)}</a>`,
      `<a>${long.slice(1)}-</a>`,
      `<a><![CDATA[${long}&#65;]]></a>`,
      `<a b="${long}"/>`,
      `<a><!--${long}--></a>`,
      `<a><?${long}?></a>`,
    ];
    for (const text of kept) expect(shown(text)).toEqual({ text, runs: [] });
    expect(shown(`<a>${long}</a>`)).toEqual({ text: '<a>{0}</a>', runs: [{ offset: 3, length: shortest, referenced: false }] });
    expect(shown(`<a>&#13;${long}</a>`).runs).toEqual([{ offset: 3, length: shortest + 5, referenced: true }]);
    expect(shown(`<a><![CDATA[${long}]]>b</a>`)).toEqual({
      text: '<a><![CDATA[{0}]]>b</a>',
      runs: [{ offset: 12, length: shortest, referenced: false }],
    });
  });

  it('is counted, in the order of the file, and its place is that in the file', () => {
    expect(shown(`rac<a>${long}<b/>${long}=</a>`, 3)).toEqual({
      text: '<a>{0}<b/>{1}</a>',
      runs: [
        { offset: 6, length: shortest, referenced: false },
        { offset: 6 + shortest + 4, length: shortest + 1, referenced: false },
      ],
    });
  });

  it('is marked by letters that no two files share', () => {
    const [one, other] = [whole('<a/>').token, whole('<a/>').token];
    expect(one).toMatch(/^lt[0-9a-f]{24}r$/);
    expect(one).not.toBe(other);
  });

  it('leaves the skeleton its bounds', () => {
    expect(outcome(`<a>${'-'.repeat(xmlLimits.skeletonBytes - 7)}</a>`)).toBe('split');
    expect(outcome(`<a>${'-'.repeat(xmlLimits.skeletonBytes - 6)}</a>`)).toBe('over-limits');
  });
});

describe('limits: as many as it says are split, one more is refused', () => {
  const repeated = (count: number, part: string): string => part.repeat(count);
  const nested = (count: number): string => `${repeated(count, '<a>')}${repeated(count, '</a>')}`;
  const attributes = (count: number): string => Array.from({ length: count }, (_, at) => ` a${at}="1"`).join('');
  const namespaces = (count: number): string => Array.from({ length: count }, (_, at) => ` xmlns:n${at}="u"`).join('');
  const { depth, attributes: most, namespaces: names, beside, signatures, tagBytes } = xmlLimits;
  it.each<[string, string, string]>([
    ['depth', nested(depth), nested(depth + 1)],
    [
      'depth, of an empty element',
      `${repeated(depth - 1, '<a>')}<b/>${repeated(depth - 1, '</a>')}`,
      `${repeated(depth, '<a>')}<b/>${repeated(depth, '</a>')}`,
    ],
    ['attributes', `<a${attributes(most)}/>`, `<a${attributes(most + 1)}/>`],
    ['attributes in the other quotes', `<a${attributes(most).replaceAll('"', "'")}/>`, `<a${attributes(most + 1).replaceAll('"', "'")}/>`],
    ['attributes with spaces', `<a${attributes(most).replaceAll('=', ' =  ')}/>`, `<a${attributes(most + 1).replaceAll('=', ' =  ')}/>`],
    ['namespaces of one element', `<a${namespaces(names)}/>`, `<a${namespaces(names + 1)}/>`],
    ['namespaces in scope', `<a${namespaces(names - 1)}><b xmlns="u"/></a>`, `<a${namespaces(names)}><b xmlns="u"/></a>`],
    ['namespaces written oddly', `<a${namespaces(names - 1)} xmlns\n="u"/>`, `<a${namespaces(names)} xmlns\n="u"/>`],
    ['namespaces from further out', `<a${namespaces(names)}><b><c/></b></a>`, `<a${namespaces(names)}><b><c xmlns="u"/></b></a>`],
    ['comments beside the root', `${repeated(beside, '<!---->')}<a/>`, `${repeated(beside, '<!---->')}<a/><!---->`],
    ['instructions beside the root', `${repeated(beside, '<?x?>')}<a/>`, `${repeated(beside, '<?x?>')}<a/><?x?>`],
    [
      'comments inside the root are no such',
      `<a>${repeated(beside + 1, '<!---->')}</a>`,
      `<a>${repeated(1, '<!---->')}</a>${repeated(beside + 1, '<?x?>')}`,
    ],
    ['signatures', `<a>${repeated(signatures, '<Signature/>')}</a>`, `<a>${repeated(signatures + 1, '<Signature/>')}</a>`],
    ['bytes of a tag', `<a b="${repeated(tagBytes - 9, 'x')}"/>`, `<a b="${repeated(tagBytes - 8, 'x')}"/>`],
  ])('%s', (_, within, beyond) => {
    expect([outcome(within), outcome(beyond)]).toEqual(['split', 'over-limits']);
  });

  it('namespaces are in scope of what is inside, not of what follows', () => {
    expect(outcome(`<r><a${namespaces(names)}></a><b${namespaces(names)}/><c${namespaces(names)}/></r>`)).toBe('split');
    // The name begins with xmlns, or it is a value: none is declared.
    expect(outcome(`<r${namespaces(names)}><a xmlnsx="1" b:xmlns="2"/></r>`)).toBe('split');
  });
});

describe('signatures', () => {
  const spans = (text: string): readonly string[] => {
    const { bytes, signatures } = whole(text);
    return signatures.map(({ from, to, around }) =>
      [bytes.subarray(from, to), ...around.map((tag) => bytes.subarray(tag.from, tag.to))].join(' | '),
    );
  };
  it.each<[string, readonly string[]]>([
    ['<a><Signature/></a>', ['<Signature/> | <a>']],
    ['<Signature>x</Signature>', ['<Signature>x</Signature>']],
    [
      '<a x="1"><b><c/><ds:Signature Id="s"><d>1</d></ds:Signature></b></a>',
      ['<ds:Signature Id="s"><d>1</d></ds:Signature> | <a x="1"> | <b>'],
    ],
    ['<a><Signature\n>1</Signature ></a>', ['<Signature\n>1</Signature > | <a>']],
    [
      '<a><Signature><x><Signature/></x></Signature><Signature></Signature></a>',
      ['<Signature><x><Signature/></x></Signature> | <a>', '<Signature/> | <a> | <Signature> | <x>', '<Signature></Signature> | <a>'],
    ],
    ['<a><Signatures/><XSignature/><signature/><a:b:Signature/><Signature-x/></a>', []],
    ['<a><Signature.x/><x y="<Signature>"/><!--<Signature/>--><![CDATA[<Signature/>]]></a>', []],
    ['<a><b/><Signature/></a>', ['<Signature/> | <a>']],
    ['<a><b></b><Signature/></a>', ['<Signature/> | <a>']],
  ])('%j', (text, expected) => {
    expect(spans(text)).toEqual(expected);
  });

  it('stand at their place of the skeleton, behind a run too', () => {
    const { bytes, signatures, token } = whole(`<a>${long}<b>${long}</b><Signature>${long}</Signature></a>`);
    const [only] = signatures;
    expect(bytes.subarray(only?.from, only?.to).toString()).toBe(`<Signature>${token}2e</Signature>`);
  });

  it('are cut out with the start tags that are open around them', () => {
    const alone = (text: string): string => {
      const skeleton = whole(text);
      const [span] = skeleton.signatures;
      return span === undefined ? '' : isolated(skeleton, span).toString();
    };
    expect(alone('<?x?><a:b  c="d">1<e/>2<f><Signature>s</Signature>3</f></a:b>')).toBe(
      '<a:b  c="d"><f><Signature>s</Signature></f></a:b>',
    );
    expect(alone('<ế\tx="1"><Signature/></ế>')).toBe('<ế\tx="1"><Signature/></ế>');
    expect(alone('<a\n><Signature/></a>')).toBe('<a\n><Signature/></a>');
    expect(alone('<Signature/>')).toBe('<Signature/>');
  });
});
