/** What an update did to the form, its fields, their looks and the lists of annotations, in words. */
import { describe, expect, it } from 'vitest';
import { type Objects, stream } from '../written.ts';
import { dict, documentStamp, formWith, look, pageWith, signature, signedForm, told, widgetWith } from './written.ts';

type Entries = Readonly<Record<string, string>>;
/** Name, what the update writes and what stood there besides `signedForm`, what is told. */
type Row = readonly [string, readonly [Objects, Objects?], readonly string[]];

const later = (objects: Objects, base: Objects = {}) => told({ ...signedForm, ...base }, objects);
const annots = (list: string): Objects => ({ 3: pageWith({ Annots: `[${list}]` }) });
const all = '10 0 R 11 0 R 12 0 R 13 0 R 16 0 R';
const fields = (list: string): Objects => ({ 7: formWith({ Fields: `[${list}]` }) });
const sigField = (name: string, more: Entries = {}): string =>
  dict({ Subtype: '/Widget', Rect: '[0 0 0 0]', FT: '/Sig', T: `(${name})`, ...more });
const two: Objects = { 2: '<< /Type /Pages /Kids [3 0 R 40 0 R] /Count 2 >>', 40: '<< /Type /Page /Parent 2 0 R >>' };
const dr = (inside: string, more: Entries = {}): Objects => ({ 7: formWith({ DR: `<< ${inside} >>`, ...more }) });
const ten = (more: Entries): Objects => ({
  10: widgetWith({ FT: '/Tx', T: '(Ten)', V: '(A)', AP: '<< /N 20 0 R >>', P: '3 0 R', ...more }),
});
const btn = (more: Entries): Objects => ({ 10: widgetWith({ FT: '/Btn', T: '(Nut)', AP: '<< /N 20 0 R >>', ...more }) });
const empty = (more: Entries): Objects => ({ 12: sigField('Trong', more) });
const don = (more: Entries): Objects => ({ 14: dict({ T: '(Don)', Kids: '[13 0 R]', ...more }) });

describe('the annotations of a page', () => {
  it.each<Row>([
    ['annots reordered', [annots('11 0 R 10 0 R 12 0 R 13 0 R 16 0 R')], ['annotation: trang 1: thứ tự chú thích bị đổi']],
    ['annots doubled', [annots(`${all} 10 0 R`)], ['annotation: trang 1: thứ tự chú thích bị đổi']],
    [
      'annots added stamp',
      [{ ...annots(`${all} 30 0 R`), 30: dict({ Subtype: '/Stamp', Rect: '[0 0 9 9]' }) }],
      ['annotation: trang 1: thêm chú thích'],
    ],
    ['annots added direct stamp', [annots(`${all} << /Subtype /Stamp >>`)], ['annotation: trang 1: thêm chú thích']],
    ['annots direct kept', [annots(`${all} << /Subtype /Stamp >>`), annots(`${all} << /Subtype /Stamp >>`)], []],
    [
      'annots direct kept, another',
      [annots(`${all} << /Subtype /Stamp /X 1 >>`), annots(`${all} << /Subtype /Stamp >>`)],
      ['annotation: trang 1: thêm chú thích', 'annotation: trang 1: xóa chú thích'],
    ],
    [
      'annots added widget',
      [{ ...annots(`${all} 30 0 R`), 30: dict({ Subtype: '/Widget', Rect: '[0 0 9 9]' }) }],
      ['visible: trang 1: thêm trường biểu mẫu'],
    ],
    ['annots added hole', [annots(`${all} 30 0 R`)], ['visible: trang 1: danh sách chú thích bị sửa']],
    ['annots added number', [annots(`${all} 7`)], ['visible: trang 1: danh sách chú thích bị sửa']],
    [
      'annots added field',
      [{ ...annots(`${all} 30 0 R`), 7: formWith({ Fields: '[10 0 R 11 0 R 12 0 R 14 0 R 30 0 R]' }), 30: sigField('Moi') }],
      ['signature: trang 1: thêm ô chữ ký [Moi]', 'signature: biểu mẫu: thêm trường chữ ký [Moi]'],
    ],
    [
      'annots added signed',
      [
        {
          ...annots(`${all} 30 0 R`),
          7: formWith({ Fields: '[10 0 R 11 0 R 12 0 R 14 0 R 30 0 R]' }),
          30: sigField('Moi', { V: '31 0 R' }),
          31: signature,
        },
      ],
      ['signature: trang 1: thêm ô chữ ký [Moi]', 'signature: biểu mẫu: thêm trường chữ ký [Moi]'],
    ],
    [
      'annots added stampts',
      [
        {
          ...annots(`${all} 30 0 R`),
          7: formWith({ Fields: '[10 0 R 11 0 R 12 0 R 14 0 R 30 0 R]' }),
          30: sigField('Moi', { V: '31 0 R' }),
          31: documentStamp,
        },
      ],
      ['validation: thêm dấu thời gian của văn bản'],
    ],
    ['annots removed stamp', [annots('10 0 R 11 0 R 12 0 R 13 0 R')], ['annotation: trang 1: xóa chú thích']],
    ['annots removed sig', [annots('10 0 R 12 0 R 13 0 R 16 0 R')], ['visible: trang 1: xóa chữ ký']],
    ['annots removed text', [annots('11 0 R 12 0 R 13 0 R 16 0 R')], ['annotation: trang 1: xóa chú thích']],
    ['annots removed hole', [annots(all), annots(`${all} 33 0 R`)], []],
    ['annots gone', [{ 3: pageWith({ Annots: 'null' }) }], ['annotation: trang 1: xóa chú thích', 'visible: trang 1: xóa chữ ký']],
    [
      'sig on second page',
      [{ 40: '<< /Type /Page /Parent 2 0 R /Annots [11 0 R] >>' }, two],
      ['visible: trang 2: hình của chữ ký ở trang khác được đưa sang'],
    ],
    [
      'list object changed',
      [
        { 50: `[${all} 30 0 R]`, 30: dict({ Subtype: '/Stamp' }) },
        { 3: pageWith({ Annots: '50 0 R' }), 50: `[${all}]` },
      ],
      ['annotation: trang 1: thêm chú thích'],
    ],
    [
      'list object to another gen',
      [annots('10 1 R 11 0 R 12 0 R 13 0 R 16 0 R')],
      ['visible: trang 1: thêm trường biểu mẫu', 'annotation: trang 1: xóa chú thích'],
    ],
  ])('%s', (_, [objects, base = {}], expected) => {
    expect(later(objects, base)).toEqual(expected);
  });
});

describe('the list of fields', () => {
  it.each<Row>([
    ['fields removed', [fields('10 0 R 11 0 R 12 0 R')], ['visible: biểu mẫu: xóa trường']],
    ['fields removed hole', [fields('10 0 R 11 0 R 12 0 R 14 0 R'), fields('10 0 R 11 0 R 12 0 R 14 0 R 60 0 R')], []],
    [
      'fields added text',
      [{ ...fields('10 0 R 11 0 R 12 0 R 14 0 R 30 0 R'), 30: dict({ FT: '/Tx', T: '(X)' }) }],
      ['visible: biểu mẫu: thêm trường'],
    ],
    [
      'fields added sig',
      [{ ...fields('10 0 R 11 0 R 12 0 R 14 0 R 30 0 R'), 30: sigField('Moi') }],
      ['signature: biểu mẫu: thêm trường chữ ký [Moi]'],
    ],
    ['fields reordered', [fields('11 0 R 10 0 R 12 0 R 14 0 R')], []],
    [
      'fields own obj',
      [{ 60: '[10 0 R 11 0 R 12 0 R]' }, { 7: formWith({ Fields: '60 0 R' }), 60: '[10 0 R 11 0 R 12 0 R 14 0 R]' }],
      ['visible: biểu mẫu: xóa trường'],
    ],
    [
      'fields group of sigs',
      [
        {
          ...fields('10 0 R 11 0 R 12 0 R 14 0 R 30 0 R'),
          30: dict({ T: '(N)', Kids: '[31 0 R 32 0 R]' }),
          31: dict({ FT: '/Sig', T: '(a)', Parent: '30 0 R' }),
          32: dict({ FT: '/Sig', T: '(b)', Parent: '30 0 R', V: '33 0 R' }),
          33: documentStamp,
        },
      ],
      ['signature: biểu mẫu: thêm trường chữ ký [N.a]', 'validation: thêm dấu thời gian của văn bản'],
    ],
    [
      'fields group mixed',
      [
        {
          ...fields('10 0 R 11 0 R 12 0 R 14 0 R 30 0 R'),
          30: dict({ T: '(N)', Kids: '[31 0 R 32 0 R]' }),
          31: dict({ FT: '/Sig', T: '(a)', Parent: '30 0 R' }),
          32: dict({ FT: '/Tx', T: '(b)', Parent: '30 0 R' }),
        },
      ],
      ['visible: biểu mẫu: thêm trường'],
    ],
    [
      'sig as stream',
      [{ ...fields('10 0 R 11 0 R 12 0 R 14 0 R 30 0 R'), 30: stream('x', '/FT /Sig /T (x)') }],
      ['visible: biểu mẫu: thêm trường'],
    ],
    [
      'group sig AA',
      [
        {
          ...fields('10 0 R 11 0 R 12 0 R 14 0 R 30 0 R'),
          30: dict({ T: '(N)', AA: '<< >>', Kids: '[31 0 R]' }),
          31: dict({ FT: '/Sig', T: '(a)', Parent: '30 0 R' }),
        },
      ],
      ['visible: biểu mẫu: thêm trường'],
    ],
    [
      'group sig A in kid',
      [
        {
          ...fields('10 0 R 11 0 R 12 0 R 14 0 R 30 0 R'),
          30: dict({ T: '(N)', Kids: '[31 0 R]' }),
          31: dict({ FT: '/Sig', T: '(a)', A: '<< >>', Parent: '30 0 R' }),
        },
      ],
      ['visible: biểu mẫu: thêm trường'],
    ],
    [
      'group sig AA in kid',
      [
        {
          ...fields('10 0 R 11 0 R 12 0 R 14 0 R 30 0 R'),
          30: dict({ T: '(N)', Kids: '[31 0 R]' }),
          31: dict({ FT: '/Sig', T: '(a)', AA: '<< >>', Parent: '30 0 R' }),
        },
      ],
      ['visible: biểu mẫu: thêm trường'],
    ],
  ])('%s', (_, [objects, base = {}], expected) => {
    expect(later(objects, base)).toEqual(expected);
  });
});

describe('a field that says it were a signature', () => {
  it.each<readonly [string, Entries, string]>([
    ['and runs something', { AA: '<< >>' }, 'visible: biểu mẫu: thêm trường'],
    ['and does something', { A: '<< >>' }, 'visible: biểu mẫu: thêm trường'],
    ['and is a stamp', { Subtype: '/Stamp' }, 'visible: biểu mẫu: thêm trường'],
    ['and is no annotation', { Subtype: 'null' }, 'signature: biểu mẫu: thêm trường chữ ký [Moi]'],
  ])('%s', (_, more, expected) => {
    expect(later({ ...fields('10 0 R 11 0 R 12 0 R 14 0 R 30 0 R'), 30: sigField('Moi', more) })).toEqual([expected]);
  });
});

describe('a key of the form', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['XFA', '(x)', ['visible: biểu mẫu XFA bị thêm hoặc sửa']],
    ['CO', '[]', ['visible: biểu mẫu: thuộc tính CO bị sửa']],
    ['Q', '1', ['visible: biểu mẫu: thuộc tính Q bị sửa']],
    ['SigFlags', '1', []],
    ['DA', '(x)', []],
    ['NeedAppearances', 'true', ['form: biểu mẫu: yêu cầu vẽ lại các trường [*]']],
    ['NeedAppearances', 'false', []],
  ])('%s %s', (key, value, expected) => {
    expect(later({ 7: formWith({ [key]: value }) })).toEqual(expected);
  });
  it('DA counts where readers draw anew', () => {
    const anew = { 7: formWith({ NeedAppearances: 'true' }) };
    expect(later({ 7: formWith({ NeedAppearances: 'true', DA: '(x)' }) }, anew)).toEqual(['form: biểu mẫu: yêu cầu vẽ lại các trường [*]']);
  });
});

describe('the default resources', () => {
  it.each<Row>([
    ['DR comes', [dr('/Font << /Helv 4 0 R >>')], []],
    [
      'DR font changed',
      [dr('/Font << /Helv 6 0 R >>'), dr('/Font << /Helv 4 0 R >>')],
      ['visible: biểu mẫu: phông chữ hoặc tài nguyên bị sửa'],
    ],
    ['DR font gone', [dr(''), dr('/Font << /Helv 4 0 R >>')], ['visible: biểu mẫu: phông chữ hoặc tài nguyên bị sửa']],
    ['DR xobject FRM replaced', [dr('/XObject << /FRM 21 0 R >>'), dr('/XObject << /FRM 20 0 R >>')], []],
    ['DR array same', [dr('/ProcSet [/PDF]'), dr('/ProcSet [/PDF]')], []],
    ['DR array changed', [dr('/ProcSet [/Text]'), dr('/ProcSet [/PDF]')], ['visible: biểu mẫu: phông chữ hoặc tài nguyên bị sửa']],
    ['DR array comes', [dr('/ProcSet [/Text]'), dr('')], ['visible: biểu mẫu: phông chữ hoặc tài nguyên bị sửa']],
    ['DR array to dict', [dr('/ProcSet << >>'), dr('/ProcSet [/PDF]')], ['visible: biểu mẫu: phông chữ hoặc tài nguyên bị sửa']],
    [
      'DR borrowed',
      [dr('/Font << /Helv 6 0 R >>'), { 20: look('BT /Helv 9 Tf (A) Tj ET') }],
      ['visible: biểu mẫu: phông chữ hoặc tài nguyên bị sửa'],
    ],
    [
      'DR borrowed own',
      [dr('/Font << /Helv 6 0 R >>'), { 20: look('BT /Helv 9 Tf (A) Tj ET', '/Resources << /Font << /Helv 4 0 R >> >>') }],
      [],
    ],
    ['DR not borrowed other', [dr('/Font << /Other 6 0 R >>'), { 20: look('BT /Helv 9 Tf (A) Tj ET') }], []],
    [
      'DR borrowed undecodable',
      [dr('/Font << /Other 6 0 R >>'), { 20: look('xx', '/Filter /DCTDecode') }],
      ['visible: biểu mẫu: phông chữ hoặc tài nguyên bị sửa'],
    ],
    ['DR empty stream', [dr('/Font << /Other 6 0 R >>'), { 20: look('', '/Filter /DCTDecode') }], []],
    [
      'DR fonts anew asked form',
      [dr('/Font << /Helv 4 0 R >>', { NeedAppearances: 'true' }), { 7: formWith({ NeedAppearances: 'true' }) }],
      ['form: biểu mẫu: yêu cầu vẽ lại các trường [*]'],
    ],
    [
      'DR fonts anew asked field',
      [
        dr('/Font << /Cour 4 0 R >>', { NeedAppearances: 'true' }),
        { 7: formWith({ NeedAppearances: 'true' }), 10: widgetWith({ FT: '/Tx', T: '(Ten)', DA: '(/Cour 9 Tf)' }) },
      ],
      ['form: biểu mẫu: yêu cầu vẽ lại các trường [*]'],
    ],
    [
      'DR fonts anew not asked',
      [dr('/Font << /Cour 4 0 R >>', { NeedAppearances: 'true' }), { 7: formWith({ NeedAppearances: 'true' }) }],
      [],
    ],
    ['DR fonts not anew', [dr('/Font << /Helv 4 0 R >>'), {}], []],
  ])('%s', (_, [objects, base = {}], expected) => {
    expect(later(objects, base)).toEqual(expected);
  });
});

describe('a text field', () => {
  it.each(['V (B)', 'AP << /N 21 0 R >>', 'AS /On', 'M (x)', 'MK << >>', 'I [0]', 'RV (x)', 'DA (x)'])('is filled in by %s', (entry) => {
    const [, key = '', value = ''] = /^(\S+) (.*)$/.exec(entry) ?? [];
    expect(later(ten({ [key]: value }))).toEqual(['form: điền trường Ten [Ten]']);
  });
  it.each(['Rect', 'F', 'Ff', 'T', 'FT', 'AA', 'Q', 'Kids', 'Parent', 'MaxLen'])('is more than filled in by %s', (key) => {
    expect(later(ten({ [key]: '[1]' }))).toEqual([`visible: trường Ten bị sửa (${key})`]);
  });
});

describe('an empty signature field', () => {
  it.each(['AP', 'AS', 'F', 'M', 'MK', 'DA', 'DR', 'Q', 'Lock', 'P'])('may get %s when it is signed', (key) => {
    expect(later(empty({ [key]: '[1]', V: '15 0 R' }))).toEqual(['signature: ký vào ô Trong [Trong]']);
  });
  it.each(['Rect', 'T', 'Ff', 'SV', 'AA', 'Subtype'])('may not get another %s', (key) => {
    expect(later(empty({ [key]: '[1]', V: '15 0 R' }))).toEqual(['visible: chữ ký Trong bị sửa hoặc xóa']);
  });
});

describe('a key of a group of fields', () => {
  it.each<readonly [string, string, string]>([
    ['V', '(X)', 'form: điền trường Don.Vi [Don.Vi]'],
    ['Kids', '[]', 'visible: biểu mẫu: xóa trường'],
    ['Ff', '1', 'visible: biểu mẫu: nhóm trường bị sửa (Ff)'],
    ['T', '(Khac)', 'visible: biểu mẫu: nhóm trường bị sửa (T)'],
    ['FT', '/Tx', 'visible: biểu mẫu: nhóm trường bị sửa (FT)'],
    ['DA', '(x)', 'visible: biểu mẫu: nhóm trường bị sửa (DA)'],
  ])('%s %s', (key, value, expected) => {
    expect(later(don({ [key]: value }))).toEqual([expected]);
  });
});

describe('fields', () => {
  it.each<Row>([
    ['text V and Rect and F', [ten({ V: '(B)', Rect: '[0 0 9 9]', F: '2' })], ['visible: trường Ten bị sửa (Rect, V, F)']],
    ['text same', [ten({})], []],
    ['nameless', [{ 10: widgetWith({ FT: '/Tx', V: '(B)' }) }, { 10: widgetWith({ FT: '/Tx', V: '(A)' }) }], ['form: điền trường []']],
    ['nameless other', [{ 10: widgetWith({ FT: '/Tx', Q: '(B)' }) }, { 10: widgetWith({ FT: '/Tx' }) }], ['visible: trường bị sửa (Q)']],
    ['check box', [btn({ AS: '/On' }), btn({})], ['form: điền trường Nut [Nut]']],
    ['check box Ff', [btn({ AS: '/On', Ff: '32768' }), btn({ Ff: '32768' })], ['form: điền trường Nut [Nut]']],
    ['push', [btn({ AS: '/On', Ff: '65536' }), btn({ Ff: '65536' })], ['visible: trường Nut bị sửa (AS)']],
    ['text pushflag', [ten({ Ff: '65536', V: '(B)' }), ten({ Ff: '65536' })], ['form: điền trường Ten [Ten]']],
    ['empty sig signed', [{ ...empty({ V: '30 0 R' }), 30: signature }], ['signature: ký vào ô Trong [Trong]']],
    ['empty sig stamped', [{ ...empty({ V: '30 0 R' }), 30: documentStamp }], ['validation: thêm dấu thời gian của văn bản']],
    ['empty sig prepared', [empty({ F: '132' })], ['signature: ký vào ô Trong [Trong]']],
    [
      'signed changed',
      [{ 11: widgetWith({ FT: '/Sig', T: '(Ky)', V: '15 0 R', AP: '<< /N 21 0 R >>', F: '4' }) }],
      ['visible: chữ ký Ky bị sửa hoặc xóa'],
    ],
    ['signed value gone', [{ 11: widgetWith({ FT: '/Sig', T: '(Ky)' }) }], ['visible: chữ ký Ky bị sửa hoặc xóa']],
    [
      'signed nameless',
      [{ 11: widgetWith({ FT: '/Sig' }) }, { 11: widgetWith({ FT: '/Sig', V: '15 0 R' }) }],
      ['visible: chữ ký bị sửa hoặc xóa'],
    ],
    ['value object changed', [{ 15: signature.replace('00', '01') }], ['visible: đối tượng 15 của biểu mẫu hoặc chú thích bị sửa']],
    [
      'group sig V',
      [
        { 14: dict({ T: '(N)', Kids: '[13 0 R]', V: '15 0 R' }) },
        { 14: dict({ T: '(N)', Kids: '[13 0 R]' }), 13: widgetWith({ FT: '/Sig', T: '(Vi)', Parent: '14 0 R' }) },
      ],
      ['visible: biểu mẫu: nhóm trường bị sửa (V)'],
    ],
    [
      'group gains sig',
      [{ 14: dict({ T: '(Don)', Kids: '[13 0 R 30 0 R]' }), 30: dict({ FT: '/Sig', T: '(K)', Parent: '14 0 R' }) }],
      ['signature: biểu mẫu: thêm trường chữ ký [Don.K]'],
    ],
  ])('%s', (_, [objects, base = {}], expected) => {
    expect(later(objects, base)).toEqual(expected);
  });
});

describe('what only the form and annotations hold', () => {
  it.each<Row>([
    ['look of text', [{ 20: look('BT (B) Tj ET') }], ['form: điền trường Ten [Ten]']],
    ['look of sig', [{ 21: look('BT (B) Tj ET') }], ['visible: hình hiển thị của chữ ký Ky bị sửa']],
    ['look of nested', [{ 22: look('BT (B) Tj ET') }], ['form: điền trường Don.Vi [Don.Vi]']],
    ['look of stamp', [{ 23: look('BT (B) Tj ET') }], ['annotation: hình hiển thị của chú thích bị sửa']],
    [
      'stamp',
      [{ 16: dict({ Subtype: '/Stamp', Rect: '[0 0 999 29]', AP: '<< /N 23 0 R >>' }) }],
      ['annotation: trang 1: chú thích bị sửa'],
    ],
    [
      'resource of look',
      [{ 24: '<< /Font << >> /X 1 >>' }, { 20: look('x', '/Resources 24 0 R'), 24: '<< /Font << >> >>' }],
      ['visible: đối tượng 24 của biểu mẫu hoặc chú thích bị sửa'],
    ],
    ['look of push', [{ 20: look('x') }, btn({ Ff: '65536' })], ['visible: hình của nút Nut bị sửa']],
    ['look of empty sig', [{ 25: look('x') }, { ...empty({ AP: '<< /N 25 0 R >>' }), 25: look('y') }], []],
    [
      'look of nameless sig',
      [{ 21: look('x') }, { 11: widgetWith({ FT: '/Sig', V: '15 0 R', AP: '<< /N 21 0 R >>' }) }],
      ['visible: hình hiển thị của chữ ký bị sửa'],
    ],
    ['look of nameless text', [{ 20: look('x') }, { 10: widgetWith({ FT: '/Tx', AP: '<< /N 20 0 R >>' }) }], ['form: điền trường []']],
    [
      'look of state',
      [{ 20: look('x') }, { 10: widgetWith({ FT: '/Btn', T: '(O)', AP: '<< /N << /On 20 0 R >> >>' }) }],
      ['form: điền trường O [O]'],
    ],
    [
      'ap itself',
      [{ 26: '<< /N 21 0 R >>' }, { 10: widgetWith({ FT: '/Tx', T: '(O)', AP: '26 0 R' }), 26: '<< /N 20 0 R >>' }],
      ['form: điền trường O [O]'],
    ],
    [
      'stamp hole filled',
      [{ 29: look('x') }, { 16: dict({ Subtype: '/Stamp', AP: '<< /N 29 0 R >>' }) }],
      ['annotation: hình hiển thị của chú thích bị sửa'],
    ],
  ])('%s', (_, [objects, base = {}], expected) => {
    expect(later(objects, base)).toEqual(expected);
  });
});
