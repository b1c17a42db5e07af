/** The reader on anything at all: it answers, soon, within its limits, and never calls noise a signature that holds. */
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readValue } from '../../../src/signature/pdf/read/lexer.ts';
import { PdfError, type PdfValue } from '../../../src/signature/pdf/read/object.ts';
import { pdfLimits, sourceOf } from '../../../src/signature/pdf/read/source.ts';
import { bytesOf, type Kit, makeKit, outcomeOf } from '../kit.ts';

let kit: Kit;
beforeAll(async () => {
  kit = await makeKit();
});

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const tokens = [
  ...['%PDF-1.7\n', '1 0 obj', 'endobj', 'stream\n', '\nendstream', 'xref\n', '0 2\n', '0000000000 65535 f \n', '0000000009 00000 n \n'],
  ...[
    'trailer\n',
    'startxref\n',
    '%%EOF\n',
    '<<',
    '>>',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '/Type',
    '/Sig',
    '/Root 1 0 R',
    '/Prev 9',
    '/Size 3',
  ],
  ...['/ByteRange [0 9 20 30]', '/Contents <00>', '/Byte#52ange', '/Kids [1 0 R]', '/Pages 1 0 R', '/AcroForm << /Fields [1 0 R] >>'],
  ...[
    '/XRefStm 9',
    '/Type /XRef /W [1 2 1] /Index [0 1]',
    '/Type /ObjStm /N 1 /First 4',
    '/Length 5',
    '/Filter /FlateDecode',
    '/Encrypt 1 0 R',
  ],
  ...[
    '1 0 R',
    'R',
    '-',
    '+',
    '.',
    '1',
    '0',
    '9',
    '99999999999999999999',
    'null',
    'true',
    '\\',
    '#',
    '%',
    '\n',
    ' ',
    '{',
    '}',
    '\0',
    'constructor',
    '/__proto__',
  ],
];
const noise = fc.oneof(
  fc.array(fc.constantFrom(...tokens), { maxLength: 120 }).map((parts) => latin(parts.join(' '))),
  fc.array(fc.constantFrom(...tokens), { maxLength: 60 }).map((parts) => latin(`%PDF-1.7\n${parts.join('')}\nstartxref\n9\n%%EOF\n`)),
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
);

const within = <T>(milliseconds: number, act: () => T): T => {
  const started = performance.now();
  const answer = act();
  expect(performance.now() - started).toBeLessThan(milliseconds);
  return answer;
};

describe('the reader', () => {
  it('answers whatever it is given', () => {
    fc.assert(
      fc.property(noise, (bytes) => {
        const { verdict } = within(3000, () => kit.verify(bytes));
        expect(['invalid', 'unsigned', 'unreadable']).toContain(verdict);
      }),
      { numRuns: 600 },
    );
  });

  it('answers for good files cut, doubled, filled and shuffled, and never that they are sound', () => {
    const good = Buffer.from(kit.twice().bytes);
    const cms = good.lastIndexOf('/Contents <') + '/Contents <'.length;
    const signedPart = (bytes: Buffer): string =>
      bytes.toString('latin1', 0, cms) + bytes.toString('latin1', good.indexOf('>', cms)).trimEnd();
    const place = fc.nat({ max: good.length - 1 });
    const edit = fc.record({
      from: place,
      length: fc.nat({ max: 400 }),
      to: place,
      with: fc.constantFrom(...tokens),
      how: fc.constantFrom('cut', 'copy', 'insert', 'write'),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let bytes = good;
        for (const { from, length, to, with: text, how } of edits) {
          const piece = bytes.subarray(from, from + length);
          if (how === 'cut') bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
          else if (how === 'copy') bytes = Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)]);
          else if (how === 'insert') bytes = Buffer.concat([bytes.subarray(0, to), latin(text), bytes.subarray(to)]);
          else bytes = Buffer.concat([bytes.subarray(0, to), latin(text), bytes.subarray(to + text.length)]);
        }
        const { verdict } = within(3000, () => kit.verify(bytes));
        // White space behind the last line, and what the last signature cannot sign, its own CMS, is all that may go unnoticed.
        if (signedPart(bytes) !== signedPart(good)) expect(['invalid', 'unsigned', 'unreadable']).toContain(verdict);
      }),
      { numRuns: 200 },
    );
  });

  it('answers for a CMS altered digit by digit, and never that another than its signer signed', () => {
    const good = Buffer.from(kit.twice().bytes);
    const cms = good.lastIndexOf('/Contents <') + '/Contents <'.length;
    const seen = (bytes: Buffer) => kit.verify(bytes).signatures.at(-1);
    const signer = seen(good)?.signer;
    const told = new Set<string>();
    let unnoticed = 0;
    for (let at = cms; at < cms + 3_900; at += 13) {
      const bytes = Buffer.from(good);
      bytes.write(bytes.toString('latin1', at, at + 1) === '0' ? '1' : '0', at, 'latin1');
      const found = seen(bytes);
      told.add(`${found?.integrity}/${found?.reason}`);
      if (found?.integrity !== 'intact' || found.reason !== 'revocation-unknown') continue;
      expect(found.signer).toEqual(signer);
      unnoticed += 1;
    }
    // A few that nothing rests on, as the list of digests before the signers; of 300 the value alone has some 40.
    expect(unnoticed).toBeLessThan(10);
    expect(told).toContain('broken/untrusted');
    expect(told.size).toBeGreaterThan(2);
  });

  it('reads a value the same through small windows as at once', () => {
    const value: fc.Memo<string> = fc.memo((depth) => {
      const scalar = fc.oneof(
        fc.integer().map(String),
        fc.constantFrom('true', 'false', 'null', '1 0 R', '/Name', '/A#42', '(a(b)c\\)\\101\n)', '<0aFf>', '<0a f>', '-.5', '4.', 'odd'),
        fc.string({ maxLength: 5 }).map((text) => `(${text.replace(/[()\\]/g, '')})`),
      );
      if (depth <= 1) return scalar;
      const inner = value();
      return fc.oneof(
        scalar,
        fc.array(inner, { maxLength: 4 }).map((items) => `[${items.join(' ')}]`),
        fc.array(inner, { maxLength: 4 }).map((items) => `<<${items.map((item, i) => `/K${i} ${item}`).join(' ')}>>`),
      );
    });
    fc.assert(
      fc.property(value(4), fc.nat({ max: 6000 }), (text, before) => {
        const bytes = latin(`${' '.repeat(before)}${text} /End`);
        const read = (source: ReturnType<typeof sourceOf>, from: number): PdfValue =>
          source.parse(from, bytes.length, (cursor) => readValue(cursor));
        const windowed = read(sourceOf(bytesOf(bytes)), 0);
        const { value: whole } = { value: readValue(sourceOf(bytesOf(bytes)).decoded(bytes)) };
        expect(JSON.stringify(windowed, (key, item) => (key === 'start' || key === 'end' ? 0 : item))).toBe(
          JSON.stringify(whole, (key, item) => (key === 'start' || key === 'end' ? 0 : item)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('throws nothing but its own error', () => {
    fc.assert(
      fc.property(noise, (bytes) => {
        try {
          const cursor = sourceOf(bytesOf(bytes)).decoded(bytes);
          for (let i = 0; i < 50 && cursor.at < bytes.length; i++) readValue(cursor);
        } catch (error) {
          expect(error).toBeInstanceOf(PdfError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('limits', () => {
  const limited = (bytes: Uint8Array, limits: Partial<typeof pdfLimits>) =>
    outcomeOf(within(5000, () => kit.verify(bytes, { limits: { ...pdfLimits, ...limits } })));
  const over = 'unreadable/over-limits';
  const file = (body: string, trailer = ''): Buffer => {
    const head = `%PDF-1.7\n${body}`;
    return latin(
      `${head}xref\n1 1\n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R ${trailer} >>\nstartxref\n${head.length}\n%%EOF\n`,
    );
  };

  it('on values, revisions and entries stop a file', () => {
    const { bytes } = kit.twice();
    expect(limited(bytes, {})).toBe('undetermined/revocation-unknown');
    expect(limited(bytes, { values: 100 })).toBe(over);
    expect(limited(bytes, { revisions: 2 })).toBe(over);
    expect(limited(bytes, { entries: 5 })).toBe(over);
    expect(limited(file('1 0 obj\n<< >>\nendobj\n'), { entries: 0 })).toBe(over);
  });
  it('on nesting: a million brackets end soon', () => {
    expect(limited(file(`1 0 obj\n${'['.repeat(1_000_000)}\nendobj\n`), {})).toBe(over);
    expect(limited(file(`1 0 obj\n${'<</A'.repeat(300_000)}\nendobj\n`), {})).toBe(over);
  });
  it('on strings that never end, of many objects', () => {
    expect(['unreadable/damaged', over]).toContain(limited(file(`1 0 obj\n(${'('.repeat(3_000_000)}\nendobj\n`), { milliseconds: 3000 }));
  });
  it('on what a stream inflates to', () => {
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    const head = Buffer.concat([
      latin(`%PDF-1.7\n1 0 obj\n<< /Type /XRef /Size 9 /W [1 2 1] /Root 2 0 R /Filter /FlateDecode /Length ${bomb.length} >>\nstream\n`),
      bomb,
      latin('\nendstream\nendobj\nstartxref\n9\n%%EOF\n'),
    ]);
    expect(limited(head, { inflated: 10_000_000 })).toBe(over);
  });
  it('a table that promises more rows than there are bytes', () => {
    const text = '%PDF-1.7\nxref\n0 2000000000\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n';
    expect([over, 'unreadable/damaged']).toContain(limited(latin(text), {}));
  });
  it('a chain that turns in a circle, objects in objects in themselves', () => {
    expect(limited(latin('%PDF-1.7\nxref\n0 0\ntrailer\n<< /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF\n'), {})).toBe('unreadable/damaged');
    const loops = '1 0 obj\n<< /Pages 1 0 R /Kids [1 0 R] /AcroForm 1 0 R /Fields [1 0 R] /Length 1 0 R /FT /Sig /V 1 0 R >>\nendobj\n';
    expect(['invalid', 'unsigned', 'unreadable']).toContain(kit.verify(file(loops)).verdict);
  });
  it('a crowd of decoys is not searched for ever', () => {
    const decoys = `1 0 obj\n<< /A [${'(/ByteRange [0 1 2 3]) '.repeat(6000)}] >>\nendobj\n`;
    expect(limited(file(decoys), {})).toBe(over);
  });
  it('memory: noise of megabytes leaves no megabytes behind', () => {
    const bytes = latin(`%PDF-1.7\n${'/A << /B [ (c) <00> '.repeat(200_000)}\nstartxref\n9\n%%EOF\n`);
    const before = process.memoryUsage().heapUsed;
    expect(['unreadable/damaged', over]).toContain(limited(bytes, {}));
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300_000_000);
  });
});
