import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { writeEnvelope } from '../../src/envelope/write.ts';
import { draft } from '../support/drafts.ts';
import { readText } from '../support/reading.ts';
import { sampleDocument, sampleStatus } from '../support/sample-form.ts';

const digestOf = async (text: string | Uint8Array): Promise<string | null> => (await readText(text)).contentDigest;
const sample = sampleDocument(1);
const before = await digestOf(sample);

/** Children of the MessageHeader, each with the text between. */
const shuffled = (text: string, order: readonly number[]): string => {
  const [, head = '', inside = '', tail = ''] =
    /^([\s\S]*<edXML:MessageHeader>)([\s\S]*)(<\/edXML:MessageHeader>[\s\S]*)$/.exec(text) ?? [];
  const parts = [...inside.matchAll(/<edXML:(\w+)>[\s\S]*?<\/edXML:\1>(?=\s*(?:<|$))/g)].map(([part]) => part);
  const sorted = parts.map((part, index) => ({ part, rank: order[index % order.length] ?? 0 })).sort((one, other) => one.rank - other.rank);
  return `${head}${sorted.map(({ part }) => part).join('\n')}${tail}`;
};

/** Contract §4. */
describe('the content digest stays the same', () => {
  test('in any order of elements', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { minLength: 16, maxLength: 16 }), async (order) => {
        expect(await digestOf(shuffled(sample, order))).toBe(before);
      }),
      { numRuns: 30 },
    );
  });

  test('with any prefix, or none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-wyz][a-z0-9]{0,5}$/), async (prefix) => {
        expect(await digestOf(sample.replaceAll('edXML:', `${prefix}:`).replaceAll('xmlns:edXML', `xmlns:${prefix}`))).toBe(before);
      }),
      { numRuns: 20 },
    );
    expect(await digestOf(sample.replaceAll('edXML:', '').replaceAll(/ xmlns:edXML="[^"]*"/g, ''))).toBe(before);
    expect(await digestOf(sample.replaceAll('edXML:Bussiness', 'edXML:Business'))).toBe(before);
  });

  test.each([
    ['the recipients', (text: string) => text.replace('H99.01', 'H99.02').replace('Sở Nội vụ tỉnh Mẫu', 'Sở Xây dựng')],
    ['the clerk', (text: string) => text.replace('Trần Thị B', 'Lê Văn C')],
    ['the traces', (text: string) => text.replace('2025/07/15 08:30:00', '2025/07/16 09:00:00')],
    ['the ContentIds', (text: string) => text.replaceAll('3f1c7e0a', randomUUID())],
    ['the attachment names', (text: string) => text.replaceAll('27_UBND-VX.pdf', 'khác.pdf')],
    ['white space', (text: string) => text.replaceAll('><', '>\n  <').replace('<edXML:Subject>', '<edXML:Subject>  ')],
    ['the Unicode form', (text: string) => text.normalize('NFD')],
    ['blank elements', (text: string) => text.replace('<edXML:OtherInfo>', '<edXML:DueDate/><edXML:OtherInfo>')],
    ['a signature', (text: string) => text.replace('</edXML:edXMLHeader>', '<edXML:DigitalSignature/></edXML:edXMLHeader>')],
    [
      'an error list',
      (text: string) =>
        text.replace('<edXML:OtherInfo>', '<edXML:ErrorList><edXML:Error>x</edXML:Error></edXML:ErrorList><edXML:OtherInfo>'),
    ],
  ])('when %s change', async (_name, change) => {
    expect(change(sample)).not.toBe(sample);
    expect(await digestOf(change(sample))).toBe(before);
  });

  test('when a file is zipped anew under a random name', async () => {
    const [, encoded = ''] = /<edXML:ContentTransferEncoded[^>]*>([^<]*)/.exec(sample) ?? [];
    const zipped = (): string => {
      const zip = zipSync({ [`${randomUUID()}.pdf`]: Buffer.from(encoded, 'base64') }, { level: 6, mtime: Date.now() });
      return sample.replace(encoded, Buffer.from(zip).toString('base64'));
    };
    expect(zipped()).not.toBe(zipped());
    expect([await digestOf(zipped()), await digestOf(zipped())]).toEqual([before, before]);
  });

  test('for files in another order', async () => {
    const make = (names: readonly string[]) =>
      writeEnvelope(
        { from: { organId: 'A' }, to: [{ organId: 'B' }], documentId: 'c', number: '1', promulgatedOn: '2025-07-15' },
        names.map((name) => ({ name: `${name}.pdf`, content: Buffer.from(`%PDF ${name}`) })),
      );
    expect(await digestOf(make(['a', 'b']))).toBe(await digestOf(make(['b', 'a'])));
    expect(await digestOf(make(['a', 'b']))).not.toBe(await digestOf(make(['a', 'c'])));
  });
});

describe('the content digest differs', () => {
  const leaves = [...sample.matchAll(/<edXML:(\w+)>([^<]+)<\/edXML:\1>/g)]
    .map(([whole, name = '', value = '']) => ({ whole, name, value }))
    .filter(
      ({ value, name }) =>
        !['H99.01', 'Sở Nội vụ tỉnh Mẫu', 'Trần Thị B', 'Văn thư', 'vanthu@tanlap.example'].includes(value) && name !== 'Timestamp',
    )
    .filter(
      ({ name, whole }) =>
        !/Content(Id|Type)|Description|AttachmentName/.test(name) && sample.indexOf(whole) < sample.indexOf('</edXML:TraceHeaderList>'),
    )
    .filter(({ whole }) => !/<edXML:TraceHeader>/.test(sample.slice(sample.indexOf(whole) - 20, sample.indexOf(whole))));

  test.each(leaves)('when $name changes', async ({ whole, value }) => {
    expect(await digestOf(sample.replace(whole, whole.replace(value, `${value}9`)))).not.toBe(before);
  });

  test('for any two different documents', async () => {
    await fc.assert(
      fc.asyncProperty(draft, draft, async (one, other) => {
        const strip = ({ to: _to, traces: _traces, unknown, ...rest }: typeof one) =>
          JSON.stringify([
            { ...rest, business: { ...rest.business, staff: null } },
            unknown?.filter(({ parent }) => parent.startsWith('MessageHeader') && !parent.includes('To[')),
          ]);
        fc.pre(strip(one) !== strip(other));
        expect(await digestOf(writeEnvelope(one))).not.toBe(await digestOf(writeEnvelope(other)));
      }),
      { numRuns: 30 },
    );
  });

  test('a file that changes by one bit', async () => {
    const [, encoded = ''] = /<edXML:ContentTransferEncoded[^>]*>([^<]*)/.exec(sample) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    expect(await digestOf(sample.replace(encoded, bytes.toString('base64')))).not.toBe(before);
  });
});

test('a status has no content digest', async () => {
  expect(await digestOf(sampleStatus('03', 1))).toBeNull();
});

test('the digest of a known message never changes: it is stored', async () => {
  expect(before).toMatchInlineSnapshot(`"891aabea135f59c213a7522426b5b7f82822854c58170e64c5ab2b3ba905494b"`);
});
