/** Signatures that no field holds any more, found by the name ByteRange however it is spelt (ISO 32000-2 7.3.5). */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openPdf, type PdfDocument } from '../../../src/signature/pdf/read/document.ts';
import { isDict } from '../../../src/signature/pdf/read/object.ts';
import { endsInSignature, strayDicts, strays } from '../../../src/signature/pdf/strays.ts';
import {
  catalogWith,
  closed,
  faultIn,
  header,
  type Objects,
  plain,
  revised,
  row,
  sourceFrom,
  stream,
  withObjects,
  xrefStream,
} from './written.ts';

const open = (text: string): PdfDocument => openPdf(sourceFrom(text), 9);
const signature = '<< /Contents <3000> /ByteRange [0 1 2 3] >>';
const read = { Contents: '(0\0)', ByteRange: [0, 1, 2, 3] };
const catalog = catalogWith('');
const file = (objects: Objects): string => revised(header, { 1: catalog, ...objects }).text;
const straysIn = (text: string) => strays(open(text), []);
const dictsIn = (text: string): readonly unknown[] => straysIn(text).map(({ dict }) => plain(dict));

describe('the name', () => {
  const named = (name: string): number => strayDicts(sourceFrom(`1 0 obj << /Contents <3000> ${name} [0 1 2 3] >> endobj`)).length;
  const hex = (sign: string, upper = false): string => {
    const digits = sign.charCodeAt(0).toString(16);
    return `#${upper ? digits.toUpperCase() : digits}`;
  };
  it('is found with each of its signs escaped, and with all of them', () => {
    const name = 'ByteRange';
    for (const upper of [false, true]) {
      const letters = [...name];
      for (const i of letters.keys())
        expect([i, named(`/${letters.map((one, n) => (n === i ? hex(one, upper) : one)).join('')}`)]).toEqual([i, 1]);
      expect(named(`/${letters.map((one) => hex(one, upper)).join('')}`)).toBe(1);
    }
    expect(named('/ByteRange')).toBe(1);
    expect(named('/Byte#52ange ')).toBe(1);
  });
  it.each([
    '/Byterange',
    '/ByteRang',
    '/Byte#53ange',
    '/Byte#72ange',
    '/Byte#2Range',
    'Byte#52ange',
    '/A#42yteRange',
    '/#42yte/Range',
    '(/ByteRange)',
    '/ByteRanges',
    '/Byte#52anges',
  ])('%s is another', (name) => {
    expect(named(name)).toBe(0);
  });
  it('is found wherever the pieces end in which a file is looked through', () => {
    for (const spelling of ['/ByteRange', '/Byte#52ange', `/${[...'ByteRange'].map((sign) => hex(sign)).join('')}`])
      for (let before = 0; before < 32; before += 1) {
        const head = '1 0 obj << /Contents <3000> ';
        const text = `${' '.repeat(256 * 1024 - before - head.length)}${head}${spelling} [0 1 2 3] >> endobj`;
        expect([spelling, before, strayDicts(sourceFrom(text)).length]).toEqual([spelling, before, 1]);
      }
  });
  it('is no more often in a file that is signed than 5000 times', () => {
    // Across the end of a piece of 256 KiB, where a little of the next is seen too: each counts once.
    const before = `${' '.repeat(256 * 1024 - 25_004)} obj`;
    const crowd = (count: number) => faultIn(() => strayDicts(sourceFrom(before + '/ByteRange'.repeat(count))));
    expect(crowd(5000)).toBe('none');
    expect(crowd(5001)).toBe('over-limits: too many byte ranges');
    for (const other of ['/A#42', '/Byte#52', '#42']) expect(faultIn(() => strayDicts(sourceFrom(`${other} `.repeat(5001))))).toBe('none');
  });
});

describe('a signature in a file that cannot be read', () => {
  const found = (text: string): readonly unknown[] => strayDicts(sourceFrom(text)).map(plain);
  it.each<readonly [string, string, readonly unknown[]]>([
    ['of an object', `12 0 obj\n${signature}\nendobj`, [read]],
    ['that ends with the file', `12 0 obj ${signature}`, [read]],
    ['of an object with a long number', `1234567890 12345 obj ${signature}`, [read]],
    ['in a dictionary', `1 0 obj << /V ${signature} >>`, [read]],
    ['in a list', `1 0 obj [1 << /A 1 >> ${signature} 2]`, [read]],
    ['in dictionaries and lists', `1 0 obj << /A [<< /B << /V ${signature} >> >>] /C 1 >>`, [read]],
    ['one behind the other', `1 0 obj ${signature} endobj 2 0 obj << /ByteRange 5 /Contents 6 >>`, [read, { ByteRange: 5, Contents: 6 }]],
    ['twice in one list', `1 0 obj [${signature} << /ByteRange 5 /Contents 6 >>]`, [read, { ByteRange: 5, Contents: 6 }]],
    ['behind what is no object', `1 0 obj (a) endobj x 0 obj ${signature}`, []],
    ['behind an object whose number has no generation', `x 0 obj ${signature}`, []],
    ['of no object', signature, []],
    ['without Contents', '1 0 obj << /ByteRange [0 1 2 3] >>', []],
    ['without its end', '1 0 obj << /Contents <3000> /ByteRange [0 1 2 3]', []],
    ['in a string', `1 0 obj << /Contents <3000> /A (/ByteRange) >>`, []],
    ['in the data of a stream', '1 0 obj << /Length 11 >> stream\n/ByteRange endstream', []],
  ])('%s', (_, text, dicts) => {
    expect(found(text)).toEqual(dicts);
  });
  it('is told once, though the name stands in it more than once', () => {
    expect(found('1 0 obj << /Contents <3000> /ByteRange [0 1 2 3] /A /ByteRange >>')).toHaveLength(1);
  });
  it('that begins more than 512 KiB before the name is not looked for', () => {
    const begun = (length: number) => found(`1 0 obj << /Contents <${'0'.repeat(length)}> /ByteRange [0 1 2 3] >>`).length;
    expect([begun(500 * 1024), begun(520 * 1024)]).toEqual([1, 0]);
  });
  it('is looked for 20 levels deep and no further', () => {
    const nested = (depth: number) => found(`1 0 obj ${'<< /A '.repeat(depth)}${signature}${' >>'.repeat(depth)}`).length;
    expect([nested(20), nested(22)]).toEqual([1, 0]);
  });
  it('that costs more than is left stops the file', () => {
    expect(faultIn(() => strayDicts(sourceFrom(`1 0 obj ${signature}`, { values: 3 })))).toBe('over-limits: too many values');
  });
});

describe('a signature that no field holds', () => {
  it('is found where the cross-reference has an object, and where it has none', () => {
    expect(dictsIn(file({ 5: signature }))).toEqual([read]);
    const { text } = withObjects(header, { 7: signature });
    expect(dictsIn(revised(text, { 1: catalog }).text)).toEqual([read]);
    expect(dictsIn(`${file({})}8 0 obj ${signature} endobj`)).toEqual([read]);
    expect(dictsIn(file({}))).toEqual([]);
  });
  it('is told with the name of the field that held it once, and is not current', () => {
    const first = revised(header, { 1: catalogWith('3 0 R'), 3: '<< /T (Ky) /FT /Sig /V 4 0 R >>', 4: signature });
    const removed = revised(first, { 1: catalog });
    expect(straysIn(removed.text).map(({ field, current }) => [field, current])).toEqual([['Ky', false]]);
    expect(straysIn(file({ 5: signature })).map(({ field, current }) => [field, current])).toEqual([[null, false]]);
  });
  it('is none that is known', () => {
    const document = open(file({ 5: signature, 6: `<< /V ${signature} >>`, 7: '[/ByteRange /Contents]' }));
    const all = strays(document, []);
    expect(all).toHaveLength(2);
    const [first, second] = all.map(({ dict }) => dict);
    if (first === undefined || second === undefined) throw new Error('no signatures');
    expect(strays(document, [first]).map(({ dict }) => dict)).toEqual([second]);
    expect(strays(document, [second]).map(({ dict }) => dict)).toEqual([first]);
    expect(strays(document, [first, second])).toEqual([]);
  });
  it('of an earlier revision of an object is found', () => {
    const second = revised(revised(header, { 1: catalog, 5: signature }), { 5: '(nothing)' });
    expect(dictsIn(second.text)).toEqual([read]);
  });
  it('is the value of the object that begins last before it, whatever text stands between', () => {
    const odd = `<< /A (7 0 obj << /X 1 >>) /Contents <3000> /ByteRange [0 1 2 3] >>`;
    let text = header;
    const at: Record<number, number> = {};
    for (const [num, body] of [
      [1, catalog],
      [25, '(x)'],
      [20, odd],
      [3, '(y)'],
    ] as const) {
      at[num] = text.length;
      text += `${num} 0 obj\n${body}\nendobj\n`;
    }
    const table = Object.entries(at).map(([num, offset]) => `${num} 1\n${row(offset)}`);
    expect(dictsIn(closed(`${text}xref\n${table.join('')}trailer\n<< /Root 1 0 R >>\n`, text.length))).toEqual([
      { A: '(7 0 obj << /X 1 >>)', ...read },
    ]);
  });
  it('in an object in which the name stands outside of it is the one around it', () => {
    expect(dictsIn(file({ 5: `[/ByteRange ${signature} /ByteRange]` }))).toEqual([read]);
    expect(dictsIn(file({ 5: `<< /Names << /ByteRange 1 /Contents 2 >> /V ${signature} >>` }))).toEqual([
      { ByteRange: 1, Contents: 2 },
      read,
    ]);
  });
});

describe('what a stream says is text', () => {
  const text = `9 0 obj ${signature} endobj\n`;
  it.each([
    ['a small one', 10],
    ['a large one', 40_000],
    ['one that takes several pieces', 300_000],
  ])('of %s', (_, length) => {
    const data = `${text}${'x'.repeat(length)}${text}`;
    expect(dictsIn(file({ 5: stream(data) }))).toEqual([]);
    expect(dictsIn(file({ 4: stream(data), 5: signature, 6: stream(data), 7: stream(data) }))).toEqual([read]);
  });
  it('but not what stands in its dictionary, or behind it', () => {
    const large = stream('x'.repeat(40_000), '/ByteRange [0 1 2 3] /Contents <3000>');
    expect(dictsIn(file({ 5: large }))).toMatchObject([read]);
    const behind = withObjects(header, { 5: stream('x'.repeat(40_000)) });
    const before = `${behind.text}9 0 obj ${signature} endobj\n1 0 obj\n${catalog}\nendobj\n`;
    const table = `xref\n1 1\n${row(before.indexOf('1 0 obj\n<< /Type'))}5 1\n${row(behind.at[5] ?? 0)}trailer\n<< /Root 1 0 R >>\n`;
    expect(dictsIn(closed(before + table, before.length))).toEqual([read]);
  });
  it('of an object that a later revision has elsewhere too', () => {
    const first = revised(header, { 1: catalog, 5: stream(`${text}${'x'.repeat(40_000)}`) });
    expect(dictsIn(revised(first, { 5: '(nothing)' }).text)).toEqual([]);
  });
  it('is not where the cross-reference has another object at that place', () => {
    const objects = withObjects(header, { 1: catalog, 5: stream(`${text}${'x'.repeat(40_000)}`) });
    const table = `xref\n1 1\n${row(objects.at[1] ?? 0)}6 1\n${row(objects.at[5] ?? 0)}trailer\n<< /Root 1 0 R >>\n`;
    expect(dictsIn(closed(objects.text + table, objects.text.length))).toEqual([read]);
  });
  it('also where large streams say it more often than a file may, in any order, revision and number', () => {
    const crowd = stream('/ByteRange'.repeat(5001));
    const named = (num: number): string => `<< /N ${num} /Contents <3000> /ByteRange [0 1 2 3] >>`;
    // Text order 1, 20, 9, 21, 3, 22: objects by number and by place differ.
    let text = header;
    const at: Record<number, number> = {};
    for (const [num, body] of [
      [1, catalog],
      [20, named(20)],
      [9, crowd],
      [21, named(21)],
      [3, crowd],
      [22, named(22)],
    ] as const) {
      at[num] = text.length;
      text += `${num} 0 obj\n${body}\nendobj\n`;
    }
    const table = Object.entries(at).map(([num, offset]) => `${num} 1\n${row(offset)}`);
    const first = closed(`${text}xref\n${table.join('')}trailer\n<< /Root 1 0 R >>\n`, text.length);
    const second = withObjects(first, { 5: crowd, 23: named(23) }).text;
    const places = `/Index [5 1 23 1 30 2] /Root 1 0 R /Prev ${text.length}`;
    const rows = xrefStream(
      [
        [1, first.length, 0],
        [1, second.lastIndexOf('23 0 obj'), 0],
        [2, 9, 0],
        [0, 0, 0],
      ],
      places,
    );
    const whole = closed(`${second}31 0 obj\n${rows}\nendobj\n`, second.length);
    expect(straysIn(whole).map(({ dict }) => dict.entries.get('N'))).toEqual([20, 21, 22, 23]);
    // A stream at the end of the text, with the last revision's table before it.
    const lastAt = whole.length + `xref\n40 1\n${row(0)}trailer\n<< /Root 1 0 R /Prev ${second.length} >>\n`.length;
    const early = `${whole}xref\n40 1\n${row(lastAt)}trailer\n<< /Root 1 0 R /Prev ${second.length} >>\n`;
    const tail = closed(`${early}40 0 obj\n${crowd}\nendobj\n`, whole.length);
    expect(straysIn(tail).map(({ dict }) => dict.entries.get('N'))).toEqual([20, 21, 22, 23]);
  });
  it('packed or not', () => {
    const packed = deflateSync(Buffer.from(text)).toString('latin1');
    expect(dictsIn(file({ 5: stream(packed, '/Filter /FlateDecode') }))).toEqual([]);
  });
});

describe('an update that was cut off on its way', () => {
  const ending = (after: string): boolean => endsInSignature(open(file({}).trimEnd() + after));
  it.each(['30 82', '3080', '30 84', '30\n81', '3083'])('ends in a signature when Contents begins with <%s', (value) => {
    expect(ending(`\n5 0 obj << /Contents <${value}01`)).toBe(true);
    expect(ending(`\n5 0 obj << /Contents\n< ${value}01`)).toBe(true);
    expect(ending(`\n5 0 obj <</Contents<${value}01`)).toBe(true);
  });
  it.each([
    '\n',
    '\nx',
    '\n/Contents (30 82)',
    '\n/Contents <3085',
    '\n/Contents <3182',
    '\n/Contents <308',
    '\n/Content <3082',
    '\n/Contents <8230',
  ])('ends in none with %j', (after) => {
    expect(ending(after)).toBe(false);
  });
  it('is looked at behind the last revision, and in its last 512 KiB', () => {
    const inside = file({ 5: '(/Contents <3082)' }).trimEnd();
    expect(endsInSignature(open(inside))).toBe(false);
    expect(endsInSignature(open(`${inside}\nx`))).toBe(false);
    expect(ending(`\n/Contents <3082${'0'.repeat(500 * 1024)}`)).toBe(true);
    expect(ending(`\n/Contents <3082${'0'.repeat(530 * 1024)}`)).toBe(false);
  });
});

it('what is found is a dictionary with its place', () => {
  const text = file({ 5: signature });
  const [{ dict } = { dict: null }] = straysIn(text);
  expect(dict !== null && isDict(dict) && text.slice(dict.start, dict.end)).toBe(signature);
});
