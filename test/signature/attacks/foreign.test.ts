/** The same attacks on files that tools of others wrote and signed: pdf-lib, @signpdf, openssl. */
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogBody, pageBody, revisePdf, streamBody } from '../../../src/demo/pdf.ts';
import { type Kit, makeKit, outcomeOf } from '../kit.ts';
import { hasOpenssl, latin, opensslCms, reviseForeign, signForeign } from './makers.ts';

const runs = hasOpenssl();
let kit: Kit;
let letter: Uint8Array;
let signed: Buffer;

/** Two pages, written by pdf-lib with a plain table, which @signpdf needs; it cannot sign a file that has a form. */
const makeLetter = async (hasForm = false): Promise<Uint8Array> => {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.TimesRoman);
  for (const line of ['So 105/SNV-CCHC: 1.000.000 dong', 'Trang hai'])
    document.addPage([595, 842]).drawText(line, { x: 72, y: 700, size: 12, font });
  if (hasForm) {
    const field = document.getForm().createTextField('Ten');
    field.setText('A');
    field.addToPage(document.getPage(0), { x: 50, y: 500, width: 200, height: 20 });
  }
  return document.save({ useObjectStreams: false });
};

beforeAll(async () => {
  kit = await makeKit();
  letter = await makeLetter();
  if (runs) signed = await signForeign(letter, kit.agency);
});

const changed = 'invalid/changed-after-signing';
const sound = 'undetermined/revocation-unknown';
const numbersOf = (bytes: Buffer, of: RegExp): readonly number[] =>
  [...bytes.toString('latin1').matchAll(of)].map((match) => Number(match[1]));
const bodyOf = (bytes: Buffer, number: number): string => {
  const text = bytes.toString('latin1');
  const from = text.lastIndexOf(`\n${number} 0 obj`);
  return text.slice(text.indexOf('<<', from), text.indexOf('endobj', from)).trim();
};

describe.skipIf(!runs)('signed by @signpdf with a CMS of openssl', () => {
  it('is sound, once and twice', async () => {
    expect(outcomeOf(kit.verify(signed))).toBe(sound);
    const twice = kit.verify(await signForeign(signed, kit.person, 'Ky hai'));
    expect(outcomeOf(twice)).toBe(sound);
    expect(twice.signatures.map((one) => one.covers)).toEqual([
      { revision: 2, of: 3, wholeFile: false },
      { revision: 3, of: 3, wholeFile: true },
    ]);
  });

  it('with any signed byte changed is not (every 7th byte, one bit)', () => {
    const bytes = Buffer.from(signed);
    const open = bytes.indexOf('/Contents <') + 10;
    const close = bytes.indexOf('>', open) + 1;
    let tried = 0;
    for (let at = 0; at < bytes.length; at += at > open && at < close ? 101 : 7) {
      const kept = bytes[at] ?? 0;
      bytes[at] = kept ^ (1 << (at % 5));
      const { verdict, reason } = kit.verify(bytes);
      bytes[at] = kept;
      tried += 1;
      expect(verdict === 'valid' || reason === 'revocation-unknown', `byte ${at}`).toBe(false);
    }
    expect(tried).toBeGreaterThan(400);
  });

  it('every object that the letter is made of, replaced by an update, is a change', () => {
    const objects = numbersOf(signed, /(?:^|\n)(\d+) 0 obj/g);
    let judged = 0;
    for (const number of new Set(objects)) {
      const was = bodyOf(signed, number);
      // The signature, its field and document information are looked at elsewhere.
      if (/\/Type \/Sig|\/Producer|\/FT \/Sig/.test(was)) continue;
      const outcome = outcomeOf(kit.verify(reviseForeign(signed, [{ number, body: streamBody('/X 1', latin('0 0 m')) }])));
      judged += 1;
      expect([changed, 'unreadable/damaged', 'invalid/coverage'], `object ${number}: ${was.slice(0, 60)}`).toContain(outcome);
    }
    expect(judged).toBeGreaterThan(7);
  });

  it('an update that repeats what stands there, and one of document information, change nothing', () => {
    const page = numbersOf(signed, /(?:^|\n)(\d+) 0 obj\n<<\n\/Type \/Page\n/g).at(-1) ?? 0;
    expect(page).toBeGreaterThan(0);
    expect(outcomeOf(kit.verify(reviseForeign(signed, [{ number: page, body: bodyOf(signed, page) }])))).toBe(sound);
    expect(outcomeOf(kit.verify(reviseForeign(signed, [{ number: 900, body: '<< /Producer (X) >>' }])))).toBe(sound);
  });

  it('bytes appended, the last line end taken away, a value of another file', async () => {
    expect(outcomeOf(kit.verify(Buffer.concat([signed, latin('5 0 obj (x) endobj\n')])))).toBe(changed);
    expect(kit.verify(signed.subarray(0, -2)).verdict).not.toBe('undetermined');
    const other = await signForeign(await makeLetter(), kit.person, 'Khac');
    const moved = Buffer.from(other);
    const [from, to] = [signed, moved].map((bytes) => bytes.indexOf('/Contents <') + 11);
    signed.copy(moved, to, from ?? 0, signed.indexOf('>', from));
    expect(kit.verify(moved).verdict).toBe('invalid');
  });

  it('pdf-lib writing the file anew leaves no sound signature', async () => {
    const document = await PDFDocument.load(signed);
    document.getPage(0).drawText('9.000.000');
    expect(kit.verify(await document.save({ useObjectStreams: false })).verdict).toBe('invalid');
    expect(kit.verify(await document.save({ useObjectStreams: true })).verdict).toBe('invalid');
  });

  it('a CMS of openssl over other bytes does not fit', async () => {
    const bytes = Buffer.from(signed);
    const open = bytes.indexOf('/Contents <') + 11;
    const close = bytes.indexOf('>', open);
    const cms = opensslCms(latin('something else'), kit.agency).toString('hex');
    bytes.write(cms.padEnd(close - open, '0'), open, 'latin1');
    expect(outcomeOf(kit.verify(bytes))).toBe('invalid/digest-mismatch');
  });
});

describe('pdf-lib with object streams', () => {
  it('is read, with its form, and is unsigned', async () => {
    const withForm = await makeLetter(true);
    const document = await PDFDocument.load(withForm);
    expect(outcomeOf(kit.verify(await document.save({ useObjectStreams: true })))).toBe('unsigned/no-signature');
    expect(outcomeOf(kit.verify(withForm))).toBe('unsigned/no-signature');
  });

  it('encrypted is told so', async () => {
    const document = await PDFDocument.load(letter);
    document.encrypt({ userPassword: 'a', ownerPassword: 'b', permissions: {} });
    expect(outcomeOf(kit.verify(await document.save({ useObjectStreams: false })))).toBe('unreadable/encrypted');
  });

  it('an update that says the file were encrypted hides no change', () => {
    const pdf = kit.signed();
    const { pdf: later } = revisePdf(pdf, [
      { number: 1, body: catalogBody(pdf.fields) },
      { number: 3, body: pageBody([], false) },
    ]);
    const text = Buffer.from(later.bytes).toString('latin1');
    const at = text.lastIndexOf('/Prev');
    const encrypted = `${text.slice(0, at)}/Encrypt << /Filter /Standard >> ${text.slice(at)}`;
    expect(['unreadable', 'invalid']).toContain(kit.verify(latin(encrypted)).verdict);
  });
});
