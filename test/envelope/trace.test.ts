import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withTrace } from '../../src/envelope/trace.ts';
import type { Envelope } from '../../src/envelope/types.ts';
import { readText } from '../support/reading.ts';

const mark = { organId: 'H99.W00', at: new Date('2026-11-20T08:02:11Z') };
const trace = (prefix: string): string =>
  `<${prefix}TraceHeader><${prefix}OrganId>H99.W00</${prefix}OrganId><${prefix}Timestamp>2026/11/20 15:02:11</${prefix}Timestamp></${prefix}TraceHeader>`;

/** Handed over in pieces of that many bytes. */
const marked = async (message: Uint8Array, piece = 65_536): Promise<Buffer> => {
  async function* pieces() {
    for (let from = 0; from < message.length; from += piece) yield message.subarray(from, from + piece);
  }
  const parts: Uint8Array[] = [];
  for await (const part of withTrace(pieces(), mark)) parts.push(part);
  return Buffer.concat(parts);
};
const markedText = async (text: string, piece?: number): Promise<string> => (await marked(Buffer.from(text), piece)).toString();

describe('one TraceHeader more, and not a byte else', () => {
  it.each([
    ['before Bussiness', '<e:TraceHeaderList><e:TraceHeader/>|<e:Bussiness><e:Paper>0</e:Paper></e:Bussiness></e:TraceHeaderList>', 'e:'],
    ['at the end of a list without Bussiness', '<TraceHeaderList id="1"><TraceHeader></TraceHeader>|</TraceHeaderList>', ''],
    [
      'after a comment that only looks like Bussiness',
      '<e:TraceHeaderList><!-- <e:Bussiness> -->|<e:Bussiness/></e:TraceHeaderList>',
      'e:',
    ],
    ['past a > inside an attribute', `<e:TraceHeaderList actor="a>b"><e:TraceHeader x='/>'/>|</e:TraceHeaderList>`, 'e:'],
  ])('%s', async (_where, list, prefix) => {
    const wrap = (inside: string): string =>
      `<edXML><e:edXMLEnvelope><e:edXMLHeader><e:MessageHeader/>${inside}</e:edXMLHeader></e:edXMLEnvelope></edXML>`;
    for (const piece of [1, 7, 65_536])
      expect(await markedText(wrap(list.replace('|', '')), piece)).toBe(wrap(list.replace('|', trace(prefix))));
  });

  it('makes a list where the header has none, or an empty one', async () => {
    expect(await markedText('<e:edXMLHeader><e:MessageHeader/></e:edXMLHeader>')).toBe(
      `<e:edXMLHeader><e:MessageHeader/><e:TraceHeaderList>${trace('e:')}</e:TraceHeaderList></e:edXMLHeader>`,
    );
    expect(await markedText('<edXMLHeader><TraceHeaderList version="1"/></edXMLHeader>')).toBe(
      `<edXMLHeader><TraceHeaderList version="1">${trace('')}</TraceHeaderList></edXMLHeader>`,
    );
  });
});

const folder = new URL('../../spec/samples/valid/', import.meta.url);
const documents = readdirSync(folder).filter((name) => !name.startsWith('status-') && name.endsWith('.xml'));

it.each(documents)('%s reads as before with one trace more, however it is cut', async (name) => {
  const bytes = readFileSync(new URL(name, folder));
  const before = await readText(bytes);
  const after = await readText(await marked(bytes));
  const traces = (before.message as Envelope).traces;
  expect((after.message as Envelope).traces).toEqual([...traces, { organId: 'H99.W00', at: '2026/11/20 15:02:11' }]);
  expect(after.contentDigest).toBe(before.contentDigest);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 997 }), async (piece) => {
      expect((await marked(bytes, piece)).equals(await marked(bytes))).toBe(true);
    }),
    { numRuns: 5 },
  );
});
