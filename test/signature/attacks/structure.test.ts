/** Attacks on how a PDF is read: names, types, tables and places that readers disagree about. */
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogBody, makePdf, type Pdf, type PdfObject, pageBody, revisePdf, streamBody } from '../../../src/demo/pdf.ts';
import { signPdf } from '../../../src/demo/pdf-sign.ts';
import { type Kit, makeKit, now, outcomeOf } from '../kit.ts';
import { form, latin, signAs } from './makers.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

const evil = streamBody('', latin('BT /F1 12 Tf 72 700 Td (9.000.000 dong) Tj ET'));
const changed = 'invalid/changed-after-signing';
const sound = 'undetermined/revocation-unknown';
const later = (pdf: Pdf, objects: readonly PdfObject[]) => kit.verify(revisePdf(pdf, objects).pdf);

describe('an object is what its place makes of it, whatever it says of itself', () => {
  it.each(['ObjStm', 'XRef', 'Metadata', 'Sig'])('page content replaced by a stream that says it is /%s', (type) => {
    const body = streamBody(`/Type /${type} /N 0 /First 0 /Size 1 /W [1 1 1]`, latin('BT (9.000.000) Tj ET'));
    expect(outcomeOf(later(kit.signed(), [{ number: 5, body }]))).toBe(changed);
  });

  it('a resource dictionary that says it is a page hides nothing behind the keys of pages', () => {
    // /B and /Annots of a page are not shown; of an XObject dictionary they are names of drawings.
    const prepared = revisePdf(kit.letter(), [
      { number: 6, body: '<< /Type /Page /B 7 0 R /Annots 7 0 R >>' },
      { number: 7, body: form('0 0 m') },
    ]).pdf;
    const signed = signAs(prepared, {
      party: kit.agency,
      page: (body) => body.replace('/Font << /F1 4 0 R >>', '/Font << /F1 4 0 R >> /XObject 6 0 R'),
    });
    expect(outcomeOf(kit.verify(signed))).toBe(sound);
    expect(outcomeOf(later(signed, [{ number: 7, body: form('BT (9.000.000) Tj ET') }]))).toBe(changed);
  });

  it('a page that is its own resources: no key of it is quiet then', () => {
    const prepared = revisePdf(kit.letter(), [
      { number: 7, body: form('0 0 m') },
      { number: 8, body: form('BT (9.000.000) Tj ET') },
    ]).pdf;
    const turn = (to: number) => (body: string) =>
      body.replace('/Font <<', `/XObject 3 0 R /Font <<`).replace('/Contents', `/PieceInfo ${to} 0 R /Contents`);
    const signed = signAs({ ...prepared, size: 9 }, { party: kit.agency, page: turn(7) });
    expect(outcomeOf(kit.verify(signed))).toBe(sound);
    expect(outcomeOf(later(signed, [{ number: 3, body: turn(8)(pageBody(signed.fields, false)) }]))).toBe(changed);
  });

  it('a drawing of a signature that stands under the name P of its resources', () => {
    const appearance = form('/P Do', `/Resources << /XObject << /P ${8} 0 R >> >>`);
    const prepared = revisePdf(kit.letter(), [{ number: 8, body: form('0 0 m') }]).pdf;
    const signed = signAs({ ...prepared, size: 9 }, { party: kit.agency, appearance, rect: '50 50 250 110' });
    expect(outcomeOf(kit.verify(signed))).toBe(sound);
    expect(outcomeOf(later(signed, [{ number: 8, body: form('BT (Ong B) Tj ET') }]))).toBe(changed);
  });

  it('an annotation that says it were a signature field', () => {
    const pdf = kit.signed();
    const stamp = pdf.size;
    const body = `<< /Type /Annot /Subtype /Stamp /FT /Sig /Rect [50 400 550 800] /AP << /N ${stamp + 1} 0 R >> >>`;
    const proof = later(pdf, [
      { number: stamp, body },
      { number: stamp + 1, body: form('1 g 0 0 200 60 re f') },
      { number: 3, body: pageBody([...pdf.fields, stamp], false) },
    ]);
    expect(outcomeOf(proof)).toBe(changed);
  });

  it('what leads to the content cannot be read by us, but by others', () => {
    // A lone bracket in a list: lenient readers skip it and still find the stream.
    const prepared = revisePdf(kit.letter(), [{ number: 7, body: '[ 5 0 R ) ]' }]).pdf;
    const signed = signAs(
      { ...prepared, size: 8 },
      { party: kit.agency, page: (body) => body.replace('/Contents 5 0 R', '/Contents 7 0 R') },
    );
    expect(outcomeOf(kit.verify(signed))).toBe(sound);
    expect(outcomeOf(later(signed, [{ number: 5, body: evil }]))).toBe(changed);
  });

  it.each(['/Contents', '/#43ontents'])('a key of the page that stands twice, once as %s', (spelt) => {
    const pdf = kit.signed();
    const body = pageBody(pdf.fields, false).replace('/Contents', `${spelt} ${pdf.size} 0 R /Contents`);
    expect(
      outcomeOf(
        later(pdf, [
          { number: 3, body },
          { number: pdf.size, body: evil },
        ]),
      ),
    ).toBe(changed);
  });

  it('an unreadable object replaced by another unreadable one', () => {
    const broken = (text: string) => `<< /Length 40 ) /X (${text}) >>`;
    const prepared = revisePdf(kit.letter(), [{ number: 5, body: broken('a') }]).pdf;
    expect(outcomeOf(later(signAs(prepared, { party: kit.agency }), [{ number: 5, body: broken('b') }]))).toBe(changed);
  });
});

describe('tables and objects that readers find differently', () => {
  const tail = (pdf: Pdf, rows: string, more = '', objects: readonly string[] = []): Uint8Array => {
    const body = objects.join('');
    const table = `xref\n${rows}trailer\n<< /Size ${pdf.size} /Root 1 0 R /Prev ${pdf.xrefAt}${more} >>\nstartxref\n${pdf.bytes.length + body.length}\n%%EOF\n`;
    return Buffer.concat([pdf.bytes, latin(body + table)]);
  };
  const row = (offset: number) => `${String(offset).padStart(10, '0')} 00000 n \n`;
  const dss = (pdf: Pdf) => `${pdf.size} 0 obj\n<< /Certs [] >>\nendobj\n`;

  it('one number with two places in one section', () => {
    const pdf = kit.signed();
    const first = dss({ ...pdf, size: 5 });
    const at = pdf.bytes.length;
    const proof = kit.verify(tail(pdf, `5 1\n${row(at)}5 1\n${row(at + first.length)}`, '', [first, '5 0 obj\n(evil)\nendobj\n']));
    expect(proof.verdict).toBe('invalid');
  });

  it('an object of an update that its table does not list', () => {
    const pdf = kit.signed();
    const listed = dss(pdf);
    const at = pdf.bytes.length;
    const good = tail({ ...pdf, size: pdf.size + 1 }, `${pdf.size} 1\n${row(at)}`, '', [listed]);
    expect(outcomeOf(kit.verify(good))).toBe(sound);
    // A reader that repairs the file takes the last object 5 it finds.
    const hidden = `5 0 obj\n${Buffer.from(evil).toString('latin1')}\nendobj\n`;
    const bad = tail({ ...pdf, size: pdf.size + 1 }, `${pdf.size} 1\n${row(at)}`, '', [listed, hidden]);
    expect(outcomeOf(kit.verify(bad))).toBe(changed);
    const spare = 'trailer\n<< /Root 99 0 R >>\n';
    expect(outcomeOf(kit.verify(tail({ ...pdf, size: pdf.size + 1 }, `${pdf.size} 1\n${row(at)}`, '', [listed, spare])))).toBe(changed);
  });

  it('a hybrid whose stream disagrees with its table', () => {
    const pdf = kit.signed();
    const at = pdf.bytes.length;
    const shown = `5 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n`;
    const width = (offset: number) => Buffer.from([1, offset >> 16, (offset >> 8) & 255, offset & 255, 0]).toString('hex');
    const streamAt = at + shown.length;
    const rows = latin(Buffer.from(width(at), 'hex').toString('latin1'));
    const stream = `${pdf.size} 0 obj\n<< /Type /XRef /Size ${pdf.size + 1} /W [1 3 1] /Index [5 1] /Length 5 >>\nstream\n${rows.toString('latin1')}\nendstream\nendobj\n`;
    const proof = kit.verify(tail({ ...pdf, size: pdf.size + 1 }, `5 1\n${row(300)}`, ` /XRefStm ${streamAt}`, [shown, stream]));
    expect(proof.verdict).toBe('invalid');
  });

  it('an entry that points into the signature value', () => {
    const letter = kit.letter();
    const draft = signAs(letter, { party: kit.agency });
    const gap = Buffer.from(draft.bytes).indexOf('/Contents <') + 40;
    // The same file again, but with a table that sends object 90 into the gap before anyone signs.
    const table = `xref\n90 1\n${row(gap + 150)}trailer\n<< /Size 91 /Root 1 0 R /Prev ${letter.xrefAt} >>\nstartxref\n${letter.bytes.length}\n%%EOF\n`;
    const prepared = { ...letter, bytes: Buffer.concat([letter.bytes, latin(table)]), xrefAt: letter.bytes.length, size: 91 };
    expect(outcomeOf(kit.verify(signAs(prepared, { party: kit.agency })))).toBe('invalid/coverage');
    const harmless = {
      ...prepared,
      bytes: Buffer.from(
        Buffer.from(prepared.bytes)
          .toString('latin1')
          .replace(row(gap + 150), row(100)),
        'latin1',
      ),
    };
    expect(outcomeOf(kit.verify(signAs(harmless, { party: kit.agency })))).toBe(sound);
  });

  it('an object freed after signing, and one that the free list gave back', () => {
    const pdf = kit.signed();
    expect(outcomeOf(kit.verify(tail(pdf, '5 1\n0000000000 00001 f \n')))).toBe(changed);
    const freed = tail(kit.letter(), '4 1\n0000000000 00001 f \n');
    const signed = signAs(
      { ...kit.letter(), bytes: freed, xrefAt: Number(/startxref\n(\d+)\n%%EOF\n$/.exec(Buffer.from(freed).toString('latin1'))?.[1]) },
      { party: kit.agency },
    );
    expect(outcomeOf(later(signed, [{ number: 4, body: '<< /Type /Font /Subtype /Type3 >>' }]))).toBe(changed);
  });

  it('junk before the header: offsets count from it, and what was put there after signing is not covered', () => {
    const { bytes } = kit.signed();
    expect(kit.verify(Buffer.concat([latin('X-Mailer: 1\r\n\r\n'), bytes])).verdict).toBe('invalid');
    const plain = Buffer.concat([latin('junk\n'), kit.letter().bytes]);
    expect(outcomeOf(kit.verify(plain))).toBe('unsigned/no-signature');
  });

  it('a table that numbers its first row 1 is read as others read it', () => {
    const text = Buffer.from(kit.letter().bytes).toString('latin1').replace('xref\n0 1\n', 'xref\n1 1\n');
    expect(outcomeOf(kit.verify(latin(text)))).toBe('unsigned/no-signature');
  });

  it('an object stream that is its own container ends, and shadows nothing', () => {
    const pdf = kit.signed();
    const rows = Buffer.from([2, 0, 0, pdf.size, 0]).toString('latin1');
    const at = pdf.bytes.length;
    const stream = `${pdf.size + 1} 0 obj\n<< /Type /XRef /Size ${pdf.size + 2} /Root 1 0 R /Prev ${pdf.xrefAt} /W [1 3 1] /Index [${pdf.size} 1] /Length 5 >>\nstream\n${rows}\nendstream\nendobj\nstartxref\n${at}\n%%EOF\n`;
    expect(['valid', 'undetermined', 'invalid']).toContain(kit.verify(Buffer.concat([pdf.bytes, latin(stream)])).verdict);
    const shadow = latin(stream.replace(`/Index [${pdf.size} 1]`, '/Index [5 1]'));
    expect(outcomeOf(kit.verify(Buffer.concat([pdf.bytes, shadow])))).toBe(changed);
  });

  it('an object stream that brings its own content of the page', () => {
    const pdf = kit.signed();
    const [pack, table] = [pdf.size, pdf.size + 1];
    const inner = '3 0 << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R >>';
    const packed = `${pack} 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Length ${inner.length} >>\nstream\n${inner}\nendstream\nendobj\n`;
    const at = pdf.bytes.length;
    const place = (offset: number) => [1, offset >> 16, (offset >> 8) & 255, offset & 255, 0];
    const rows = Buffer.from([...[2, 0, 0, pack, 0], ...place(at), ...place(at + packed.length)]).toString('latin1');
    const stream = `${table} 0 obj\n<< /Type /XRef /Size ${table + 1} /Root 1 0 R /Prev ${pdf.xrefAt} /W [1 3 1] /Index [3 1 ${pack} 2] /Length 15 >>\nstream\n${rows}\nendstream\nendobj\nstartxref\n${at + packed.length}\n%%EOF\n`;
    expect(outcomeOf(kit.verify(Buffer.concat([pdf.bytes, latin(packed + stream)])))).toBe(changed);
  });
});

describe('signatures hidden and feigned', () => {
  const without = (pdf: Pdf, more = '') =>
    later(pdf, [
      { number: 1, body: catalogBody([]).replace('/Lang', `${more} /Lang`) },
      { number: 3, body: pageBody([], false) },
    ]);

  it.each(['/Byte#52ange', '/#42yteRange', '/ByteRang#65', '/#42#79#74#65#52#61#6e#67#65', '/#42#79#74#65#52#61#6E#67#65'])(
    'a signature spelt %s is found when its field is gone',
    (byteRange) => {
      const pdf = signAs(kit.letter(), { party: kit.agency, byteRange });
      expect(outcomeOf(kit.verify(pdf))).toBe(sound);
      expect(without(pdf).verdict).toBe('invalid');
      // Cut off from the chain as well: the file is written anew around it.
      const cut = Buffer.from(Buffer.from(pdf.bytes).toString('latin1').replaceAll('/AcroForm', '/AcroFarm'), 'latin1');
      expect(kit.verify(cut).verdict).toBe('invalid');
    },
  );

  it.each(['/Cont#65nts', '/#43ontents'])('so is one whose value is spelt %s', (name) => {
    const text = Buffer.from(kit.signed().bytes).toString('latin1');
    const longer = text.replace('/Contents <', `${name} <`);
    expect(kit.verify(latin(longer)).verdict).toBe('invalid');
  });

  it('a removed signature called usage rights is still a removed signature', () => {
    const pdf = kit.signed();
    const [field = 0] = pdf.fields;
    const proof = without(pdf, `/Perms << /UR3 ${field - 1} 0 R >>`);
    expect(outcomeOf(proof)).toBe(changed);
  });

  it.each([
    ['a string', '(/ByteRange [0 10 20 30] /Contents <00> 9 0 obj << /Type /Sig)'],
    ['an escaped name in a string', '(/Byte#52ange [0 10 20 30] /Contents <00>)'],
    ['a comment', '<< >> % /Byte#52ange [0 1 2 3] /Contents <00>\n'],
    ['a dictionary without value', '<< /ByteRange [0 10 20 30] >>'],
  ])('%s is no signature', (_, body) => {
    const pdf = revisePdf(kit.letter(), [{ number: 6, body: `[ ${body} ]` }]).pdf;
    expect(outcomeOf(kit.verify(pdf))).toBe('unsigned/no-signature');
    // And disturbs none that is there.
    expect(outcomeOf(kit.verify(signPdf(pdf, { party: kit.agency, at: now })))).toBe(sound);
  });

  it('a removed signature of a large file is found beside its pictures, and text in pictures is none', () => {
    const signed = signAs(kit.letter(200_000), { party: kit.agency, byteRange: '/Byte#52ange' });
    expect(outcomeOf(kit.verify(signed))).toBe(sound);
    expect(without(signed).verdict).toBe('invalid');
    // Cut off from the chain: only the bytes still know of it.
    expect(kit.verify(latin(Buffer.from(signed.bytes).toString('latin1').replaceAll('/AcroForm', '/AcroFarm'))).verdict).toBe('invalid');
    const inner = Buffer.concat([Buffer.alloc(50_000, 32), kit.signed().bytes, Buffer.alloc(50_000, 32)]);
    const outer = revisePdf(kit.letter(), [{ number: 6, body: streamBody('/Type /EmbeddedFile', inner) }]).pdf;
    expect(outcomeOf(kit.verify(outer))).toBe('unsigned/no-signature');
  });

  it('another PDF inside, signed itself, is an attachment and signs nothing here', () => {
    const inner = kit.signed().bytes;
    const outer = revisePdf(makePdf('BT (9.000.000) Tj ET'), [{ number: 6, body: streamBody('/Type /EmbeddedFile', inner) }]).pdf;
    expect(outcomeOf(kit.verify(outer))).toBe('unsigned/no-signature');
    // Appended whole, the signature covers the first file only.
    expect(kit.verify(Buffer.concat([makePdf('BT (9.000.000) Tj ET').bytes, inner])).verdict).toBe('invalid');
    expect(['invalid', 'unreadable']).toContain(kit.verify(Buffer.concat([inner, makePdf('BT (9.000.000) Tj ET').bytes])).verdict);
  });

  it('the first of two signatures from an authority nobody trusts is not made good by the second', () => {
    const party = kit.pki.issue({ kind: 'person', name: 'Nguyễn Văn Giả', organisation: 'Sở Nội vụ', under: 'stranger' });
    const proof = kit.verify(signPdf(signPdf(kit.letter(), { party, at: now }), { party: kit.agency, at: now }));
    expect(proof.verdict).not.toBe('valid');
    expect(proof.signatures[0]?.reason).not.toBe('revocation-unknown');
    expect(proof.signatures[1]?.reason).toBe('revocation-unknown');
    expect(proof.reason).not.toBe('revocation-unknown');
  });

  it('a file cut off anywhere behind the beginning of its signature is not called unsigned', () => {
    const { bytes } = kit.signed();
    const whole = Buffer.from(bytes);
    const [value, first] = [whole.lastIndexOf('/Contents <30') + '/Contents <3082'.length, whole.indexOf('%%EOF') + 6];
    expect(value).toBeGreaterThan(first);
    const cuts = Array.from({ length: 12 }, (_, part) => value + Math.floor((part * (bytes.length - 10 - value)) / 12));
    expect(cuts.map((end) => outcomeOf(kit.verify(bytes.subarray(0, end))).split('/')[0])).toEqual(cuts.map(() => 'invalid'));
    // Prepared and not signed yet, text in hex, or bytes that mean nothing: nobody signed.
    for (const rest of ['7 0 obj << /Type /Sig /Contents <000000', '7 0 obj << /Type /Annot /Contents <30313233', 'junk']) {
      const longer = new Uint8Array(Buffer.concat([kit.letter().bytes, Buffer.from(rest)]));
      expect(outcomeOf(kit.verify(longer))).toBe('unsigned/no-signature');
    }
  });

  it('signature wrapping: a second ByteRange in the gap that names where the signed end was moved to', () => {
    const bytes = Buffer.from(signAs(kit.letter(), { party: kit.agency }).bytes);
    const open = bytes.indexOf('/Contents <') + '/Contents '.length;
    const close = bytes.indexOf('>', open) + 1;
    const [first, value, second] = [bytes.subarray(0, open), bytes.subarray(open, close), bytes.subarray(close)];
    const inserted = `\n5 0 obj\n${Buffer.from(evil).toString('latin1')}\nendobj\n`;
    const moved = (range: string) => Buffer.concat([first, value, latin(range + inserted), second]);
    const room = moved(' /ByteRange [0 00000 00000 00000] >>').length - second.length;
    const numbers = [open, room, second.length].map((number) => String(number).padStart(5, '0'));
    const wrapped = moved(` /ByteRange [0 ${numbers.join(' ')}] >>`);
    expect(['invalid', 'unreadable']).toContain(kit.verify(wrapped).verdict);
    // With the old end in its old place as well, every offset holds and only the range is feigned.
    const whole = Buffer.concat([first, value, second, latin(inserted), second]);
    expect(kit.verify(whole).verdict).toBe('invalid');
    // Without the bytes between it is the signed file again.
    expect(outcomeOf(kit.verify(Buffer.concat([first, value, second])))).toBe(sound);
  });

  it('a signature dictionary in two fields, and a second one with an equal range', () => {
    const pdf = kit.signed();
    const [field = 0] = pdf.fields;
    const copy = pdf.size;
    const text = Buffer.from(pdf.bytes).toString('latin1');
    const from = text.indexOf('<< /Type /Sig /Filter');
    const body = text.slice(from, text.indexOf('\nendobj', from));
    const proof = later(pdf, [
      { number: 1, body: catalogBody([field, copy]) },
      { number: copy, body: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Two) /V ${copy + 1} 0 R /Rect [0 0 0 0] >>` },
      { number: copy + 1, body },
    ]);
    expect(proof.verdict).toBe('invalid');
    expect(proof.signatures.map((one) => one.reason)).toContain('coverage');
  });
});
