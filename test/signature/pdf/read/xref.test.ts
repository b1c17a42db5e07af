/** Cross-reference sections (ISO 32000-2 7.5.4, 7.5.5, 7.5.8) of files written out sign by sign. */
import { describe, expect, it } from 'vitest';
import { Cut } from '../../../../src/signature/pdf/read/cursor.ts';
import { readSections, type Section, streamStart } from '../../../../src/signature/pdf/read/xref.ts';
import { closed, cursorOn, faultIn, header, plain, revised, row, sourceFrom, xrefStream } from '../written.ts';

const sectionsIn = (text: string, most = 200): readonly Section[] => readSections(sourceFrom(text), most).sections;
const onlyIn = (text: string): Section => {
  const [section, ...more] = sectionsIn(text);
  if (section === undefined || more.length > 0) throw new Error(`${1 + more.length} sections`);
  return section;
};
const faultOf = (text: string): string => faultIn(() => sectionsIn(text));
const simple = revised(header, { 1: '<< >>' });

describe('a section', () => {
  it('with a table says where it stands, what is in it, and where its revision ends', () => {
    const { text, xref } = simple;
    expect(onlyIn(text)).toMatchObject({
      ...{ offset: xref, hidden: null, doubled: null, contested: null, prev: null },
      closing: { eof: text.length - 1, names: xref },
    });
    expect([...onlyIn(text).entries]).toEqual([[1, { kind: 'at', offset: 9, gen: 0 }]]);
    expect(plain(onlyIn(text).trailer)).toEqual({ Root: '1 0 R' });
  });
  it('that is a stream likewise', () => {
    const body = xrefStream(
      [
        [1, 9, 0],
        [2, 7, 3],
      ],
      '/Root 1 0 R /Index [1 2]',
    );
    const text = closed(`${header}5 0 obj\n${body}\nendobj\n`, 9);
    expect(onlyIn(text)).toMatchObject({
      offset: 9,
      hidden: null,
      doubled: null,
      contested: null,
      prev: null,
      closing: { eof: text.length - 1, names: 9 },
    });
    expect([...onlyIn(text).entries]).toEqual([
      [1, { kind: 'at', offset: 9, gen: 0 }],
      [2, { kind: 'in', stream: 7, index: 3 }],
    ]);
    expect(plain(onlyIn(text).trailer)).toMatchObject({ Type: '/XRef', Root: '1 0 R' });
  });
  it('may begin after white space, and stands where its first sign does', () => {
    const { xref } = simple;
    expect(onlyIn(simple.text.replace(`startxref\n${xref}`, `startxref\n${xref - 1}`))).toMatchObject({
      offset: xref,
      closing: { names: xref - 1 },
    });
  });
  it('that gives a number two places says which', () => {
    const table = `${header}xref\n1 1\n${row(9)}1 1\n${row(10)}trailer << >>\n`;
    expect(onlyIn(closed(table, 9)).doubled).toBe(1);
    const body = xrefStream(
      [
        [1, 9, 0],
        [1, 10, 0],
      ],
      '/Index [4 1 4 1]',
    );
    expect(onlyIn(closed(`${header}5 0 obj\n${body}\nendobj\n`, 9)).doubled).toBe(4);
  });
  it.each([
    ['5 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n', 'not a cross-reference stream'],
    ['5 0 obj\n[/Type /XRef]\nstream\n\nendstream\nendobj\n', 'not a cross-reference stream'],
    ['5 0 obj\n<< /Type /ObjStm /Length 0 >>\nstream\n\nendstream\nendobj\n', 'not a cross-reference stream'],
    ['5 0 obj\n<< /Type /XRef /W [1 2 1] >>\nstream\n\nendstream\nendobj\n', 'a cross-reference stream without length'],
    ['5 0 obj\n<< /Type /XRef /W [1 2 1] /Length 1 0 R >>\nstream\n\nendstream\nendobj\n', 'a cross-reference stream without length'],
    ['5 0 obj\n<< /Type /XRef /W [1 2 1] /Length -1 >>\nstream\n\nendstream\nendobj\n', 'a cross-reference stream without length'],
    ['5 0 obj\n<< /Type /XRef /W [1 2 1] /Length 0.5 >>\nstream\n\nendstream\nendobj\n', 'a cross-reference stream without length'],
    ['5 0 obj\n<< /Type /XRef /W [1 2 1] /Length 5000 >>\nstream\n\nendstream\nendobj\n', 'a cross-reference stream without length'],
    ['5 0 obj\n<< /Type /XRef /W [1 2 1] /Length 1 >>\nstream\n\nendstream\nendobj\n', null],
    ['5 0 obj\n<< /Type /XRef /W [1 2 1] /Length 2 >>\nstream\n\nendstream\nendobj\n', 'expected endstream at 73'],
    ['5 0 obj\n<< /Type /XRef /W [1 2 1] /Length 0 >>\nstream\n\nendstream\nendob\n', 'expected endobj at 79'],
    ['5 0 obj\n<< /Type /XRef /W [1 2 1] /Length 0 /Filter /LZW >>\nstream\n\nendstream\nendobj\n', 'unknown filter'],
    ['5 0 opj\n<< /Type /XRef >>', 'expected obj at 16'],
    ['n 0 obj\n<< /Type /XRef >>', 'expected an integer at 10'],
    ['5 n obj\n<< /Type /XRef >>', 'expected an integer at 12'],
    ['5 0 obj\n<< /Type /XRef /Length 0 >>\nendobj\n', 'expected stream at 51'],
    ['xrefs\n0 0\ntrailer << >>', 'expected xref at 14'],
  ])('%j: %s', (text, message) => {
    expect(faultOf(closed(header + text, 9))).toBe(message === null ? 'none' : `damaged: ${message}`);
  });
});

describe('the data of a stream', () => {
  it.each([
    ['stream\r\nx', 8],
    ['stream\nx', 7],
    ['stream\rx', 7],
    ['stream\n\nx', 7],
    ['stream x', 6],
    [' stream\r\nx', 9],
    ['stream\r', 7],
    ['stream', 6],
    ['stream\r\n', 8],
  ])('of %j begin at %i', (text, at) => {
    expect(streamStart(cursorOn(text, { base: 100 }))).toBe(100 + at);
  });
  it.each(['stream', 'stream\r', 'stream\n'])('of %j begin where it is not known yet when more follows', (text) => {
    expect(() => streamStart(cursorOn(text, { last: false }))).toThrow(Cut);
  });
  it('begin behind the keyword only', () => {
    expect(faultIn(() => streamStart(cursorOn('streams\n')))).toBe('damaged: expected stream at 7');
  });
});

describe('the end of a revision', () => {
  const table = `${header}xref\n1 1\n${row(9)}trailer\n<< /Root 1 0 R >>`;
  const closingOf = (text: string) => onlyIn(`${table}${text}\n%startxref\n9`).closing;
  it.each([
    ['\nstartxref\n9\n%%EOF', 9],
    ['startxref 7%%EOF', 7],
    ['\n%comment\nstartxref\r\n\t 9 \f\0\r\n%%EOF', 9],
    ['\ntrailer\n<< /Size 2 >>\nstartxref\n9\n%%EOF', 9],
    ['\ntrailer [] startxref 9\n%%EOF', 9],
  ])('is read from %j', (text, names) => {
    expect(closingOf(text)).toEqual({ eof: table.length + text.length, names });
  });
  it.each([
    '\nstartxref\n9\n%EOF',
    '\nstartxref\n9\n%%EO',
    '\nstartxref\n9\nx%%EOF',
    '\nstartxref\nx\n%%EOF',
    '\nendobj startxref\n9\n%%EOF',
    '\ntrailer << >>\nxref\n9\n%%EOF',
    '\ntrailer\nstartxref\n9\n%%EOF',
    '',
  ])('is not to be read from %j', (text) => {
    expect(closingOf(text)).toBeNull();
  });
  it('is read wherever the windows of the reader end', () => {
    // The first window behind the trailer has 2048 bytes.
    for (let blanks = 2015; blanks < 2055; blanks += 1) {
      const text = `\nstartxref\n9${' '.repeat(blanks)}%%EOF`;
      expect([blanks, closingOf(text)]).toEqual([blanks, { eof: table.length + text.length, names: 9 }]);
    }
  });
  it('costs as much as any value', () => {
    const text = `${table}\ntrailer [1 2 3 4]\nstartxref\n9\n%%EOF`;
    expect(faultIn(() => readSections(sourceFrom(text, { values: 8 }), 9))).toBe('none');
    expect(faultIn(() => readSections(sourceFrom(text, { values: 6 }), 9))).toBe('over-limits: too many values');
  });
});

describe('a hybrid file (7.5.8.4)', () => {
  const hybrid = (tableRows: string, streamRows: readonly (readonly [number, number, number])[], index: string, junk = '') => {
    const body = `7 0 obj\n${xrefStream(streamRows, `/Index [${index}]`)}\nendobj\n`;
    const at = header.length + body.length;
    const text = closed(`${junk}${header}${body}xref\n${tableRows}trailer\n<< /XRefStm 9 /Root 1 0 R >>\n`, at);
    return onlyIn(text);
  };
  it('its stream fills in what the table has free or not at all', () => {
    const section = hybrid(
      `1 2\n${row(0, 0, 'f')}${row(20)}`,
      [
        [1, 50, 0],
        [0, 0, 0],
        [2, 8, 1],
        [0, 0, 0],
      ],
      '1 4',
    );
    expect([...section.entries]).toEqual([
      [1, { kind: 'at', offset: 50, gen: 0 }],
      [2, { kind: 'at', offset: 20, gen: 0 }],
      [3, { kind: 'in', stream: 8, index: 1 }],
    ]);
    expect(section).toMatchObject({ hidden: 9, doubled: null, contested: null });
  });
  it('is contested about the first number that the two have in different places', () => {
    const rows = `1 3\n${row(20)}${row(30)}${row(40)}`;
    const section = hybrid(
      rows,
      [
        [1, 20, 0],
        [1, 31, 0],
        [1, 41, 0],
      ],
      '1 3',
    );
    expect([section.contested, section.doubled, section.entries.get(2)]).toEqual([2, null, { kind: 'at', offset: 30, gen: 0 }]);
    expect(hybrid(rows, [[1, 20, 0]], '1 1').contested).toBeNull();
  });
  it('has two places for a number that its table or its stream has', () => {
    expect(
      hybrid(
        `1 1\n${row(20)}`,
        [
          [1, 50, 0],
          [1, 60, 0],
        ],
        '5 1 5 1',
      ).doubled,
    ).toBe(5);
    expect(
      hybrid(
        `1 1\n${row(20)}1 1\n${row(30)}`,
        [
          [1, 50, 0],
          [1, 60, 0],
        ],
        '5 1 5 1',
      ).doubled,
    ).toBe(1);
  });
  it('with junk before it counts all its places from the header', () => {
    const section = hybrid(`1 1\n${row(20)}`, [[1, 50, 0]], '5 1', 'junk');
    expect([section.hidden, section.entries.get(1), section.entries.get(5)]).toEqual([
      13,
      { kind: 'at', offset: 24, gen: 0 },
      { kind: 'at', offset: 54, gen: 0 },
    ]);
  });
  it('only a table has such a stream, and only at a place', () => {
    const body = xrefStream([[1, 9, 0]], '/XRefStm 9');
    expect(onlyIn(closed(`${header}5 0 obj\n${body}\nendobj\n`, 9)).hidden).toBeNull();
    const at = (place: string) => onlyIn(closed(`${header}xref\n0 0\ntrailer\n<< /XRefStm ${place} >>\n`, 9)).hidden;
    for (const place of ['-1', '1.5', '(9)', '1 0 R']) expect(at(place)).toBeNull();
  });
});

describe('the chain of sections', () => {
  const two = revised(simple, { 2: '<< >>' });
  const three = revised(two, { 3: '<< >>' });
  it('leads from the newest to the oldest', () => {
    expect(sectionsIn(three.text).map(({ offset, prev }) => [offset, prev])).toEqual([
      [three.xref, two.xref],
      [two.xref, simple.xref],
      [simple.xref, null],
    ]);
    expect(sectionsIn(three.text)[2]?.closing).toEqual({ eof: simple.text.length - 1, names: simple.xref });
  });
  it('has no more sections than are allowed', () => {
    expect(faultIn(() => sectionsIn(three.text, 3))).toBe('none');
    expect(faultIn(() => sectionsIn(three.text, 2))).toBe('over-limits: too many revisions');
  });
  it.each(['0', '-5', '1.5', '(9)', 'null'])('ends where Prev is %s', (prev) => {
    expect(onlyIn(closed(`${header}xref\n0 0\ntrailer\n<< /Prev ${prev} >>\n`, 9)).prev).toBeNull();
  });
  it('that turns in a circle is damaged', () => {
    const circle = 'damaged: the cross-reference chain turns in a circle';
    expect(faultOf(closed(`${header}xref\n0 0\ntrailer\n<< /Prev 9 >>\n`, 9))).toBe(circle);
    expect(faultOf(closed(`${header} xref\n0 0\ntrailer\n<< /Prev 9 >>\n`, 10))).toBe(circle);
  });
  it('that leads out of the file is damaged', () => {
    expect(faultOf(closed(`${header}xref\n0 0\ntrailer\n<< /Prev 5000 >>\n`, 9))).toBe('damaged: nothing at 5000');
  });
  it.each([0, 1, 65_500, 65_518, 65_519, 65_520, 65_521, 65_527, 65_528, 65_535, 65_536, 65_552, 65_560, 131_072, 200_000])(
    'begins at the last startxref, %i bytes before the end',
    (after) => {
      expect(onlyIn(`${simple.text}${'x'.repeat(after)}`).offset).toBe(simple.xref);
    },
  );
  it('begins at the last of several', () => {
    expect(onlyIn(`${simple.text}startxref\n${simple.xref}\n`).offset).toBe(simple.xref);
    expect(faultOf(`${simple.text}startxref\n5000\n`)).toBe('damaged: nothing at 5000');
    expect(faultOf(`${simple.text}startxref\nx\n`)).toMatch(/^damaged: expected an integer at/);
  });
  it('begins nowhere in a file without', () => {
    expect(faultOf(header)).toBe('damaged: no startxref');
    expect(faultOf('')).toBe('damaged: no startxref');
  });
});

describe('offsets in a file with something before its header', () => {
  const read = (text: string) => readSections(sourceFrom(text), 9);
  const shift = (before: string, text: string): string => before + text;
  it('count from the header', () => {
    const junk = 'X-Mail: 1\n';
    const two = revised(simple, { 2: '<< >>' });
    const { sections, isTwofold } = read(shift(junk, two.text));
    expect(isTwofold).toBe(false);
    expect(sections.map(({ offset, prev, closing }) => [offset, prev, closing?.names])).toEqual([
      [two.xref + 10, simple.xref + 10, two.xref + 10],
      [simple.xref + 10, null, simple.xref + 10],
    ]);
    expect(sections[1]?.entries.get(1)).toEqual({ kind: 'at', offset: 19, gen: 0 });
  });
  it('count from the first byte where a section stands there, and none counted from the header', () => {
    const { text, xref } = revised(`junk\n${header}`, { 1: '<< >>' });
    const { sections, isTwofold } = read(text);
    expect([sections[0]?.offset, sections[0]?.entries.get(1), isTwofold]).toEqual([xref, { kind: 'at', offset: 14, gen: 0 }, false]);
  });
  it('can be read in two ways where a section stands at both', () => {
    const table = 'xref\n0 0\ntrailer\n<< >>\n';
    const junk = 'x'.repeat(table.length);
    // From the first byte 32 is the first table, from the header the second.
    const text = closed(`${junk}${header}${table}${table}`, table.length + 9);
    const { sections, isTwofold } = read(text);
    expect([sections[0]?.offset, isTwofold]).toEqual([2 * table.length + 9, true]);
  });
  it.each([
    [1019, 1019],
    [1020, 0],
  ])('the header is looked for in the first 1024 bytes: after %i, offsets count from %i', (before, origin) => {
    const text = shift(`${'x'.repeat(before)}`, simple.text);
    if (origin === 0) expect(faultIn(() => read(text))).toMatch(/^damaged/);
    else expect(read(text).sections[0]?.offset).toBe(simple.xref + origin);
  });
  it('count from the first byte in a file without a header', () => {
    const { text, xref } = revised('no header', { 1: '<< >>' });
    expect(read(text)).toMatchObject({ isTwofold: false, sections: [{ offset: xref }] });
  });
  it('cost as much as any other', () => {
    const text = shift('junk', simple.text);
    expect(faultIn(() => readSections(sourceFrom(text, { entries: 1 }), 9))).toBe('over-limits: too many entries');
    expect(faultIn(() => readSections(sourceFrom(text, { entries: 2 }), 9))).toBe('none');
  });
});
