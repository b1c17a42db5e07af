/** What an update can do to a form, its images and the structure tree without touching a value or a page. */
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogBody, type Pdf, type PdfObject, pageBody, revisePdf } from '../../../src/demo/pdf.ts';
import { verifyPdf } from '../../../src/signature/pdf/verify.ts';
import { type Kit, makeKit, outcomeOf } from '../kit.ts';
import { form, signAs } from './makers.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

const changed = 'invalid/changed-after-signing';
const sound = 'undetermined/revocation-unknown';
const later = (pdf: Pdf, objects: readonly PdfObject[]): string => outcomeOf(kit.verify(revisePdf(pdf, objects).pdf));

describe('a form whose fields readers draw anew from their values', () => {
  const text = 20;
  const font = (name: string) => `/${name} << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>`;
  const formWith = (needs: boolean, colour: string, fonts: string) =>
    `${needs ? '/NeedAppearances true ' : ''}/DA (/Helv 12 Tf ${colour}) /DR << /Font << ${fonts} >> >>`;
  const signed = (needs: boolean): Pdf => {
    const field = '<< /Type /Annot /Subtype /Widget /FT /Tx /T (SoTien) /V (1.000.000) /Rect [60 600 260 620] /P 3 0 R >>';
    const prepared = revisePdf(kit.letter(), [{ number: text, body: field }]).pdf;
    return signAs(prepared, { party: kit.agency, others: [text], form: formWith(needs, '0 g', '') });
  };
  const withForm = (needs: boolean, colour: string, fonts: string): string => {
    const pdf = signed(needs);
    const catalog = catalogBody(pdf.fields).replace('/SigFlags 3', `/SigFlags 3 ${formWith(needs, colour, fonts)}`);
    return later(pdf, [{ number: 1, body: catalog }]);
  };

  it('may not have their default colour or font changed', () => {
    expect(withForm(true, '0 g', '')).toBe(sound);
    expect(withForm(true, '1 g', '')).toBe(changed);
    expect(withForm(true, '0 g', font('Helv'))).toBe(changed);
  });
  it('may gain a font that no field asks for, and readers that keep the images care for neither', () => {
    expect(withForm(true, '0 g', font('SigFont'))).toBe(sound);
    expect(withForm(false, '1 g', font('Helv'))).toBe(sound);
  });
});

describe('the image of a signature', () => {
  it('may not be shown on another page too', () => {
    const second = [
      { number: 2, body: '<< /Type /Pages /Kids [3 0 R 30 0 R] /Count 2 >>' },
      { number: 30, body: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>' },
    ];
    const pdf = signAs(revisePdf(kit.letter(), second).pdf, {
      party: kit.agency,
      rect: '60 500 260 560',
      appearance: form('0 0 9 9 re S'),
    });
    const page = (annots: string) => [{ number: 30, body: `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] ${annots} >>` }];
    expect(later(pdf, page(''))).toBe(sound);
    expect(later(pdf, page(`/Annots [${pdf.fields[0]} 0 R]`))).toBe(changed);
  });
  it('may be put on its page by the one who signs an empty field', () => {
    const field = 20;
    const prepared = revisePdf(kit.letter(), [
      { number: field, body: '<< /Type /Annot /Subtype /Widget /FT /Sig /T (Sau) /Rect [0 0 0 0] /P 3 0 R >>' },
    ]).pdf;
    const pdf = signAs(prepared, {
      party: kit.agency,
      others: [field],
      page: (body) => body.replace(`/Annots [${field} 0 R`, '/Annots ['),
    });
    // Not for the other judges: pyHanko finds no reason to write the page anew.
    const { bytes } = revisePdf(pdf, [
      {
        number: 3,
        body: pageBody(pdf.fields, false).replace(`[${field} 0 R ${pdf.fields[1]} 0 R]`, `[${pdf.fields[1]} 0 R ${field} 0 R]`),
      },
    ]).pdf;
    const file = {
      size: bytes.length,
      read: (offset: number, length: number) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
    };
    expect(outcomeOf(verifyPdf(file, kit.context))).toBe(sound);
  });
});

it('annotations may not change their order, nor stand twice: the later one is painted over the other', () => {
  const marks = [
    { number: 40, body: '<< /Type /Annot /Subtype /Stamp /Rect [60 690 460 720] /AP << /N 42 0 R >> >>' },
    { number: 41, body: '<< /Type /Annot /Subtype /FreeText /Rect [60 690 460 720] /AP << /N 43 0 R >> >>' },
    { number: 42, body: form('1 g 0 0 200 60 re f') },
    { number: 43, body: form('0 0 9 9 re S') },
  ];
  const page = (body: string, list: string) => body.replace('/Annots [', `/Annots [${list} `);
  const pdf = signAs(revisePdf(kit.letter(), marks).pdf, { party: kit.agency, page: (body) => page(body, '40 0 R 41 0 R') });
  const listed = (list: string): string => later(pdf, [{ number: 3, body: page(pageBody(pdf.fields, false), list) }]);
  expect(listed('40 0 R 41 0 R')).toBe(sound);
  expect(listed('41 0 R 40 0 R')).toBe(changed);
  expect(listed('40 0 R 41 0 R 40 0 R')).toBe(changed);
});

describe('the structure tree', () => {
  it('may not gain words that are read out in place of what was signed', () => {
    const tree = [
      { number: 20, body: '<< /Type /StructTreeRoot /K 21 0 R >>' },
      { number: 21, body: '<< /Type /StructElem /S /P /P 20 0 R /Pg 3 0 R /K 0 >>' },
    ];
    const pdf = signAs(revisePdf(kit.letter(), tree).pdf, { party: kit.agency, catalog: '/StructTreeRoot 20 0 R' });
    const element = (more: string) => [{ number: 21, body: `<< /Type /StructElem /S /P /P 20 0 R /Pg 3 0 R /K 0 ${more} >>` }];
    expect(later(pdf, element('/ActualText (9.000.000 dong)'))).toBe(changed);
  });
});
