/** Objects that change without being listed themselves, or are listed with nothing changed but their generation. */
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogBody, type Pdf, type PdfObject, pageBody, revisePdf } from '../../../src/demo/pdf.ts';
import { type Kit, makeKit, outcomeOf } from '../kit.ts';
import { latin, signAs } from './makers.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

const changed = 'invalid/changed-after-signing';
const sound = 'undetermined/revocation-unknown';

const packBody = (member: string): string => {
  const inner = `4 0 ${member}`;
  return `<< /Type /ObjStm /N 1 /First 4 /Length ${inner.length} >>\nstream\n${inner}\nendstream`;
};
const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
const forged = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding /Differences [49 /nine] >> >>';

/** The letter with its font in an object stream, as most writers keep it. */
const packedLetter = (): { readonly pdf: Pdf; readonly pack: number } => {
  const pdf = kit.letter();
  const [pack, table] = [pdf.size, pdf.size + 1];
  const packed = `${pack} 0 obj\n${packBody(font)}\nendobj\n`;
  const at = pdf.bytes.length;
  const place = (offset: number) => [1, offset >> 16, (offset >> 8) & 255, offset & 255, 0];
  const rows = Buffer.from([...[2, 0, 0, pack, 0], ...place(at), ...place(at + packed.length)]).toString('latin1');
  const stream = `${table} 0 obj\n<< /Type /XRef /Size ${table + 1} /Root 1 0 R /Prev ${pdf.xrefAt} /W [1 3 1] /Index [4 1 ${pack} 2] /Length 15 >>\nstream\n${rows}\nendstream\nendobj\nstartxref\n${at + packed.length}\n%%EOF\n`;
  return { pdf: { ...pdf, bytes: Buffer.concat([pdf.bytes, latin(packed + stream)]), size: table + 1, xrefAt: at + packed.length }, pack };
};

describe('an update of an object stream', () => {
  it('that brings another font for the page under the number of the old stream', () => {
    const { pdf, pack } = packedLetter();
    const signed = signAs(pdf, { party: kit.agency });
    expect(outcomeOf(kit.verify(signed))).toBe(sound);
    expect(outcomeOf(kit.verify(revisePdf(signed, [{ number: pack, body: packBody(forged) }]).pdf))).toBe(changed);
  });

  it('that changes only the object with the length of the stream', () => {
    const { pdf, pack } = packedLetter();
    const size = pdf.size + 1;
    const body = packBody(font);
    const length = Number(/\/Length (\d+)/.exec(body)?.[1]);
    const prepared = revisePdf({ ...pdf, size }, [
      { number: pdf.size, body: String(length) },
      { number: pack, body: body.replace(/\/Length \d+/, `/Length ${pdf.size} 0 R`) },
    ]).pdf;
    const signed = signAs(prepared, { party: kit.agency });
    expect(outcomeOf(kit.verify(revisePdf(signed, [{ number: pdf.size, body: String(length) }]).pdf))).toBe(sound);
    expect(outcomeOf(kit.verify(revisePdf(signed, [{ number: pdf.size, body: '9' }]).pdf))).toBe(changed);
  });

  it('that is written anew as it was', () => {
    const { pdf, pack } = packedLetter();
    const signed = signAs(pdf, { party: kit.agency });
    expect(outcomeOf(kit.verify(revisePdf(signed, [{ number: pack, body: packBody(font) }]).pdf))).toBe(sound);
  });
});

describe('an entry that names the same place under another generation', () => {
  const listed = (pdf: Pdf, num: number, gen: string): Uint8Array => {
    const at = Buffer.from(pdf.bytes).lastIndexOf(`\n${num} 0 obj`) + 1;
    const row = `${String(at).padStart(10, '0')} ${gen} n \n`;
    const table = `xref\n${num} 1\n${row}trailer\n<< /Size ${pdf.size} /Root 1 0 R /Prev ${pdf.xrefAt} >>\nstartxref\n${pdf.bytes.length}\n%%EOF\n`;
    return Buffer.concat([pdf.bytes, latin(table)]);
  };

  it.each([
    ['the content of the page', 5],
    ['its font', 4],
    ['the field of the signature', 7],
  ])('%s', (_, num) => {
    const pdf = kit.signed();
    expect(outcomeOf(kit.verify(listed(pdf, num, '00000')))).toBe(sound);
    expect(outcomeOf(kit.verify(listed(pdf, num, '00001')))).toBe(changed);
  });
});

describe('a reference under a generation that is not there, which strict readers take for nothing', () => {
  const page = (pdf: Pdf, from: string, to: string) => [{ number: 3, body: pageBody(pdf.fields, false).replace(from, to) }];
  const later = (pdf: Pdf, objects: readonly PdfObject[]): string => outcomeOf(kit.verify(revisePdf(pdf, objects).pdf));

  it('to the content, to a font, to a copy of the content', () => {
    const pdf = kit.signed();
    expect(later(pdf, page(pdf, 'x', 'x'))).toBe(sound);
    expect(later(pdf, page(pdf, '/Contents 5 0 R', '/Contents 5 1 R'))).toBe(changed);
    expect(later(pdf, page(pdf, '/F1 4 0 R', '/F1 4 1 R'))).toBe(changed);
  });
  it('to the image of the signature, to its field, to the form, to the catalog', () => {
    const pdf = kit.signed();
    const [field = 0] = pdf.fields;
    const catalog = catalogBody(pdf.fields);
    expect(later(pdf, page(pdf, `/Annots [${field} 0 R`, `/Annots [${field} 1 R`))).toBe(changed);
    expect(later(pdf, [{ number: 1, body: catalog.replace(`[${field} 0 R`, `[${field} 1 R`) }])).toBe(changed);
    expect(later(pdf, [{ number: 1, body: catalog.replace('/Pages 2 0 R', '/Pages 2 1 R') }])).toBe(changed);
    const moved = revisePdf(pdf, [{ number: 3, body: pageBody(pdf.fields, false) }]).pdf;
    expect(outcomeOf(kit.verify(moved))).toBe(sound);
    const text = Buffer.from(moved.bytes).toString('latin1');
    const at = text.lastIndexOf('/Root 1 0 R');
    expect(outcomeOf(kit.verify(latin(`${text.slice(0, at)}/Root 1 1 R${text.slice(at + 11)}`)))).toBe(changed);
  });

  it('nor may the trailer drop objects by a smaller size', () => {
    const pdf = kit.signed();
    const text = Buffer.from(revisePdf(pdf, [{ number: 3, body: pageBody(pdf.fields, false) }]).pdf.bytes).toString('latin1');
    const at = text.lastIndexOf('/Size');
    expect(outcomeOf(kit.verify(latin(text.slice(0, at) + text.slice(at).replace(/Size \d+/, 'Size 5'))))).toBe(changed);
  });
});
