/** A file as its revisions (ISO 32000-2 7.5.6): what stands where in each, and what is odd about their chain. */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openPdf, type PdfDocument, type View } from '../../../../src/signature/pdf/read/document.ts';
import { isStream, type PdfStream, type PdfValue } from '../../../../src/signature/pdf/read/object.ts';
import type { PdfLimits } from '../../../../src/signature/pdf/read/source.ts';
import { catalog, closed, faultIn, header, latin, type Objects, plain, revised, row, sourceFrom, stream, xrefStream } from '../written.ts';

const open = (text: string, limits: Partial<PdfLimits> = {}): PdfDocument => openPdf(sourceFrom(text, limits), 200);
const at = (view: View, num: number): unknown => plain(view.resolve(ref(num)));
const ref = (num: number): PdfValue => ({ kind: 'ref', num, gen: 0 });

const one = (objects: Objects, trailer = '') => revised(header, { 1: catalog, ...objects }, trailer);

describe('revisions', () => {
  const first = one({ 3: '(old)', 4: '(kept)', 9: '(gone)' });
  const second = revised(first, { 3: '(new)', 5: '(added)' });
  const opened = () => {
    const file = open(second.text.trimEnd());
    const [old, latest] = file.views;
    if (old === undefined || latest === undefined) throw new Error('no revisions');
    return { file, old, latest };
  };

  it('are counted from the oldest, and each ends with its end mark', () => {
    const { file, old, latest } = opened();
    expect(file.views.map(({ revision, end, sections }) => [revision, end, sections.map(({ offset }) => offset)])).toEqual([
      [1, first.text.length - 1, [first.xref]],
      [2, second.text.length - 1, [second.xref, first.xref]],
    ]);
    expect(file.latest).toBe(latest);
    expect(file.updates.map((group) => group.map(({ offset }) => offset))).toEqual([[first.xref], [second.xref]]);
    expect([file.disorder, file.trailing]).toEqual([null, null]);
    expect(plain(latest.trailer)).toEqual({ Root: '1 0 R', Prev: first.xref });
    expect(plain(old.trailer)).toEqual({ Root: '1 0 R' });
  });
  it('each show the file as it was then', () => {
    const { old, latest } = opened();
    expect([3, 4, 5, 6].map((num) => at(old, num))).toEqual(['(old)', '(kept)', null, null]);
    expect([3, 4, 5, 6].map((num) => at(latest, num))).toEqual(['(new)', '(kept)', '(added)', null]);
    expect([3, 4, 5, 6].map((num) => old.placeOf(num))).toEqual([`${first.at[3]}`, `${first.at[4]}`, null, null]);
    expect([3, 4, 5, 6].map((num) => latest.placeOf(num))).toEqual([`${second.at[3]}`, `${first.at[4]}`, `${second.at[5]}`, null]);
    expect(latest.lookup(3)).toEqual({ kind: 'at', offset: second.at[3], gen: 0 });
    expect(latest.lookup(6)).toEqual({ kind: 'free' });
    expect(Buffer.from(latest.raw({ offset: 0, length: 8 })).toString()).toBe('%PDF-1.7');
  });
  it('an object that a later revision frees is gone in that one only', () => {
    const freed = closed(`${first.text}xref\n9 1\n${row(0, 1, 'f')}trailer\n<< /Root 1 0 R /Prev ${first.xref} >>\n`, first.text.length);
    const { views } = open(freed);
    expect(views.map((view) => [at(view, 9), view.placeOf(9)])).toEqual([
      ['(gone)', `${first.at[9]}`],
      [null, null],
    ]);
  });
  it('a place beyond the end of a revision holds nothing in it', () => {
    // The first table already names a place that only the second revision fills.
    const body = `1 0 obj\n${catalog}\nendobj\n`;
    const table = header.length + body.length;
    const head = closed(`${header}${body}xref\n1 1\n${row(9)}5 1\n${row(500)}trailer\n<< /Root 1 0 R >>\n`, table);
    const padded = `${head}${' '.repeat(500 - head.length)}5 0 obj\n(later)\nendobj\n`;
    const text = closed(`${padded}xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev ${table} >>\n`, padded.length);
    const [before, after] = open(text).views;
    expect([before?.placeOf(5), before?.resolve(ref(5)), before?.isTorn(5)]).toEqual([null, null, false]);
    expect([after?.placeOf(5), plain(after?.resolve(ref(5)) ?? null)]).toEqual(['500', '(later)']);
  });
});

describe('references', () => {
  it('are followed through 32 others and no further', () => {
    const chain = (length: number): Objects =>
      Object.fromEntries(Array.from({ length }, (_, i) => [10 + i, i === length - 1 ? '(end)' : `${11 + i} 0 R`]));
    expect(at(open(one(chain(32)).text).latest, 10)).toBe('(end)');
    expect(at(open(one(chain(33)).text).latest, 10)).toBeNull();
  });
  it('that go round lead to nothing', () => {
    expect(at(open(one({ 10: '11 0 R', 11: '10 0 R' }).text).latest, 10)).toBeNull();
  });
  it('what is no reference is itself, what is nothing is null', () => {
    const { latest } = open(one({}).text);
    expect([latest.resolve(5), latest.resolve(false), latest.resolve(undefined), latest.resolve(null)]).toEqual([5, false, null, null]);
  });
});

describe('streams', () => {
  const streamAt = (view: View, num: number): PdfStream => {
    const value = view.resolve(ref(num));
    if (!isStream(value)) throw new Error('no stream');
    return value;
  };
  it('are decoded with filters and parameters that stand elsewhere', () => {
    const packed = deflateSync(latin('Sở')).toString('latin1');
    const { latest } = open(
      one({ 3: stream(packed, '/Filter 4 0 R'), 4: '/FlateDecode', 5: stream('plain'), 6: stream('x', '/Filter /JPXDecode') }).text,
    );
    expect(latest.decode(streamAt(latest, 3))).toEqual(latin('Sở'));
    expect(latest.decode(streamAt(latest, 5))).toEqual(latin('plain'));
    expect(latest.decode(streamAt(latest, 6))).toBeNull();
  });
  it('that inflate beyond the limit stop the file', () => {
    const packed = deflateSync(Buffer.alloc(2000)).toString('latin1');
    const { latest } = open(one({ 3: stream(packed, '/Filter /FlateDecode') }).text, { inflated: 1000 });
    expect(faultIn(() => latest.decode(streamAt(latest, 3)))).toMatch(/^over-limits/);
  });
  it('time is looked at through a view', () => {
    expect(faultIn(() => open(one({}).text, { milliseconds: 1e9 }).latest.tick())).toBe('none');
    expect(faultIn(() => open(one({}).text, { milliseconds: -1 }).latest.tick())).toBe('over-limits: took too long');
  });
});

describe('objects in streams', () => {
  const packed = stream('3 0 4 7 (three)(four)', '/Type /ObjStm /N 2 /First 8');
  type Rows = readonly (readonly [number, number, number])[];
  /** Object 7 is the stream, 8 the cross-reference stream that names the catalog and it, and then the rows. */
  const file = (index: string, rows: Rows): string => {
    const objects = one({ 7: packed });
    const before = objects.text.slice(0, objects.xref);
    const all: Rows = [[1, 9, 0], [1, objects.at[7] ?? 0, 0], ...rows];
    return closed(`${before}8 0 obj\n${xrefStream(all, `/Root 1 0 R /Index [1 1 7 1 ${index}]`)}\nendobj\n`, before.length);
  };
  it('are found by the stream and their index in it', () => {
    const { latest, disorder } = open(
      file('3 2', [
        [2, 7, 0],
        [2, 7, 1],
      ]),
    );
    expect([3, 4].map((num) => at(latest, num))).toEqual(['(three)', '(four)']);
    expect([3, 4].map((num) => latest.placeOf(num))).toEqual([`${latest.placeOf(7)}:0`, `${latest.placeOf(7)}:1`]);
    expect([latest.isTorn(3), disorder]).toEqual([false, null]);
  });
  it('of a stream that is none, or is nowhere, are torn', () => {
    const { latest } = open(
      file('5 2', [
        [2, 1, 0],
        [2, 99, 0],
      ]),
    );
    expect([at(latest, 5), latest.isTorn(5), latest.placeOf(5)]).toEqual([null, true, '9:0']);
    expect([at(latest, 6), latest.isTorn(6), latest.placeOf(6)]).toEqual([null, true, null]);
  });
  it('of a stream in a stream are nowhere', () => {
    const { latest } = open(
      file('3 2', [
        [2, 7, 0],
        [2, 3, 0],
      ]),
    );
    expect([at(latest, 4), latest.isTorn(4), latest.placeOf(4)]).toEqual([null, true, null]);
  });
  it('of a stream beyond the end of a revision are nowhere in it', () => {
    const first = file('3 1 12 1', [
      [2, 12, 0],
      [1, 2000, 0],
    ]);
    const later = `${first.padEnd(2000)}12 0 obj\n${packed}\nendobj\n`;
    const xref = Number(/startxref\n(\d+)/.exec(first)?.[1]);
    const { views } = open(closed(`${later}xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev ${xref} >>\n`, later.length));
    expect(views.map((view) => [at(view, 3), view.isTorn(3), view.placeOf(3)])).toEqual([
      [null, true, null],
      ['(three)', false, '2000:0'],
    ]);
  });
});

describe('order', () => {
  const simple = one({ 3: '(a)' });
  const two = revised(simple, { 3: '(b)' });
  it('a file whose parts all end as they should has none to complain of', () => {
    expect(open(two.text).disorder).toBeNull();
  });
  it.each<readonly [string, string, string | null]>([
    ['a first revision without its end mark', two.text.replace('%%EOF', '%%eof'), 'revision 1 does not stand after the one before'],
    ['a last revision without its end mark', `${two.text.slice(0, -6)}%%eof\n`, 'revision 2 does not end with its own startxref and %%EOF'],
  ])('%s', (_, text, disorder) => {
    expect(open(text).disorder).toBe(disorder);
  });
  it('a startxref may name the white space before its section, up to 15 bytes, and nothing else', () => {
    const named = (blanks: number, place: (xref: number) => number) => {
      const before = `${simple.text.slice(0, simple.xref)}${' '.repeat(blanks)}`;
      const table = simple.text.slice(simple.xref, simple.text.indexOf('startxref', simple.xref));
      const first = closed(before + table, place(before.length));
      return open(closed(`${first}xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev ${before.length} >>\n`, first.length)).disorder;
    };
    const odd = 'revision 1 does not end with its own startxref and %%EOF';
    expect(named(0, (xref) => xref)).toBeNull();
    expect(named(20, (xref) => xref - 15)).toBeNull();
    expect(named(20, (xref) => xref - 16)).toBe(odd);
    expect(named(0, (xref) => xref + 1)).toBe(odd);
  });
  it('a section whose predecessor stands after it is one revision with it: a linearized file (annex F)', () => {
    const body = `1 0 obj\n${catalog}\nendobj\n`;
    const firstAt = header.length + body.length;
    const size = `xref\n1 1\n${row(9)}trailer\n<< /Root 1 0 R /Prev 000 >>\nstartxref\n0\n%%EOF\n`.length;
    const objectAt = firstAt + size;
    const object = '3 0 obj\n(a)\nendobj\n';
    const tableAt = objectAt + object.length;
    const head = `xref\n1 1\n${row(9)}trailer\n<< /Root 1 0 R /Prev ${String(tableAt).padStart(3, '0')} >>\nstartxref\n0\n%%EOF\n`;
    const text = closed(`${header}${body}${head}${object}xref\n3 1\n${row(objectAt)}trailer\n<< >>\n`, firstAt);
    const file = open(text);
    expect(file.updates.map((group) => group.map(({ offset }) => offset))).toEqual([[firstAt, tableAt]]);
    expect([file.disorder, file.latest.end, at(file.latest, 3), file.views.length]).toEqual([null, text.length - 1, '(a)', 1]);
    const update = revised({ text, at: {}, xref: firstAt }, { 3: '(b)' });
    const later = open(update.text);
    expect(later.updates.map((group) => group.map(({ offset }) => offset))).toEqual([[firstAt, tableAt], [update.xref]]);
    expect(later.views.map((view) => [view.end, at(view, 3), view.sections.length])).toEqual([
      [text.length - 1, '(a)', 2],
      [update.text.length - 1, '(b)', 3],
    ]);
    expect(later.disorder).toBeNull();
  });
  it('an object with two places in one section is named, of the newest section that has one', () => {
    const doubled = (num: number, before: string, more = '') =>
      closed(`${before}xref\n${num} 1\n${row(9)}${num} 1\n${row(10)}1 1\n${row(9)}trailer\n<< /Root 1 0 R ${more} >>\n`, before.length);
    const text = doubled(4, simple.text.slice(0, simple.xref));
    expect(open(text).disorder).toBe('object 4 stands twice in one section');
    const newer = doubled(5, text, `/Prev ${simple.xref}`);
    expect(open(newer).disorder).toBe('object 5 stands twice in one section');
    expect(open(closed(`${text}xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev ${simple.xref} >>\n`, text.length)).disorder).toBe(
      'object 4 stands twice in one section',
    );
  });
  it('a hybrid whose table and stream disagree is named, but not where an update only names the old stream again', () => {
    const body = `1 0 obj\n${catalog}\nendobj\n`;
    const hiddenAt = header.length + body.length;
    const start = `${header}${body}8 0 obj\n${xrefStream([[1, 50, 0]], '/Index [5 1]')}\nendobj\n`;
    const hybrid = (before: string, rows: string, prev: string) =>
      closed(`${before}xref\n1 1\n${row(9)}${rows}trailer\n<< /Root 1 0 R /XRefStm ${hiddenAt} ${prev} >>\n`, before.length);
    const good = hybrid(start, '', '');
    expect(open(good).disorder).toBeNull();
    expect(open(hybrid(start, `5 1\n${row(9)}`, '')).disorder).toBe('object 5 stands twice in one section');
    expect(open(hybrid(good, `5 1\n${row(9)}`, `/Prev ${start.length}`)).disorder).toBeNull();
  });
  it('offsets that can be read in two ways are said to be', () => {
    const table = `xref\n1 1\n${row(9)}trailer\n<< /Root 1 0 R >>\n`;
    const body = `1 0 obj\n${catalog}\nendobj\n`;
    const place = 9 + body.length;
    // Junk as long as the second table stands behind the first: one place leads to a table counted either way.
    const between = closed(table, place);
    const whole = `${header}${body}${between}`;
    const text = `${'y'.repeat(9 + body.length)}xref\n0 0\ntrailer\n<< >>\n`;
    const file = open(`${text}${whole}`);
    expect(file.disorder).toBe('its offsets can be read in two ways');
  });
});

describe('what stands behind the last revision', () => {
  const { text } = one({});
  it.each<readonly [string, number | null]>([
    ['', null],
    ['\0\t\n\f\r ', null],
    [' '.repeat(70_000), null],
    ['x', 0],
    ['\r\n x', 3],
    [`${' '.repeat(65_535)}x`, 65_535],
    [`${' '.repeat(65_536)}x`, 65_536],
    [`${' '.repeat(140_000)}x`, 140_000],
    ['\x0b', 0],
  ])('%j begins at %j', (after, place) => {
    const { latest, trailing } = open(text.trimEnd() + after);
    expect(latest.end).toBe(text.trimEnd().length);
    expect(trailing).toBe(place === null ? null : latest.end + place);
  });
});

describe('a file', () => {
  it('with Encrypt in any of its trailers is encrypted', () => {
    const plainFile = one({});
    const locked = 'encrypted: the file is encrypted';
    expect(faultIn(() => open(one({}, '/Encrypt 5 0 R').text))).toBe(locked);
    expect(faultIn(() => open(one({}, '/Encrypt << >>').text))).toBe(locked);
    expect(faultIn(() => open(revised(one({}, '/Encrypt 5 0 R'), {}).text))).toBe(locked);
    expect(faultIn(() => open(revised(plainFile, {}, '/Encrypt 5 0 R').text))).toBe(locked);
    expect(faultIn(() => open(one({}, '/Encrypt null').text))).toBe('none');
  });
  it.each(['(text)', '[1]', 'null', stream('x')])('whose catalog is %j has none', (body) => {
    expect(faultIn(() => open(revised(header, { 1: body }).text))).toBe('damaged: no catalog');
  });
  it('without a Root has no catalog', () => {
    expect(faultIn(() => open(closed(`${header}xref\n0 0\ntrailer\n<< >>\n`, 9)))).toBe('damaged: no catalog');
    expect(faultIn(() => open(closed(`${header}xref\n0 0\ntrailer\n<< /Root << >> >>\n`, 9)))).toBe('none');
  });
  it('has no more revisions than are allowed', () => {
    const two = revised(one({}), {});
    expect(faultIn(() => openPdf(sourceFrom(two.text), 1))).toBe('over-limits: too many revisions');
    expect(faultIn(() => openPdf(sourceFrom(two.text), 2))).toBe('none');
  });
});
