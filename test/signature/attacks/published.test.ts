/** Published attacks on PDF signatures, each made from a good file: none may come out valid or only revocation-unknown. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { catalogBody, makePdf, type Pdf, pageBody, revisePdf, streamBody } from '../../../src/demo/pdf.ts';
import { signPdf } from '../../../src/demo/pdf-sign.ts';
import { verifyPdf } from '../../../src/signature/pdf/verify.ts';
import { signCms } from '../../../src/signature/sign/cms.ts';
import { bytesOf, type Kit, makeKit, now, outcomeOf, replaced } from '../kit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const evil = streamBody('', latin('BT /F1 12 Tf 72 700 Td (9.000.000 dong) Tj ET'));

describe('later revisions', () => {
  const later = (objects: Parameters<typeof revisePdf>[1], pdf: Pdf = kit.signed()) => outcomeOf(kit.verify(revisePdf(pdf, objects).pdf));
  const changed = 'invalid/changed-after-signing';

  it('replace the content of a page', () => expect(later([{ number: 5, body: evil }])).toBe(changed));
  it('replace the font of a page', () =>
    expect(later([{ number: 4, body: '<< /Type /Font /Subtype /Type3 /BaseFont /Evil >>' }])).toBe(changed));
  it('point the page at other content', () => {
    const pdf = kit.signed();
    const body = pageBody(pdf.fields, false).replace('/Contents 5 0 R', `/Contents ${pdf.size} 0 R`);
    expect(
      later(
        [
          { number: 3, body },
          { number: pdf.size, body: evil },
        ],
        pdf,
      ),
    ).toBe(changed);
  });
  it('swap the page tree', () => {
    const pdf = kit.signed();
    const page = pageBody(pdf.fields, false);
    expect(
      later(
        [
          { number: 2, body: `<< /Type /Pages /Kids [3 0 R ${pdf.size} 0 R] /Count 2 >>` },
          { number: pdf.size, body: page },
        ],
        pdf,
      ),
    ).toBe(changed);
  });
  it('swap the catalog for one with other pages', () => {
    const pdf = kit.signed();
    const catalog = catalogBody(pdf.fields).replace('/Pages 2 0 R', `/Pages ${pdf.size} 0 R`);
    const pages = `<< /Type /Pages /Kids [${pdf.size + 1} 0 R] /Count 1 >>`;
    const page = pageBody(pdf.fields, false).replace('5 0 R', `${pdf.size + 2} 0 R`);
    const objects = [catalog, pages, page, evil].map((body, i) => ({ number: i === 0 ? 1 : pdf.size + i - 1, body }));
    expect(later(objects, pdf)).toBe(changed);
  });
  it('add an action that runs on opening', () =>
    expect(
      later([{ number: 1, body: catalogBody(kit.signed().fields).replace('/Lang', '/OpenAction << /S /JavaScript /JS (x) >> /Lang') }]),
    ).toBe(changed));
  it('replace what a signature looks like', () => {
    const pdf = kit.signed(kit.agency, { visible: { x: 50, y: 50, width: 200, height: 60, lines: ['So Noi vu'] } });
    expect(
      later(
        [{ number: (pdf.fields[0] ?? 0) + 1, body: streamBody('/Type /XObject /Subtype /Form /BBox [0 0 200 60]', latin('0 0 m')) }],
        pdf,
      ),
    ).toBe(changed);
  });
  it('remove the signature', () => {
    const pdf = kit.signed();
    expect(
      later(
        [
          { number: 1, body: catalogBody([]) },
          { number: 3, body: pageBody([], false) },
        ],
        pdf,
      ),
    ).toBe(changed);
  });
  it('remove the first of two signatures', () => {
    const pdf = kit.twice();
    const [, second = 0] = pdf.fields;
    expect(
      later(
        [
          { number: 1, body: catalogBody([second]) },
          { number: 3, body: pageBody([second], false) },
        ],
        pdf,
      ),
    ).toBe(changed);
  });
  it('replace the signature dictionary by one with another reason', () => {
    const pdf = kit.signed();
    const text = latin('').toString() + Buffer.from(pdf.bytes).toString('latin1');
    const body = text
      .slice(text.indexOf('<< /Type /Sig /Filter'), text.indexOf('\nendobj', text.indexOf('<< /Type /Sig /Filter')))
      .replace('/M (D:2026', '/M (D:2027');
    expect(kit.verify(revisePdf(pdf, [{ number: 6, body }]).pdf).verdict).toBe('invalid');
  });
  it('hide content behind a new signature of someone else', () => {
    const pdf = revisePdf(kit.signed(), [{ number: 5, body: evil }]).pdf;
    const proof = kit.verify(signPdf(pdf, { party: kit.person, at: now }));
    expect(proof.signatures.map((one) => one.reason)).toEqual(['changed-after-signing', 'revocation-unknown']);
    expect(outcomeOf(proof)).toBe(changed);
  });
});

describe('shadow attacks prepared before signing', () => {
  it('fill a hole that the page already pointed at', () => {
    const page = pageBody([], false).replace('/Contents 5 0 R', '/Contents [5 0 R 99 0 R]');
    const prepared = revisePdf(kit.letter(), [{ number: 3, body: page }]).pdf;
    const signed = signPdf(prepared, { party: kit.agency, at: now });
    const kept = pageBody(signed.fields, false).replace('/Contents 5 0 R', '/Contents [5 0 R 99 0 R]');
    // The maker writes its own page when signing: the hole is put back, which alone is already a change.
    const proof = kit.verify(
      revisePdf(signed, [
        { number: 3, body: kept },
        { number: 99, body: evil },
      ]).pdf,
    );
    expect(outcomeOf(proof)).toBe('invalid/changed-after-signing');
  });
  it('switch to objects that lay hidden in the signed bytes', () => {
    const letter = kit.letter();
    const hidden = Buffer.concat([letter.bytes, latin('5 0 obj\n'), Buffer.from(evil), latin('\nendobj\n')]);
    const at = letter.bytes.length;
    const signed = signPdf({ ...letter, bytes: hidden }, { party: kit.agency, at: now });
    const table = `xref\n5 1\n${String(at).padStart(10, '0')} 00000 n \ntrailer\n<< /Size ${signed.size} /Root 1 0 R /Prev ${signed.xrefAt} >>\nstartxref\n${signed.bytes.length}\n%%EOF\n`;
    expect(kit.verify(Buffer.concat([signed.bytes, latin(table)])).verdict).toBe('invalid');
  });
  it('use a metadata stream that is the page content too', () => {
    const shared = streamBody('/Type /Metadata /Subtype /XML', latin('BT (1) Tj ET'));
    const first = makePdf('').size;
    const base = revisePdf(kit.letter(), [
      { number: 5, body: shared },
      { number: 1, body: catalogBody([]).replace('/Lang', '/Metadata 5 0 R /Lang') },
    ]).pdf;
    const signed = signPdf(base, { party: kit.agency, at: now });
    expect(first).toBe(6);
    const next = streamBody('/Type /Metadata /Subtype /XML', latin('BT (9) Tj ET'));
    expect(outcomeOf(kit.verify(revisePdf(signed, [{ number: 5, body: next }]).pdf))).toBe('invalid/changed-after-signing');
  });
  it('point the cross-reference past the signed revision', () => {
    const letter = kit.letter();
    const target = 60_000;
    const table = `xref\n7 1\n${String(target).padStart(10, '0')} 00000 n \ntrailer\n<< /Size 9 /Root 1 0 R /Prev ${letter.xrefAt} >>\nstartxref\n${letter.bytes.length}\n%%EOF\n`;
    const prepared = { ...letter, bytes: Buffer.concat([letter.bytes, latin(table)]), xrefAt: letter.bytes.length, size: 9 };
    const signed = signPdf(prepared, { party: kit.agency, at: now });
    const padded = Buffer.concat([signed.bytes, Buffer.alloc(target - signed.bytes.length, 0x20), latin('7 0 obj (evil) endobj\n')]);
    expect(kit.verify(padded).verdict).toBe('invalid');
  });
});

describe('bytes after the end', () => {
  it.each([
    ['plain text', 'evil'],
    ['an object without cross-reference', '5 0 obj (evil) endobj\n'],
    ['an end marker of its own', '5 0 obj (evil) endobj\n%%EOF\n'],
  ])('%s', (_, tail) => {
    expect(outcomeOf(kit.verify(Buffer.concat([kit.signed().bytes, latin(tail)])))).toBe('invalid/changed-after-signing');
  });
  it('an update that names the old cross-reference', () => {
    const pdf = kit.signed();
    const tail = latin(`5 0 obj (evil) endobj\nstartxref\n${pdf.xrefAt}\n%%EOF\n`);
    expect(outcomeOf(kit.verify(Buffer.concat([pdf.bytes, tail])))).toBe('invalid/changed-after-signing');
  });
  it('white space alone changes nothing', () => {
    expect(outcomeOf(kit.verify(Buffer.concat([kit.signed().bytes, latin('\r\n \n')])))).toBe('undetermined/revocation-unknown');
  });
});

/** Signs with a ByteRange of the test's choosing; Contents really is a signature over that range. */
const signedOver = (
  choose: (open: number, close: number, size: number) => readonly number[],
  shape = (body: string) => body,
  perms = false,
): Uint8Array => {
  const letter = kit.letter();
  const room = 6000;
  const [widget, number] = [letter.size, letter.size + 1];
  const dictionary = `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [${' '.repeat(60)}] /Contents <${'0'.repeat(room)}> >>`;
  const { pdf } = revisePdf(letter, [
    { number: 1, body: catalogBody([widget]).replace('/Lang', perms ? `/Perms << /DocMDP ${number} 0 R >> /Lang` : '/Lang') },
    { number: 3, body: pageBody([widget], false) },
    { number: widget, body: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (A) /V ${number} 0 R /P 3 0 R /Rect [0 0 0 0] >>` },
    { number, body: shape(dictionary) },
  ]);
  const bytes = Buffer.from(pdf.bytes);
  const open = bytes.indexOf('/Contents <') + '/Contents '.length;
  const close = bytes.indexOf('>', open) + 1;
  const range = choose(open, close, bytes.length);
  const at = bytes.indexOf('/ByteRange [') + '/ByteRange ['.length;
  bytes.write(range.join(' ').padEnd(60), at, 'latin1');
  const hash = createHash('sha256');
  for (let i = 0; i + 1 < range.length; i += 2) hash.update(bytes.subarray(range[i], (range[i] ?? 0) + (range[i + 1] ?? 0)));
  const cms = signCms({ digest: hash.digest(), certificate: kit.agency.certificate, key: kit.agency.key });
  bytes.write(Buffer.from(cms).toString('hex'), open + 1, 'latin1');
  return bytes;
};

describe('ByteRange', () => {
  it('done right holds', () => {
    expect(outcomeOf(kit.verify(signedOver((open, close, size) => [0, open, close, size - close])))).toBe(
      'undetermined/revocation-unknown',
    );
  });
  it.each<[string, (open: number, close: number, size: number) => readonly number[]]>([
    ['a gap larger than Contents, before it', (open, close, size) => [0, open - 20, close, size - close]],
    ['a gap larger than Contents, after it', (open, close, size) => [0, open, close + 3, size - close - 3]],
    ['a gap without the brackets', (open, close, size) => [0, open + 1, close - 1, size - close + 1]],
    ['a second range that is short', (open, close, size) => [0, open, close, size - close - 40]],
    ['a second range of nothing', (open, close) => [0, open, close, 0]],
    ['a start after 0', (open, close, size) => [5, open - 5, close, size - close]],
    ['a negative number', (open, close, size) => [-1, open, close, size - close]],
    ['ranges that overlap', (open, close, size) => [0, close, open, size - open]],
    ['a huge number', (open, close) => [0, open, close, 99_999_999_999]],
    ['a fraction', (open, close, size) => [0, open, close, size - close - 0.5]],
    ['six numbers', (open, close, size) => [0, open, close, 10, close + 10, size - close - 10]],
    ['two numbers', (open) => [0, open]],
    ['the second range first', (open, close, size) => [close, size - close, 0, open]],
  ])('with %s does not cover', (_, choose) => {
    expect(kit.verify(signedOver(choose)).verdict).toBe('invalid');
  });
  it('given twice is ambiguous', () => {
    const bytes = signedOver(
      (open, close, size) => [0, open, close, size - close],
      (body) => body.replace(/ >>$/, ' /ByteRange [0 1 2 3] >>'),
    );
    expect(kit.verify(bytes).verdict).toBe('invalid');
  });
  it('in a string or a comment is none', () => {
    const decoy = makePdf('%/ByteRange [0 10 20 30]\n(/ByteRange [0 10 20 30] /Contents <00>) Tj');
    expect(outcomeOf(kit.verify(decoy))).toBe('unsigned/no-signature');
  });
});

describe('universal forgery', () => {
  const range = (open: number, close: number, size: number) => [0, open, close, size - close];
  const nulled = (bytes: Uint8Array): Uint8Array => {
    const text = Buffer.from(bytes);
    const at = text.indexOf('/ByteRange [') + '/ByteRange '.length;
    return text.fill(0x20, text.write('null', at, 'latin1') + at, text.indexOf(']', at) + 1);
  };
  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['no ByteRange', (bytes) => replaced(bytes, '/ByteRange', '/ByteRabge')],
    ['no Contents', (bytes) => replaced(bytes, '/Contents <', '/Contemts <')],
    ['a ByteRange of null', nulled],
    ['an odd sign in Contents', (bytes) => replaced(bytes, '/Contents <3', '/Contents <x')],
    ['a blank in Contents', (bytes) => replaced(bytes, '/Contents <3', '/Contents < ')],
  ])('with %s', (_, change) => {
    expect(kit.verify(change(signedOver(range))).verdict).toBe('invalid');
  });
  it.each(['null', '<>', '(abc)', '5 0 R', '<0000zz>'])('with Contents %s', (contents) => {
    const body = `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [0 10 20 30] /Contents ${contents} >>`;
    const { pdf } = revisePdf(kit.letter(), [
      { number: 1, body: catalogBody([6]) },
      { number: 3, body: pageBody([6], false) },
      { number: 6, body: '<< /Subtype /Widget /FT /Sig /T (A) /V 7 0 R >>' },
      { number: 7, body },
    ]);
    expect(kit.verify(pdf).verdict).toBe('invalid');
  });
});

describe('wrapping and the CMS', () => {
  it('moves a signature into another document', () => {
    const good = Buffer.from(kit.signed().bytes);
    const other = Buffer.from(
      signPdf(makePdf('BT /F1 12 Tf 72 700 Td (So 105/SNV-CCHC: 9.000.000 dong) Tj ET'), { party: kit.agency, at: now }).bytes,
    );
    const take = (bytes: Buffer) => bytes.indexOf('/Contents <') + 11;
    good.copy(other, take(other), take(good), good.indexOf('>', take(good)));
    expect(outcomeOf(kit.verify(other))).toBe('invalid/digest-mismatch');
  });
  it('is signed by another key than the certificate says', () => {
    const party = { ...kit.agency, key: kit.pki.strangerIssuing.keys.privateKey };
    expect(outcomeOf(kit.verify(kit.signed(party)))).toBe('invalid/signature-mismatch');
  });
  it('carries something behind the CMS', () => {
    const bytes = Buffer.from(kit.signed().bytes);
    const from = bytes.indexOf('/Contents <');
    bytes.write('41', bytes.indexOf('>', from) - 2, 'latin1');
    expect(outcomeOf(kit.verify(bytes))).toBe('invalid/malformed-signature');
  });
  it('has a certificate swapped for another of the same key, issuer and serial', () => {
    const serial = Buffer.from('0102030405060708', 'hex');
    const one = kit.pki.issue({
      kind: 'person',
      name: 'Nguyễn Văn A',
      organisation: 'Sở Nội vụ',
      certificate: { serial, subjectKey: kit.pki.root.keys.publicKey },
    });
    const two = kit.pki.issue({
      kind: 'person',
      name: 'Nguyễn Văn B',
      organisation: 'Sở Nội vụ',
      certificate: { serial, subjectKey: kit.pki.root.keys.publicKey },
    });
    const bytes = Buffer.from(kit.signed({ ...one, key: kit.pki.root.keys.privateKey }).bytes);
    const [from, to] = [one, two].map((party) => Buffer.from(party.certificate).toString('hex'));
    expect(from?.length).toBe(to?.length);
    const proof = kit.verify(replaced(bytes, from ?? '', to ?? ''));
    expect(outcomeOf(proof)).toBe('invalid/certificate-misuse');
    // Said of the certificate that the signature names (ESS), not of what it may be used for.
    expect(proof.signatures[0]?.subIndication).toBe('NO_SIGNING_CERTIFICATE_FOUND');
  });
});

describe('broken files', () => {
  it('cut anywhere are never good', () => {
    const { bytes } = kit.twice();
    const whole = kit.verify(bytes.subarray(0, bytes.length - 1));
    // Even the last line end is under the signature.
    expect(outcomeOf(whole)).toBe('invalid/coverage');
    for (let end = 0; end < bytes.length - 1; end += 97) {
      const proof = verifyPdf(bytesOf(bytes.subarray(0, end)), kit.context);
      expect(['invalid', 'unreadable', 'unsigned'], `cut at ${end}: ${outcomeOf(proof)}`).toContain(proof.verdict);
    }
  });

  it('with any signed byte changed never pass (a walk over the whole file)', () => {
    const bytes = Buffer.from(kit.signed().bytes);
    const open = bytes.indexOf('/Contents <') + '/Contents '.length;
    const close = bytes.indexOf('>', open) + 1;
    let tried = 0;
    for (let at = 0; at < bytes.length; at += at > open && at < close ? 61 : 3) {
      const kept = bytes[at] ?? 0;
      bytes[at] = kept ^ (1 << (at % 8));
      const proof = verifyPdf(bytesOf(bytes), kit.context);
      bytes[at] = kept;
      tried += 1;
      // Inside Contents only the case of a hex digit may change without changing a byte.
      const isCase = at > open && at < close - 1 && at % 8 === 5;
      const isSound = proof.verdict === 'valid' || proof.reason === 'revocation-unknown';
      expect(isSound && !isCase, `byte ${at}: ${outcomeOf(proof)}`).toBe(false);
    }
    expect(tried).toBeGreaterThan(800);
  });

  it('mutated at random neither throw nor hang nor pass', () => {
    let seed = 20_261_120;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor(seed / 64) % below;
    };
    const good = Buffer.from(kit.twice().bytes);
    const gaps = [...good.toString('latin1').matchAll(/\/Contents </g)].map((match) => [
      match.index + 10,
      good.indexOf('>', match.index) + 1,
    ]);
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(good);
      const from = random(good.length);
      const length = 1 + random(40);
      for (let i = from; i < Math.min(bytes.length, from + length); i++) bytes[i] = random(256);
      const inGap = gaps.some(([open = 0, close = 0]) => from >= open && from + length <= close);
      const started = performance.now();
      const proof = verifyPdf(bytesOf(bytes), kit.context);
      expect(performance.now() - started).toBeLessThan(2000);
      const isSound = proof.verdict === 'valid' || proof.reason === 'revocation-unknown';
      expect(isSound && !inGap && !bytes.equals(good), `round ${round}, ${from}+${length}: ${outcomeOf(proof)}`).toBe(false);
    }
  });
});

describe('DocMDP of the judged signature', () => {
  const certified = (level: number, perms = true): Pdf => {
    const bytes = signedOver(
      (open, close, size) => [0, open, close, size - close],
      (body) => body.replace(/ >>$/, ` /Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /P ${level} >> >>] >>`),
      perms,
    );
    const xrefAt = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(Buffer.from(bytes).toString('latin1'))?.[1]);
    return { bytes, size: 8, xrefAt, fields: [6] };
  };
  const annotated = (pdf: Pdf) =>
    revisePdf(pdf, [
      { number: pdf.size, body: '<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] >>' },
      { number: 3, body: pageBody([...pdf.fields, pdf.size], false) },
    ]).pdf;
  const classes = (pdf: Pdf) => [...new Set(kit.verify(pdf).signatures[0]?.laterChanges.map((one) => one.class))];

  it.each([
    [1, 'forbidden', 'invalid'],
    [2, 'forbidden', 'invalid'],
    [3, 'permitted', 'undetermined'],
  ] as const)('of level %i makes an annotation %s', (level, kind, verdict) => {
    const pdf = annotated(certified(level));
    expect(classes(pdf)).toEqual([kind]);
    expect(kit.verify(pdf).verdict).toBe(verdict);
  });
  it.each([
    [1, 'forbidden'],
    [2, 'signature'],
  ] as const)('of level %i makes a further signature %s', (level, kind) => {
    // The maker writes a catalog of its own, without Perms: taking that away would be a change itself.
    expect(classes(signPdf(certified(level, false), { party: kit.person, at: now }))).toEqual([kind]);
  });
  it('missing makes an annotation visible', () => {
    expect(classes(annotated(kit.signed()))).toEqual(['visible']);
  });
});
