import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { afterAll, describe, expect, test } from 'vitest';
import type { Envelope, UnknownElement } from '../../src/envelope/types.ts';
import { envelopeChunks, writeEnvelope, writeStatus } from '../../src/envelope/write.ts';
import { HubError } from '../../src/errors.ts';
import { attachments, draft, status } from '../support/drafts.ts';
import { accessTo, readSource } from '../support/reading.ts';

const schema = XmlDocument.fromString(readFileSync(new URL('../../spec/edxml.xsd', import.meta.url), 'utf8'));
const validator = XsdValidator.fromDoc(schema);
afterAll(() => {
  validator.dispose();
  schema.dispose();
});

/** Throws with the first offence where the bytes do not fit spec/edxml.xsd. */
const validate = (bytes: Uint8Array): void => {
  const written = XmlDocument.fromBuffer(bytes);
  try {
    validator.validate(written);
  } finally {
    written.dispose();
  }
};

const minimal = {
  from: { organId: 'H99.22', name: 'UBND xã Tân Lập' },
  to: [{ organId: 'H99.01', name: 'Sở Nội vụ tỉnh Mẫu' }],
  documentId: 'H99.22,2025/07/15,27/UBND-VX',
  number: '27',
  notation: 'UBND-VX',
  promulgatedOn: '2025-07-15',
} as const;

const inOrder = (unknown: readonly UnknownElement[]): readonly string[] => unknown.map((element) => JSON.stringify(element)).sort();

describe('writing', () => {
  test('what is written is read back the same, and fits spec/edxml.xsd', async () => {
    await fc.assert(
      fc.asyncProperty(draft, attachments, async (given, files) => {
        const bytes = writeEnvelope(given, files);
        validate(bytes);
        const reading = await readSource(accessTo(bytes));
        expect(reading.faults).toEqual([]);
        const { unknown, manifest, attachments: read, kind, signature, ...rest } = reading.message as Envelope;
        const { unknown: given_, ...expected } = given;
        expect(rest).toEqual(expected);
        expect(inOrder(unknown)).toEqual(inOrder(given_ ?? []));
        expect([kind, signature]).toEqual(['document', 'none']);
        expect(read.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
        expect(manifest.map(({ contentId }) => contentId)).toEqual(read.map(({ contentId }) => contentId));
        reading.contents.forEach((content, index) => {
          expect(content.equals(Buffer.from(files[index]?.content as Uint8Array))).toBe(true);
          expect(read[index]).toMatchObject({ size: content.length, sha256: createHash('sha256').update(content).digest('hex') });
        });
      }),
      { numRuns: 60 },
    );
  });

  test('a status is read back the same, and fits spec/edxml.xsd', async () => {
    await fc.assert(
      fc.asyncProperty(status, async (given) => {
        const bytes = writeStatus(given);
        validate(bytes);
        const reading = await readSource(accessTo(bytes));
        expect(reading.faults).toEqual([]);
        const { kind, reportedAt, ...rest } = reading.message as { kind: string; reportedAt: string };
        expect({ kind, reportedAt }).toEqual({ kind: 'status', reportedAt: '2026-11-20T01:00:00.000Z' });
        expect(rest).toEqual(given);
      }),
      { numRuns: 60 },
    );
  });

  test('the prefix trap: edXML: on everything inside the envelope, none on AttachmentEncoded and Attachment', () => {
    const text = Buffer.from(writeEnvelope(minimal, [{ name: '27.pdf', content: Buffer.from('%PDF-1.7') }])).toString();
    const [inside = '', outside = ''] = text.split('</edXML:edXMLEnvelope>');
    expect(
      [...inside.matchAll(/<\/?([\w:]+)/g)].map(([, name]) => name).filter((name) => name !== 'edXML' && !name?.startsWith('edXML:')),
    ).toEqual([]);
    expect([...new Set([...outside.matchAll(/<([\w:]+)/g)].map(([, name]) => name))]).toEqual([
      'AttachmentEncoded',
      'Attachment',
      'ContentId',
      'AttachmentName',
      'ContentType',
      'edXML:ContentTransferEncoded',
    ]);
    expect(text).not.toContain('urn:uuid');
  });

  test('values that did not fit their type are kept and written back', async () => {
    const bytes = Buffer.from(writeEnvelope({ ...minimal, priority: 0 }))
      .toString()
      .replace('<edXML:Priority>0<', '<edXML:Priority>hỏa tốc<')
      .replace('<edXML:Paper>0<', '<edXML:Paper>có<');
    const first = await readSource(accessTo(Buffer.from(bytes)));
    expect(first.message).toMatchObject({ priority: -1, paper: 'unclear' });
    const again = await readSource(accessTo(writeEnvelope(first.message as Envelope)));
    expect(again.message).toEqual(first.message);
  });

  test('control characters and half characters are refused, not written', () => {
    for (const subject of ['a\u0001b', 'a\uD800b', 'a\uFFFE']) {
      expect(() => writeEnvelope({ ...minimal, subject })).toThrow(HubError);
    }
  });

  test('the chunks are the same bytes, and no chunk holds a large file', () => {
    const content = { size: 3_000_000, read: (_offset: number, length: number) => new Uint8Array(length).fill(65) };
    const chunks = [...envelopeChunks(minimal, [{ name: 'lớn.pdf', content, contentId: 'a' }])];
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(600_000);
    const whole = writeEnvelope(minimal, [{ name: 'lớn.pdf', content: new Uint8Array(3_000_000).fill(65), contentId: 'a' }]);
    expect(Buffer.concat(chunks).equals(Buffer.from(whole))).toBe(true);
  });
});
