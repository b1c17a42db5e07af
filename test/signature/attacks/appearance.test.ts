/** What a later signature paints: the seal over a third of the name is the law, a white box over a sum is not. */
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogBody, makePdf, pageBody, revisePdf, streamBody } from '../../../src/demo/pdf.ts';
import { signPdf } from '../../../src/demo/pdf-sign.ts';
import { type Kit, makeKit, now, outcomeOf } from '../kit.ts';
import { form, latin, type Shape, signAs } from './makers.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

const changed = 'invalid/changed-after-signing';
const sound = 'undetermined/revocation-unknown';
/** The letter's only line of text stands at 72 700, twelve points high. */
const overText = '60 690 460 720';
const aside = '60 500 260 560';

const signedAgain = (more: Partial<Shape>) =>
  kit.verify(signAs(signAs(kit.letter(), { party: kit.person }), { party: kit.agency, rect: overText, ...more }));
const firstChanges = (more: Partial<Shape>) => signedAgain(more).signatures[0]?.laterChanges.map((one) => `${one.class} ${one.what}`);

const image = (dictionary: string, samples: Uint8Array) =>
  streamBody(`/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8 ${dictionary}`, samples);
const withImage = (mask: Uint8Array | null) => {
  const base = signAs(kit.letter(), { party: kit.person });
  const [picture, soft] = [base.size + 3, base.size + 4];
  const appearance = form('q 200 0 0 60 0 0 cm /Im Do Q', `/Resources << /XObject << /Im ${picture} 0 R >> >>`);
  // The picture comes in the same revision: the letter keeps its numbers free for it.
  const prepared = revisePdf(kit.letter(), [
    { number: picture, body: image(mask === null ? '' : `/SMask ${soft} 0 R`, Buffer.alloc(4, 255)) },
    ...(mask === null ? [] : [{ number: soft, body: image('', mask) }]),
  ]).pdf;
  const first = signAs({ ...prepared, size: 6 }, { party: kit.person });
  return kit.verify(signAs(first, { party: kit.agency, rect: overText, appearance }));
};

/** The later signature shows one picture, with a soft mask or none. */
const withPicture = (dictionary: string, samples: string, soft: Uint8Array | null = null) => {
  const base = signAs(kit.letter(), { party: kit.person });
  const [picture, mask] = [base.size + 3, base.size + 4];
  const appearance = form('1 g q 200 0 0 60 0 0 cm /Im Do Q', `/Resources << /XObject << /Im ${picture} 0 R >> >>`);
  const masked = soft === null ? dictionary : `${dictionary} /SMask ${mask} 0 R`;
  const body = streamBody(`/Type /XObject /Subtype /Image /Width 2 /Height 2 ${masked}`, latin(samples));
  const prepared = revisePdf(kit.letter(), [{ number: picture, body }, ...(soft === null ? [] : [{ number: mask, body: soft }])]).pdf;
  const first = signAs({ ...prepared, size: 6 }, { party: kit.person });
  return kit.verify(signAs(first, { party: kit.agency, rect: overText, appearance }));
};

describe('a later signature whose image hides text', () => {
  it.each([
    ['a white box with a new sum', '1 g 0 0 200 60 re f 0 g BT /F1 12 Tf 20 20 Td (9.000.000 dong) Tj ET'],
    ['the same as a path of four lines', '1 g 0 0 m 200 0 l 200 60 l 0 60 l f'],
    ['the same inside saved states', 'q q 1 g 1 0 0 1 0 0 cm 0 0 200 60 re b* Q Q'],
    ['an inline image', 'q 200 0 0 60 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \xff EI Q'],
    ['a shading', 'q 0 0 200 60 re W n /Sh1 sh Q'],
    ['a line as broad as the text', '1 G 40 w 0 30 m 200 30 l S'],
    ['a line across', '1 G 30 w 0 0 m 200 60 l S'],
    [
      'small shapes laid like tiles',
      Array.from(
        { length: 20 },
        (_, i) => `1 g ${i * 10} 0 m ${i * 10 + 5} 0 l ${i * 10 + 10} 0 l ${i * 10 + 10} 60 l ${i * 10 + 5} 60 l ${i * 10} 60 l f`,
      ).join(' '),
    ],
    ['white text of signs like blocks', '1 g BT /F9 40 Tf 0 5 Td (nnnnn) Tj ET'],
    ['white outlines of text', '1 G 9 w BT /F9 40 Tf 1 Tr 0 5 Td (nnnnn) Tj ET'],
  ])('%s', (_, content) => {
    const proof = signedAgain({ appearance: form(content) });
    expect(outcomeOf(proof)).toBe(changed);
    expect(proof.signatures[0]?.laterChanges.map((one) => one.what).join()).toMatch(/trang 1: hình của chữ ký Ky2 che \d+ ký tự của trang/);
    // The one who paints is not the one who was wronged.
    expect(proof.signatures[1]?.reason).toBe('revocation-unknown');
  });

  it('a box in a form within the form, turned by its matrix', () => {
    const appearance = streamBody('/Type /XObject /Subtype /Form /BBox [0 0 60 200] /Matrix [0 1 -1 0 0 0]', latin('1 g 0 0 60 200 re f'));
    expect(outcomeOf(signedAgain({ appearance }))).toBe(changed);
  });

  it('an image without a mask, or with one that lets nothing through', () => {
    expect(outcomeOf(withImage(null))).toBe(changed);
    expect(outcomeOf(withImage(Buffer.alloc(4, 255)))).toBe(changed);
  });

  it('thin paint in many layers, and white paint mixed so that it whitens', () => {
    const states = '/Resources << /ExtGState << /G << /ca 0.4 >> /S << /BM /Screen >> /L << /BM [/Lighten /Multiply] >> >> >>';
    const boxes = (state: string, count: number) => form(`/${state} gs 1 g ${'0 0 200 60 re f '.repeat(count)}`, states);
    expect(outcomeOf(signedAgain({ appearance: boxes('G', 20) }))).toBe(changed);
    expect(outcomeOf(signedAgain({ appearance: boxes('S', 1) }))).toBe(changed);
    expect(outcomeOf(signedAgain({ appearance: boxes('L', 1) }))).toBe(changed);
  });

  it('a drawn font (Type 3), whatever its signs look like', () => {
    const font =
      '/Resources << /Font << /F9 << /Type /Font /Subtype /Type3 /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 32 /Widths [500] >> >> >>';
    expect(outcomeOf(signedAgain({ appearance: form('BT /F9 40 Tf ( ) Tj ET', font) }))).toBe(changed);
  });

  it.each([
    ['a stencil that paints everywhere', 1, '/ImageMask true /BitsPerComponent 1', '\0\0'],
    ['a colour left out that it has not', 1, '/ColorSpace /DeviceGray /BitsPerComponent 8 /Mask [0 9]', '\xff\xff\xff\xff'],
    ['a colour left out of data we cannot read', 1, '/ColorSpace /DeviceGray /BitsPerComponent 8 /Mask [0 9] /Filter /DCTDecode', 'x'],
  ])('an image: %s', (_, __, dictionary, samples) => {
    expect(outcomeOf(withPicture(dictionary, samples))).toBe(changed);
  });

  it('a mask of one bit, one turned round, one that cannot be read, one that shows a white patch only', () => {
    const gray = '/ColorSpace /DeviceGray /BitsPerComponent 8';
    const soft = (dictionary: string, samples: string) =>
      outcomeOf(
        withPicture(
          gray,
          '\xff\xff\xff\xff',
          streamBody(`/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray ${dictionary}`, latin(samples)),
        ),
      );
    expect(soft('/BitsPerComponent 1', '\xc0\xc0')).toBe(changed);
    expect(soft('/BitsPerComponent 8 /Decode [1 0]', '\0\0\0\0')).toBe(changed);
    expect(soft('/BitsPerComponent 8 /Filter /DCTDecode', 'x')).toBe(changed);
    expect(soft('/BitsPerComponent 8', '\xff\0\xff\0')).toBe(changed);
    expect(soft('/BitsPerComponent 8', '\0\0\0\0')).toBe(sound);
  });

  it('very much fine paint over very much fine print, in little time', () => {
    const print = makePdf(`BT /F1 2 Tf 60 695 Td ${`(${'a'.repeat(77)}) Tj 0 0 Td `.repeat(2000)} ET`);
    const first = signAs(print, { party: kit.person });
    const over = (content: string) => {
      const more = '/Resources << /ExtGState << /G << /ca 0.4 >> >> >>';
      const begun = performance.now();
      const proof = kit.verify(signAs(first, { party: kit.agency, rect: overText, appearance: form(content, more) }));
      return [outcomeOf(proof), performance.now() - begun < 5_000];
    };
    const dots = Array.from({ length: 3900 }, (_, i) => `${i % 7} 0 1 1 re f`).join(' ');
    expect(over(`/G gs ${dots}`)).toEqual([changed, true]);
    expect(over(`5 w ${'0 0 m 200 60 l S '.repeat(20_000)}`)).toEqual([changed, true]);
  });

  it('an appearance that we cannot read, but others may', () => {
    expect(outcomeOf(signedAgain({ appearance: form(') 1 g 0 0 200 60 re f') }))).toBe(changed);
  });

  it('one that takes a large part of the page', () => {
    expect(firstChanges({ rect: '0 0 595 400', appearance: form('0 0 m 9 9 l S') })).toContain(
      'visible trang 1: hình của chữ ký Ky2 che phần lớn trang',
    );
  });

  it('one that lies over an earlier image and hides it', () => {
    const first = signAs(kit.letter(), { party: kit.person, rect: aside, appearance: form('BT /F1 9 Tf (Nguyen Van A) Tj ET') });
    const over = (content: string, rect: string) =>
      outcomeOf(kit.verify(signAs(first, { party: kit.agency, rect, appearance: form(content) })));
    expect(over('1 g 0 0 200 60 re f', aside)).toBe(changed);
    // The red seal over a third of it, to the left (annex I of NĐ 30/2020), and a clear one over all of it.
    expect(over('1 0 0 RG 0 0 200 60 re S', '20 490 127 570')).toBe(sound);
    expect(over('1 0 0 RG 0 0 200 60 re S', aside)).toBe(sound);
  });
});

describe('a later signature that hides nothing', () => {
  it.each([
    ['lines and text over the text', overText, '1 0 0 RG 2 w 5 5 190 50 re S BT /F1 8 Tf 10 10 Td (DEN 20/11/2026) Tj ET'],
    ['a white box beside the text', aside, '1 g 0 0 200 60 re f'],
    ['a small star over the text', overText, '1 0 0 rg 100 30 m 104 40 l 110 30 l 102 24 l 106 20 l 100 26 l f'],
    ['nothing at all', overText, '% DSBlank\n'],
    ['white text on a box of its own beside the text', aside, '0 0 1 rg 0 0 200 60 re f 1 g BT /F1 9 Tf (DA KY) Tj ET'],
    ['lines and curves of a vector seal', overText, '1 0 0 RG 2 w 20 0 m 40 0 60 20 60 30 c 60 50 40 60 20 60 c S'],
  ])('%s', (_, rect, content) => {
    expect(outcomeOf(signedAgain({ rect, appearance: form(content) }))).toBe(sound);
  });

  it('a box that lets the text through', () => {
    const clear = '/Resources << /ExtGState << /G << /ca 0.2 >> /M << /BM /Multiply >> >> >>';
    expect(outcomeOf(signedAgain({ appearance: form('/G gs 1 0 0 rg 0 0 200 60 re f', clear) }))).toBe(sound);
    expect(outcomeOf(signedAgain({ appearance: form('/M gs 1 0 0 rg 0 0 200 60 re f', clear) }))).toBe(sound);
  });

  it('a seal: an image whose mask lets most of the page through', () => {
    expect(outcomeOf(withImage(Buffer.from([255, 0, 0, 0])))).toBe(sound);
  });

  it('the incoming stamp of the recipient and the seals of person and agency, one after the other', () => {
    const visible = (x: number, y: number, lines: readonly string[]) => ({ visible: { x, y, width: 160, height: 60, lines } });
    const person = signPdf(kit.letter(), { party: kit.person, at: now, ...visible(350, 150, ['Nguyen Van A']) });
    const agency = signPdf(person, { party: kit.agency, at: now, ...visible(300, 150, ['So Noi vu']) });
    const stamped = signPdf(agency, { party: kit.person, at: now, ...visible(40, 760, ['DEN so 12', '20/11/2026']) });
    expect(outcomeOf(kit.verify(stamped))).toBe(sound);
    expect(kit.verify(stamped).signatures[0]?.laterChanges.every((one) => one.class === 'signature')).toBe(true);
  });
});

describe('a field that nobody signs', () => {
  const added = (appearance: Uint8Array | null, more = '') => {
    const pdf = kit.signed();
    const field = pdf.size;
    const look = appearance === null ? '' : `/AP << /N ${field + 1} 0 R >>`;
    return revisePdf(
      pdf,
      [
        { number: 1, body: catalogBody([...pdf.fields, field]) },
        { number: 3, body: pageBody([...pdf.fields, field], false) },
        { number: field, body: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (X) /Rect [${overText}] ${look} ${more} >>` },
        ...(appearance === null ? [] : [{ number: field + 1, body: appearance }]),
      ],
      [...pdf.fields, field],
    ).pdf;
  };

  it('may be added empty', () => {
    expect(outcomeOf(kit.verify(added(null)))).toBe(sound);
    expect(outcomeOf(kit.verify(added(form(' \n'))))).toBe(sound);
  });
  it('may not paint (evil annotation, sneaky signature)', () => {
    const proof = kit.verify(added(form('BT /F1 12 Tf (9.000.000 dong) Tj ET')));
    expect(outcomeOf(proof)).toBe(changed);
    expect(proof.signatures[0]?.laterChanges.map((one) => one.what)).toContain('trang 1: ô chữ ký X chưa ký mà có hình hiển thị');
  });
  it('may not have two images, of which readers choose', () => {
    const pdf = added(form('1 g 0 0 200 60 re f'), '/AP << /N 50 0 R >>');
    expect(outcomeOf(kit.verify(pdf))).toBe(changed);
  });
  it('may not act', () => {
    expect(outcomeOf(kit.verify(added(null, '/AA << /E << /S /JavaScript /JS (x) >> >>')))).toBe(changed);
    expect(outcomeOf(kit.verify(added(null, '/A << /S /URI /URI (http://x) >>')))).toBe(changed);
  });
  it('may not be another kind of annotation', () => {
    const pdf = added(form('1 g 0 0 200 60 re f'));
    expect(
      outcomeOf(
        kit.verify(
          Buffer.from(
            Buffer.from(pdf.bytes).toString('latin1').replaceAll('/Subtype /Widget /FT /Sig /T (X)', '/Subtype /Stamp  /FT /Sig /T (X)'),
            'latin1',
          ),
        ),
      ),
    ).toBe(changed);
  });
});
