/**
 * A second XML reader of another make (fast-xml-parser) sees the same sender, recipients and id. It
 * decides nothing: it takes two roots and leaves mismatched tags alone. But where both accept a
 * message they must agree, else a sender could show the hub one thing and a recipient another.
 */
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { normalText } from '../../src/envelope/text.ts';
import { writeEnvelope } from '../../src/envelope/write.ts';
import { draft } from '../support/drafts.ts';
import { readText } from '../support/reading.ts';
import { samples } from '../support/samples.ts';

const parser = new XMLParser({
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreAttributes: true,
  trimValues: false,
  htmlEntities: true,
  isArray: (name) => name === 'To',
});

type Organ = { readonly OrganId?: string };
type Header = { readonly From?: Organ; readonly To?: readonly Organ[]; readonly DocumentId?: string };

const secondView = (text: string): readonly string[] => {
  const header: Header = parser.parse(text.slice(text.indexOf('<'))).edXML.edXMLEnvelope.edXMLHeader.MessageHeader;
  return [header.From?.OrganId, header.DocumentId, ...(header.To ?? []).map(({ OrganId }) => OrganId)].map((value) =>
    normalText(value ?? ''),
  );
};

const firstView = async (text: string): Promise<readonly string[]> => {
  const { message } = await readText(text);
  if (message?.kind !== 'document') throw new Error('no document');
  return [message.from.organId, message.documentId, ...message.to.map(({ organId }) => organId)];
};

describe('both readers see the same From, To and DocumentId', () => {
  const documents = samples().filter(({ path }) => path.startsWith('valid/') && !path.includes('status'));

  test.each(documents)('$path', async ({ text }) => {
    expect(secondView(text)).toEqual(await firstView(text));
  });

  test('in whatever the hub itself writes', async () => {
    await fc.assert(
      fc.asyncProperty(draft, async (given) => {
        const text = Buffer.from(writeEnvelope(given)).toString();
        expect(secondView(text)).toEqual(await firstView(text));
      }),
      { numRuns: 50 },
    );
  });
});
