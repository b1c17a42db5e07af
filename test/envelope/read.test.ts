import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { readEnvelope } from '../../src/envelope/read.ts';
import type { Envelope } from '../../src/envelope/types.ts';
import { envelopeChunks, writeEnvelope } from '../../src/envelope/write.ts';
import { codesOf, readSource, readText } from '../support/reading.ts';
import { qcvn, sampleDocument, tinyPdf } from '../support/sample-form.ts';

const sample = sampleDocument(1);
const encoded = tinyPdf.toString('base64');
const draft = { from: { organId: 'H99.22' }, to: [{ organId: 'H99.01' }], documentId: 'a', number: '1', promulgatedOn: '2025-07-15' };
const inHeader = (text: string): string => sample.replace('<edXML:OtherInfo>', `${text}<edXML:OtherInfo>`);
const withContent = (text: string): string => sample.replace(encoded, text);

describe('the skeleton and the whole see the same document', () => {
  test('whatever the size of the chunks in which the bytes come', async () => {
    const texts = [sample, inHeader('<!-- --><![CDATA[ ]]><?x ?>'), withContent(`${encoded.slice(0, 5)}<![CDATA[${encoded.slice(5)}]]>`)];
    for (const text of texts) {
      const bytes = Buffer.from(text);
      const whole = await readText(text);
      for (const step of [1, 2, 3, 7, 64]) {
        const source = {
          size: bytes.length,
          read: (offset: number, length: number) =>
            bytes.subarray(offset, offset + Math.min(length, Math.max(step, offset === 0 ? 4096 : step))),
        };
        const { files: _files, ...one } = await readSource(source);
        const { files: __files, ...other } = whole;
        expect(one).toEqual(other);
      }
    }
  });

  test('from memory as from a file, with attachments of every size and shape', async () => {
    const wrapped = randomBytes(70_000).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
    const long = randomBytes(200_000).toString('base64');
    const shapes = [
      ...[long, long.slice(0, -1), `${long.slice(0, 99_999)}&#65;${long.slice(100_000)}`, wrapped, ''].map(withContent),
      ...[long, wrapped].map((text) => withContent(`<![CDATA[${text}]]>`)),
      withContent(`${long.slice(0, 500)}<!-- -->${long.slice(500)}`),
      withContent(randomBytes(1_500_000).toString('base64')),
      withContent(long).slice(0, 150_000),
    ];
    for (const text of shapes) {
      const bytes = Buffer.from(text);
      const file = {
        ...{ size: bytes.length, read: (offset: number, length: number) => Buffer.from(bytes.subarray(offset, offset + length)) },
        fill: (offset: number, target: Uint8Array) => bytes.copy(target, 0, offset),
      };
      const [{ files: _files, ...one }, { files: __files, ...other }] = [await readSource(file), await readText(text)];
      expect(one).toEqual(other);
    }
  });

  test('a mark cannot be smuggled in: what looks like an attachment elsewhere is not one', async () => {
    for (const hidden of [
      `<!-- <edXML:ContentTransferEncoded>${encoded}</edXML:ContentTransferEncoded> -->`,
      '<![CDATA[<edXML:ContentTransferEncoded>]]>',
    ]) {
      const reading = await readText(sample.replace('<edXML:Subject>', `<edXML:Subject>${hidden}`));
      expect(reading.faults).toEqual([]);
      expect(reading.contents[0]?.equals(tinyPdf)).toBe(true);
    }
  });

  test('">" in attributes, comments and instructions ends nothing', async () => {
    const reading = await readText(inHeader('<more xmlns="urn:a" b=">" c=\'/>"\'><!-- > --><?x > ?>y</more>'));
    expect(reading.faults).toEqual([]);
    expect((reading.message as Envelope).unknown).toMatchObject([{ name: 'more', attributes: { b: '>', c: '/>"' }, text: 'y' }]);
  });
});

describe('bombs and junk are refused unread', () => {
  test.each([
    ['depth', inHeader(`${'<a>'.repeat(100_000)}`), 'envelope.too-complex'],
    ['elements', inHeader('<a/>'.repeat(200_000)), 'envelope.too-complex'],
    ['one tag', inHeader(`<a b="${'x'.repeat(100_000)}"/>`), 'envelope.too-complex'],
    ['attributes', inHeader(`<a ${Array.from({ length: 10_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`), 'envelope.too-complex'],
    ['text', inHeader(`<a>${'x '.repeat(10_000_000)}</a>`), 'envelope.too-complex'],
    [
      'attachments',
      sample.replace(
        '</Attachment>',
        `</Attachment>${'<Attachment><ContentTransferEncoded>AAAA</ContentTransferEncoded></Attachment>'.repeat(600)}`,
      ),
      'envelope.too-complex',
    ],
    ['a comment without end', `${sample}<!--${'x'.repeat(1_000_000)}`, 'envelope.malformed'],
    ['NUL bytes', '\0'.repeat(5000), 'envelope.malformed'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), 'envelope.malformed'],
    ['UTF-16', Buffer.from(`\uFEFF${sample}`, 'utf16le'), 'envelope.malformed'],
    ['UTF-16 without mark', Buffer.from(sample, 'utf16le'), 'envelope.malformed'],
    ['bytes that are no UTF-8', Buffer.from(sample.replace('UBND', '\xff\xfe'), 'latin1'), 'envelope.malformed'],
    ['junk without XML', `${'x'.repeat(9000)}${sample}`, 'envelope.malformed'],
  ])('%s', async (_name, bytes, code) => {
    const started = performance.now();
    const reading = await readText(bytes);
    expect([reading.message, codesOf(reading)]).toEqual([null, [code]]);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  test('the line of a mistake is that of the message, not of the skeleton', async () => {
    const text = withContent(encoded.replace(/.{20}/g, '$&\n')).replace('</Attachment>', '</Attachments>');
    const line = text.slice(0, text.indexOf('</Attachments>')).split('\n').length;
    expect((await readText(text)).faults[0]?.vi).toContain(`dòng ${line})`);
  });

  test('a DTD is refused in words, before anything is parsed', async () => {
    const { faults } = await readText(sample.replace('<edXML xmlns', '<!DOCTYPE edXML><edXML xmlns'));
    expect(faults[0]?.vi).toContain('DTD');
  });

  test('wrong namespaces that are met are named', async () => {
    const { faults } = await readText(sample.replaceAll(qcvn, 'http://www.go.vn/eDoc'));
    expect(faults[0]).toMatchObject({ code: 'envelope.namespace', at: 'edXML' });
    expect(faults[0]?.vi).toContain('http://www.go.vn/eDoc');
    expect(faults[0]?.vi).toContain(qcvn);
  });
});

describe('attachments', () => {
  const zip = (entries: Record<string, Uint8Array>): Uint8Array => zipSync(entries, { level: 9 });
  const one = async (name: string, contentType: string, content: Uint8Array) => {
    const reading = await readText(writeEnvelope(draft, [{ name, contentType, content }]));
    return {
      reading,
      content: reading.contents[0],
      file: (reading.message as Envelope).attachments[0],
      codes: reading.warnings.map(({ code }) => code).filter((code) => code.startsWith('attachment')),
    };
  };

  test('a zip of one file is unwrapped when the name says otherwise', async () => {
    const { content, file, codes } = await one('Phụ lục.doc', 'application/zip', zip({ 'x.doc': Buffer.from('d0cf11e0a1b11ae1', 'hex') }));
    expect([content?.toString('hex'), file?.kind, file?.size, codes]).toEqual(['d0cf11e0a1b11ae1', 'ole', 8, []]);
  });

  test('also a stored one, one labelled PDF, and one with a folder beside the file', async () => {
    const stored = zipSync({ 'x.pdf': tinyPdf }, { level: 0 });
    const { content, file, codes } = await one('a.pdf', 'application/pdf', stored);
    expect([content?.equals(tinyPdf), file?.kind, codes]).toEqual([true, 'pdf', ['attachment.type-mismatch']]);
    const folder = await one('a.pdf', 'application/zip', zip({ 'd/': new Uint8Array(), 'd/x.pdf': tinyPdf }));
    expect(folder.content?.equals(tinyPdf)).toBe(true);
  });

  test('not one called .zip, one of several files, an encrypted, damaged or wrongly summed one', async () => {
    const whole = zip({ 'x.txt': Buffer.from('nội dung nội dung nội dung') });
    expect((await one('a.ZIP', 'application/zip', whole)).content?.equals(whole)).toBe(true);
    const several = zip({ 'x.txt': Buffer.from('a'), 'y.txt': Buffer.from('b') });
    expect((await one('a.txt', 'application/zip', several)).content?.equals(several)).toBe(true);
    const at = Buffer.from(whole).indexOf('PK\u0001\u0002', 0, 'latin1');
    for (const offset of [at + 8, at + 16, at + 10]) {
      const broken = Buffer.from(whole);
      broken[offset] = (broken[offset] ?? 0) ^ 1;
      expect((await one('a.txt', 'application/zip', broken)).content?.equals(broken)).toBe(true);
    }
    const cut = whole.subarray(0, whole.length - 30);
    expect((await one('a.txt', 'application/zip', cut)).content?.equals(Buffer.from(cut))).toBe(true);
  });

  test('OOXML is known by its entries, and unwrapped only from a zip around it', async () => {
    const docx = zip({ '[Content_Types].xml': Buffer.from('<Types/>'), 'word/document.xml': Buffer.from('<w/>') });
    expect((await one('a.docx', 'application/docx', docx)).file?.kind).toBe('ooxml');
    const wrapped = await one('a.docx', 'application/zip', zip({ 'r.docx': docx }));
    expect([wrapped.file?.kind, wrapped.content?.equals(docx), wrapped.codes]).toEqual(['ooxml', true, []]);
  });

  test('bombs: by ratio, and by what all of them inflate to', async () => {
    const bomb = zip({ 'x.txt': new Uint8Array(40 * 1024 * 1024) });
    expect(codesOf((await one('a.txt', 'application/zip', bomb)).reading)).toEqual(['attachment.bomb']);
    const half = { name: 'a.txt', contentType: 'application/zip', content: zip({ 'x.txt': randomBytes(60_000) }) };
    const both = writeEnvelope(draft, [half, { ...half, name: 'b.txt' }]);
    expect(codesOf(await readText(both, 'member', { inflatedBytes: 130_000 }))).toEqual([]);
    expect((await readText(both, 'member', { inflatedBytes: 100_000 })).faults).toMatchObject([
      { code: 'attachment.bomb', at: 'Attachment[2]' },
    ]);
  });

  test('an attachment without content is empty, and warned of', async () => {
    const reading = await readText(withContent(''));
    expect([codesOf(reading), reading.files[0]?.size, reading.warnings[0]?.legacyCode]).toEqual([
      [],
      0,
      'N.Attachment.ContentTransferEncoded',
    ]);
  });

  test.each([
    ['%PDF-1.7', 'pdf'],
    ['\n\n%PDF-1.7', 'pdf'],
    ['\xff\xd8\xff\xe0', 'image'],
    ['II*\0', 'image'],
    ['<?xml version="1.0"?><a/>', 'xml'],
    ['BM là chữ đầu', 'other'],
    ['xin chào', 'other'],
  ])('%j is %s by its bytes', async (bytes, kind) => {
    expect((await one('a.bin', 'application/octet-stream', Buffer.from(bytes, 'latin1'))).file?.kind).toBe(kind);
  });

  test('base64 with every odd break in it is the same file', async () => {
    const content = randomBytes(300_000);
    const text = content.toString('base64');
    for (const broken of [
      text.replace(/.{76}/g, '$&\r\n'),
      text.replace(/.{13}/g, '$&&#xD;\n'),
      ` \t${text}\n\n`,
      text.replace(/.{99}/g, '$&<!-- c -->'),
      text.replace(/=/g, '&#61;').replace('A', '&#x41;'),
    ]) {
      const reading = await readText(withContent(broken));
      expect(codesOf(reading)).toEqual([]);
      expect(reading.contents[0]?.equals(content)).toBe(true);
    }
  });

  test.each(['A', 'AA', 'AAA', 'AA=A', 'A===', '====', 'AAAA=', 'AA&amp;A', 'AA&#33;A', 'AA&#', 'AAA\u00C0', 'A-_A'])(
    '%s is not base64',
    async (text) => {
      const reading = await readText(withContent(text));
      expect(codesOf(reading)[0]).toMatch(/attachment.encoding|envelope.malformed/);
    },
  );
});

test('an envelope of 64 MB is read in bounded memory', async () => {
  // One megabyte over and over, so that the source itself costs nothing.
  const piece = randomBytes(3 * 1024 * 1024);
  const chunks = [...envelopeChunks(draft, [{ name: 'a.pdf', content: piece, contentId: 'a' }])];
  const [head = Buffer.alloc(0), ...rest] = chunks;
  const tail = rest.pop() ?? Buffer.alloc(0);
  const block = Buffer.concat(rest);
  const times = 16;
  const size = head.length + block.length * times + tail.length;
  const read = (offset: number, length: number): Uint8Array => {
    if (offset < head.length) return head.subarray(offset, offset + length);
    const inside = offset - head.length;
    if (inside >= block.length * times) return tail.subarray(inside - block.length * times, inside - block.length * times + length);
    return block.subarray(inside % block.length, Math.min(block.length, (inside % block.length) + length));
  };
  const before = process.memoryUsage().rss;
  let peak = before;
  const watched = {
    size,
    read: (offset: number, length: number) => {
      peak = Math.max(peak, process.memoryUsage.rss());
      return read(offset, length);
    },
  };
  const scratch = mkdtempSync('/tmp/lienthong-large-');
  try {
    const reading = await readEnvelope(watched, { profile: 'member', now: new Date(), scratch });
    expect(reading.faults).toEqual([]);
    expect(reading.files[0]?.size).toBe(piece.length * times);
  } finally {
    rmSync(scratch, { recursive: true });
  }
  expect(peak - before).toBeLessThan(60 * 1024 * 1024);
});
