/** What the appearance of a later signature may be, and what it may not hide (ISO 32000-2 12.5.5, NĐ 30/2020 annex I). */
import { describe, expect, it } from 'vitest';
import { appearanceEffects } from '../../../../src/signature/pdf/paint/appearance.ts';
import { openPdf } from '../../../../src/signature/pdf/read/document.ts';
import { header, type Objects, revised, sourceFrom, stream, type Written } from '../written.ts';

const page = (annots: string, more = '/MediaBox [0 0 600 800] /Contents 4 0 R'): string =>
  `<< /Type /Page /Parent 2 0 R /Annots [${annots}] /Resources << /Font << /F 5 0 R >> /XObject << /Im 6 0 R >> >> ${more} >>`;
const catalog = (fields: string): string => `<< /Pages 2 0 R /AcroForm << /Fields [${fields}] >> >>`;
/** One sign, 500 wide, at 102.5 703. */
const letter = stream('BT /F 10 Tf 100 700 Td (C) Tj ET');
const picture = stream('\0', '/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8');
const base: Objects = { 1: catalog(''), 2: '<< /Kids [3 0 R] >>', 3: page(''), 4: letter, 5: '<< /Subtype /Type1 >>', 6: picture };
const look = (content: string, more = ''): string => stream(content, `/Subtype /Form /BBox [0 0 100 50] ${more}`);
const widget = (more = '', rect = '90 690 190 740'): string => `/Subtype /Widget /FT /Sig /T (Ky) /Rect [${rect}] ${more}`;

/** What the objects of a further revision paint, over those of a first. */
const effectsOf = (later: Objects, earlier: Objects = {}, latest: Objects = {}): readonly string[] => {
  const first = revised(header, { ...base, ...earlier });
  const second = revised(first, { 1: catalog('10 0 R 20 0 R'), 3: page('10 0 R 20 0 R'), 21: '<< /Type /Sig >>', ...later });
  const third: Written = Object.keys(latest).length === 0 ? second : revised(second, latest);
  const { views } = openPdf(sourceFrom(third.text), 9);
  const [before, after] = views;
  if (before === undefined || after === undefined) throw new Error('no revisions');
  return appearanceEffects({ before, after }, views.at(-1) ?? after).map(
    ({ kind, what, field }) => `${kind} ${what}${field === undefined ? '' : ` (${field})`}`,
  );
};
const signed = (content: string, more: Objects = {}, rect?: string): Objects => ({
  20: `<< ${widget('/V 21 0 R /AP << /N 22 0 R >>', rect)} >>`,
  22: look(content),
  ...more,
});

const hides = (count: number) => [`visible trang 1: hình của chữ ký Ky che ${count} ký tự của trang`];
const isUnread = ['visible trang 1: không đọc được hình của chữ ký Ky'];

describe('paint over a sign of the page', () => {
  it('hides it when the sign is half a point and more inside', () => {
    // In the appearance the sign stands at 12.5 13.
    expect(effectsOf(signed('0 0 100 50 re f'))).toEqual(hides(1));
    expect(effectsOf(signed('11.9 12.4 1.2 1.2 re f'))).toEqual(hides(1));
    for (const rect of ['12 0 50 50', '0 0 13 50', '0 12.5 50 30', '0 0 50 13.5', '13 0 9 50', '0 14 50 9', '0 0 12 50', '0 0 50 12'])
      expect(effectsOf(signed(`${rect} re f`))).toEqual([]);
  });
  it('counts each sign under it, in the rectangle of the widget only', () => {
    const text = { 4: stream('BT /F 10 Tf 100 700 Td (CCC) Tj 300 0 Td (C) Tj ET') };
    expect(effectsOf(signed('0 0 100 50 re f'), text)).toEqual(hides(3));
    expect(effectsOf(signed('-500 -500 2000 2000 re f'), text)).toEqual(hides(3));
    expect(effectsOf(signed('0 0 100 50 re f', {}, '102.5 690 202.5 740'), text)).toEqual(hides(2));
    expect(effectsOf(signed('0 0 100 50 re f', {}, '90 703 190 753'))).toEqual([]);
    expect(effectsOf(signed('0 0 100 50 re f', {}, '2.5 690 102.5 740'))).toEqual([]);
    expect(effectsOf(signed('0 0 100 50 re f', {}, '90 653 190 703'))).toEqual([]);
  });
  it('that is thin hides it in three layers', () => {
    const thin = (count: number) => ({
      22: look(`/T gs ${'0 0 100 50 re f '.repeat(count)}`, '/Resources << /ExtGState << /T << /ca 0.1 >> >> >>'),
    });
    expect([1, 2, 3].map((count) => effectsOf(signed('', thin(count))))).toEqual([[], [], hides(1)]);
  });
  it('is each piece of it by itself', () => {
    const aside = '80 40 5 5 re f';
    expect(effectsOf(signed(`${aside} 11 11 4 4 re f`))).toEqual(hides(1));
    const layers = '/Resources << /ExtGState << /T << /ca 0.1 >> >> >>';
    const thin = (content: string) => effectsOf(signed('', { 22: look(`/T gs ${content}`, layers) }));
    const piece = '11 11 4 4 re f ';
    expect([thin(piece.repeat(3) + aside), thin(piece.repeat(2) + aside)]).toEqual([hides(1), []]);
  });
  it('that is thin hides only what is under the widget', () => {
    const text = { 4: stream('BT /F 10 Tf 100 700 Td (CCC) Tj 300 0 Td (C) Tj -300 90 Td (C) Tj 0 -180 Td (C) Tj -90 90 Td (C) Tj ET') };
    const layers = look(`/T gs ${'-500 -500 2000 2000 re f '.repeat(3)}`, '/Resources << /ExtGState << /T << /ca 0.1 >> >> >>');
    expect(effectsOf(signed('', { 22: layers }), text)).toEqual(hides(3));
  });
  it('is placed as its box and matrix have it', () => {
    const placed = (content: string, dict: string, rect?: string) => effectsOf(signed('', { 22: stream(content, dict) }, rect));
    expect(placed('5.5 12 2 2 re f', '/BBox [0 0 50 50]')).toEqual(hides(1));
    expect(placed('11 6 3 1 re f', '/BBox [0 0 100 25]')).toEqual(hides(1));
    expect(placed('111 212 3 2 re f', '/BBox [100 200 200 250]')).toEqual(hides(1));
    expect(placed('12 12 1 2 re f', '/BBox [100 200 200 250]')).toEqual([]);
    expect(placed('105 205.5 3 2 re f', '/BBox [100 200 150 225]')).toEqual(hides(1));
    expect(placed('11 12 3 2 re f', '/BBox [0 0 100 50] /Matrix [1 0 0 1 500 500]')).toEqual(hides(1));
    expect(placed('12 86.5 2 2 re f', '/BBox [0 0 50 100] /Matrix [0 1 -1 0 0 0]')).toEqual(hides(1));
    expect(placed('12 12 2 2 re f', '/BBox [0 0 50 100] /Matrix [0 1 -1 0 0 0]')).toEqual([]);
    expect(placed('0.11 0.2 0.03 0.1 re f', '')).toEqual(hides(1));
    expect(placed('12 12 1 2 re f', '/BBox [0 0 0 0]')).toEqual([]);
    expect(placed('5.5 12 2 2 re f', '/BBox [0 0 50 50]', '190 740 90 690')).toEqual(hides(1));
  });
  it('is judged by the page as it was before', () => {
    expect(effectsOf(signed('0 0 100 50 re f', { 4: stream('q Q') }))).toEqual(hides(1));
    expect(effectsOf(signed('0 0 100 50 re f'), { 4: stream('q Q') })).toEqual([]);
  });
  it('finds the page’s text in several streams, with resources from above', () => {
    const above = {
      2: '<< /Kids [3 0 R] /MediaBox [0 0 600 800] /Resources << /Font << /F 5 0 R >> >> >>',
      3: '<< /Parent 2 0 R /Contents [7 0 R 9 0 R 8 0 R (a)] >>',
      7: stream('BT /F 10 Tf'),
      8: stream('100 700 Td (C) Tj ET'),
    };
    const later = { 3: '<< /Parent 2 0 R /Annots [20 0 R] /Contents [7 0 R 8 0 R] >>' };
    expect(effectsOf(signed('0 0 100 50 re f', later), above)).toEqual(hides(1));
    expect(effectsOf(signed('0 0 100 50 re f', later), { ...above, 3: '<< /Parent 2 0 R >>' })).toEqual([]);
  });
});

describe('an appearance', () => {
  const states = (state: string, as: string) =>
    effectsOf(signed('', { 20: `<< ${widget(`/V 21 0 R /AP << /N ${state} >> ${as}`)} >>`, 22: look('0 0 100 50 re f') }));
  it('is the normal one, of the state that the field has', () => {
    expect(states('22 0 R', '')).toEqual(hides(1));
    expect(states('<< /On 22 0 R /Off 23 0 R >>', '/AS /On')).toEqual(hides(1));
    expect(states('<< /On 22 0 R >>', '/AS /Off')).toEqual([]);
    expect(states('<< /On 22 0 R >>', '')).toEqual([]);
    expect(states('<< /On 22 0 R >>', '/AS (On)')).toEqual([]);
    expect(states('<< /On 22 0 R >>', '/AS null')).toEqual([]);
    expect(states('null', '/AS /On')).toEqual([]);
    expect(states('(a)', '')).toEqual([]);
  });
  it.each(['', ' \n\0\t\r\f', '% DSBlank\n', '%a\r%b\n  % 0 0 9 9 re f'])('of %j is blank', (content) => {
    expect(effectsOf({ ...signed(content), 21: '(unsigned)' })).toEqual([]);
  });
  it.each(['q', '% a\n0 0 1 1 re f', '% a\r1 g', '1 %'])('of %j is not', (content) => {
    expect(effectsOf({ ...signed(content), 21: '(unsigned)' })).toEqual(['visible trang 1: ô chữ ký Ky chưa ký mà có hình hiển thị']);
  });
  it('that cannot be read to its end, or decoded, or of too much paint, may hide anything', () => {
    expect(effectsOf(signed('0 0 m S )'))).toEqual(isUnread);
    expect(effectsOf(signed('', { 22: look('x', '/Filter /JPXDecode') }))).toEqual(isUnread);
    const many = (count: number) =>
      effectsOf(
        signed('', {
          22: look(
            `/T gs 200 200 1 1 re f /O gs ${'0 0 0 0 re '.repeat(count - 1)} f`,
            '/Resources << /ExtGState << /T << /ca 0 >> /O << /ca 1 >> >> >>',
          ),
        }),
      );
    expect([many(4000), many(4001)]).toEqual([[], isUnread]);
    expect(effectsOf(signed('', { 22: look('', '/Filter /JPXDecode') }))).toEqual([]);
  });
  it('without a place on a page, or of no size, paints nothing', () => {
    for (const rect of ['90 690 90 740', '90 690 190 690', '90 690 190', '(a) 0 0 0'])
      expect(effectsOf(signed('0 0 100 50 re f', {}, rect))).toEqual([]);
  });
  it('of a widget that no page has is told without a page', () => {
    expect(effectsOf(signed('q )', { 3: page('') }))).toEqual(['visible trang 0: không đọc được hình của chữ ký Ky']);
  });
  it('is told with its page and its field’s name, if it has one', () => {
    const two = { 2: '<< /Kids [7 0 R 3 0 R] >>', 7: page('', '/MediaBox [0 0 600 800]') };
    expect(effectsOf(signed('q )'), two)).toEqual(['visible trang 2: không đọc được hình của chữ ký Ky']);
    expect(effectsOf({ ...signed('q )'), 20: '<< /FT /Sig /Rect [0 0 9 9] /V 21 0 R /AP << /N 22 0 R >> >>' })).toEqual([
      'visible trang 1: không đọc được hình của chữ ký',
    ]);
    expect(effectsOf(signed('q )', { 3: page('20 0 R'), 7: page('20 0 R') }), two)).toEqual([
      'visible trang 1: không đọc được hình của chữ ký Ky',
    ]);
  });
  it('of a field with several widgets is all of them', () => {
    const kids = { 20: '<< /FT /Sig /T (Ky) /V 21 0 R /Kids [23 0 R 24 0 R] >>', 3: page('23 0 R 24 0 R'), 22: look('q )') };
    const kid = (rect: string) => `<< /Subtype /Widget /Rect [${rect}] /AP << /N 22 0 R >> >>`;
    expect(effectsOf({ ...kids, 23: kid('0 0 9 9'), 24: kid('20 0 29 9') })).toEqual([...isUnread, ...isUnread]);
    expect(effectsOf({ ...kids, 23: kid('0 0 9 9') })).toEqual(isUnread);
  });
});

describe('an image of a signature', () => {
  const large = ['visible trang 1: hình của chữ ký Ky che phần lớn trang'];
  const sized = (rect: string, more: Objects = {}, earlier: Objects = {}) => effectsOf(signed('0 0 m S', more, rect), earlier);
  it('takes a quarter of its page at most', () => {
    expect(sized('0 0 400 300')).toEqual([]);
    expect(sized('0 0 401 300')).toEqual(large);
    expect(sized('-100 -100 400 300')).toEqual([]);
    expect(sized('300 500 700 900')).toEqual([]);
    const kid = (rect: string) => `<< /Subtype /Widget /Rect [${rect}] /AP << /N 22 0 R >> >>`;
    const both = (one: string, two: string, more: Objects = {}) =>
      effectsOf({
        20: '<< /FT /Sig /T (Ky) /V 21 0 R /Kids [23 0 R 24 0 R] >>',
        3: page('23 0 R 24 0 R'),
        22: look('0 0 m S'),
        23: kid(one),
        24: kid(two),
        ...more,
      });
    expect(both('0 0 200 300', '200 0 400 300')).toEqual([]);
    expect(both('0 0 200 300', '200 0 401 300')).toEqual(large);
    expect(both('0 0 200 300', '0 0 400 301', { 2: '<< /Kids [3 0 R 7 0 R] >>', 3: page('23 0 R'), 7: page('24 0 R') })).toEqual([
      'visible trang 2: hình của chữ ký Ky che phần lớn trang',
    ]);
  });
  it('of a page whose box is its own crop box, else its media box, or those above it', () => {
    const boxed =
      (box: string, above = '') =>
      (rect: string) =>
        sized(rect, { 2: `<< /Kids [3 0 R] ${above} >>`, 3: page('20 0 R', box) }).length;
    const quarter = (size: (rect: string) => number, edge: number) => [size(`0 0 ${edge} ${edge}`), size(`0 0 ${edge + 1} ${edge + 1}`)];
    expect(quarter(boxed('/MediaBox [0 0 400 400]'), 200)).toEqual([0, 1]);
    expect(quarter(boxed('/MediaBox [0 0 900 900] /CropBox [0 0 400 400]'), 200)).toEqual([0, 1]);
    expect(quarter(boxed('', '/MediaBox [0 0 400 400]'), 200)).toEqual([0, 1]);
    expect(quarter(boxed('/MediaBox [0 0 0 0]', '/MediaBox [0 0 400 400]'), 200)).toEqual([0, 1]);
    expect(quarter(boxed('', '/Parent 8 0 R'), 348)).toEqual([0, 1]);
    expect(quarter(boxed('', '/Parent 2 0 R'), 348)).toEqual([0, 1]);
  });
});

describe('paint over an earlier signature', () => {
  const earlier: Objects = {
    1: catalog('10 0 R'),
    3: page('10 0 R'),
    10: `<< ${widget('/V 11 0 R /AP << /N 12 0 R >>', '300 300 400 350').replace('(Ky)', '(First)')} >>`,
    11: '<< >>',
    12: look('0 0 m S'),
  };
  const over = ['visible trang 1: hình của chữ ký Ky che chữ ký trước'];
  const painted = (content: string, more: Objects = {}, before: Objects = {}) =>
    effectsOf(signed(content, more, '300 300 400 350'), { ...earlier, ...before });
  it('may hide half of its image', () => {
    expect(painted('0 0 50 50 re f')).toEqual([]);
    expect(painted('0 0 51 50 re f')).toEqual(over);
    expect(painted('0 0 m S')).toEqual([]);
    expect(painted('0 0 1 1 re f 0 0 51 50 re f')).toEqual(over);
    expect(effectsOf(signed('0 0 100 50 re f', {}, '350 300 450 350'), earlier)).toEqual([]);
    expect(effectsOf(signed('0 0 100 50 re f', {}, '349 300 449 350'), earlier)).toEqual(over);
  });
  it('of a field that was not signed hides nothing', () => {
    expect(painted('0 0 100 50 re f', {}, { 11: 'null' })).toEqual([]);
    expect(painted('0 0 100 50 re f', {}, { 12: look('') })).toEqual([]);
  });
  it('of another page hides nothing', () => {
    const two = { 2: '<< /Kids [3 0 R 7 0 R] >>', 7: page('', '/MediaBox [0 0 600 800]') };
    expect(painted('0 0 100 50 re f', { 3: page('10 0 R'), 7: page('20 0 R', '/MediaBox [0 0 600 800]') }, two)).toEqual([]);
  });
});

describe('paint over a scanned page', () => {
  const scan = { 4: stream('600 0 0 800 0 0 cm /Im Do') };
  const hidden = ['visible trang 1: hình của chữ ký Ky che nội dung trang'];
  it('takes a twentieth of the page at most', () => {
    // 5 % of 480 000 are 24 000.
    expect(effectsOf(signed('0 0 100 50 re f', {}, '0 0 240 100'), scan)).toEqual([]);
    expect(effectsOf(signed('0 0 100 50 re f', {}, '0 0 241 100'), scan)).toEqual(hidden);
    expect(effectsOf(signed('0 0 99 50 re f', {}, '0 0 241 100'), scan)).toEqual([]);
    expect(effectsOf(signed('0 0 1 1 re f 0 0 100 50 re f', {}, '0 0 241 100'), scan)).toEqual(hidden);
  });
  it('where the picture is', () => {
    const at = (matrix: string) => effectsOf(signed('0 0 100 50 re f', {}, '0 0 300 100'), { 4: stream(`${matrix} cm /Im Do`) });
    expect([at('240 0 0 100 0 0'), at('241 0 0 100 0 0'), at('600 0 0 700 0 100')]).toEqual([[], hidden, []]);
  });
  it('also where the page cannot be read', () => {
    expect(effectsOf(signed('0 0 100 50 re f', {}, '0 0 241 100'), { 4: stream('q )') })).toEqual(hidden);
    expect(effectsOf(signed('0 0 100 50 re f', {}, '0 0 240 100'), { 4: stream('q )') })).toEqual([]);
    expect(effectsOf(signed('0 0 100 50 re f', {}, '0 0 241 100'), { 4: stream('q Q') })).toEqual([]);
  });
});

describe('whose image it is', () => {
  const box = '0 0 100 50 re f';
  it('of a field that nobody signs may not be', () => {
    const unsigned = ['visible trang 1: ô chữ ký Ky chưa ký mà có hình hiển thị'];
    expect(effectsOf({ ...signed(box), 21: 'null' })).toEqual(unsigned);
    expect(effectsOf({ ...signed('0 0 m S'), 20: `<< ${widget('/AP << /N 22 0 R >>')} >>` })).toEqual(unsigned);
    // It is judged where it is signed, if it is.
    expect(effectsOf({ ...signed(box), 21: 'null' }, {}, { 21: '<< /A 1 >>' })).toEqual([]);
    expect(effectsOf({ ...signed(box), 21: 'null' }, {}, { 9: '(x)' })).toEqual(unsigned);
  });
  it('of a document timestamp may be in a field prepared for it', () => {
    const stamp = { 21: '<< /Type /DocTimeStamp >>' };
    const shown = 'trang 1: dấu thời gian Ky có hình hiển thị';
    expect(effectsOf({ ...signed('0 0 m S'), ...stamp })).toEqual([`visible ${shown}`]);
    const prepared = { 1: catalog('20 0 R'), 3: page('20 0 R'), 20: `<< ${widget()} >>` };
    expect(effectsOf({ ...signed('0 0 m S'), ...stamp }, prepared)).toEqual([`signature ${shown} (Ky)`]);
    expect(effectsOf({ ...signed(box), ...stamp }, prepared)).toEqual([`signature ${shown} (Ky)`, ...hides(1)]);
    expect(effectsOf({ ...signed('0 0 m S'), ...stamp }, { ...prepared, 20: `<< ${widget().replace('/Sig', '/Tx')} >>` })).toEqual([
      `visible ${shown}`,
    ]);
  });
  it('of a field as it was before is nothing new', () => {
    const before = { 1: catalog('20 0 R'), 3: page('20 0 R'), ...signed(box), 21: '<< >>' };
    expect(effectsOf({ 22: look('0 0 99 50 re f') }, before)).toEqual([]);
    // Signed anew, it hides what it was.
    const over = ['visible trang 1: hình của chữ ký Ky che chữ ký trước'];
    expect(effectsOf(signed(box), before)).toEqual(over);
    const kids = {
      20: '<< /FT /Sig /T (Ky) /V 21 0 R /Kids [23 0 R] >>',
      23: '<< /Rect [90 690 190 740] /AP << /N 22 0 R >> >>',
      22: look(box),
      3: page('23 0 R'),
    };
    expect(effectsOf({ 3: page('23 0 R'), 23: `${kids[23]} ` }, { ...before, ...kids })).toEqual(over);
    expect(effectsOf({ 3: page('23 0 R') }, { ...before, ...kids })).toEqual([]);
  });
  it('of another kind of field is not judged here', () => {
    expect(effectsOf({ ...signed(box), 20: `<< ${widget('/V 21 0 R /AP << /N 22 0 R >>').replace('/Sig', '/Tx')} >>` })).toEqual([]);
  });
});
