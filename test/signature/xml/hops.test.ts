/** Hop headers that are left out one by one until a digest fits: exactly what a hub appends, and nothing else. */
import { describe, expect, it } from 'vitest';
import { withParsed } from '../../../src/signature/xml/document.ts';
import { withoutHops } from '../../../src/signature/xml/hops.ts';

const envelope = (header: string, after = ''): string =>
  `<e:edXML xmlns:e="http://www.mic.gov.vn/TBT/QCVN_102_2016"><e:edXMLEnvelope><e:edXMLHeader>${header}</e:edXMLHeader>${after}</e:edXMLEnvelope></e:edXML>`;

describe('hop headers', () => {
  const hop = (inside = '<e:OrganId>A</e:OrganId><e:Timestamp>2026/11/20 08:30:00</e:Timestamp>', attributes = ''): string =>
    `<e:TraceHeader${attributes}>${inside}</e:TraceHeader>`;
  const stamp = '<e:Timestamp>2026/11/20 08:30:00</e:Timestamp>';
  const listed = (...hops: readonly string[]): string => envelope(`<e:TraceHeaderList>${hops.join('')}</e:TraceHeaderList>`);
  /** How many go until `left` stand there, and how many were seen to stand at each question. */
  const gone = (xml: string, left: number): readonly [number, readonly string[]] =>
    withParsed(Buffer.from(xml), (document) => {
      const seen: string[] = [];
      const count = withoutHops(document, () => {
        const lists = document.find('//*[local-name()="TraceHeaderList"]').length;
        const hops = document.find('//*[local-name()="TraceHeader"]').length;
        seen.push(lists === 0 ? 'no list' : String(hops));
        return lists === 0 ? left < 0 : hops === left;
      });
      return [count, seen];
    });

  it('go one by one from the last, until it holds', () => {
    const three = listed(hop(), hop(), hop());
    expect(gone(three, 2)).toEqual([1, ['2']]);
    expect(gone(three, 1)).toEqual([2, ['2', '1']]);
    expect(gone(three, 0)).toEqual([3, ['2', '1', '0']]);
    expect(gone(three, -1)).toEqual([3, ['2', '1', '0', 'no list']]);
    expect(gone(three, 9)).toEqual([0, ['2', '1', '0', 'no list']]);
  });

  it('are eight at most', () => {
    const nine = listed(...Array.from({ length: 9 }, () => hop()));
    expect(gone(nine, 1)[0]).toBe(8);
    expect(gone(nine, 0)).toEqual([0, ['8', '7', '6', '5', '4', '3', '2', '1']]);
  });

  it('leave a list that holds anything else', () => {
    expect(gone(envelope(`<e:TraceHeaderList a="1">${hop()}</e:TraceHeaderList>`), -1)).toEqual([0, ['0']]);
    expect(gone(envelope(`<e:TraceHeaderList> ${hop()}</e:TraceHeaderList>`), -1)).toEqual([0, ['0']]);
    expect(gone(listed('<e:x/>', hop()), 0)).toEqual([1, ['0']]);
  });

  it('are none without a list, or with two', () => {
    expect(gone(envelope(''), 9)).toEqual([0, []]);
    const list = `<e:TraceHeaderList>${hop()}</e:TraceHeaderList>`;
    expect(gone(envelope(list + list), 1)).toEqual([0, []]);
    expect(gone(listed(), 0)).toEqual([0, []]);
    expect(gone(envelope('', list), 0)).toEqual([0, []]);
  });

  it.each<[string, string, boolean]>([
    ['as usual', hop(), true],
    ['without OrganId', hop(stamp), true],
    ['blank OrganId', hop(`<e:OrganId/>${stamp}`), true],
    ['white space between', hop(`\n <e:OrganId>A</e:OrganId>\n ${stamp}\n`), true],
    ['white space around the moment', hop('<e:Timestamp>\n2026/11/20 08:30:00 </e:Timestamp>'), true],
    ['a code of 100 letters', hop(`<e:OrganId>${'A'.repeat(100)}</e:OrganId>${stamp}`), true],
    ['a code of 101 letters', hop(`<e:OrganId>${'A'.repeat(101)}</e:OrganId>${stamp}`), false],
    ['without Timestamp', hop('<e:OrganId>A</e:OrganId>'), false],
    ['nothing', hop(''), false],
    ['the other order', hop(`${stamp}<e:OrganId>A</e:OrganId>`), false],
    ['two moments', hop(stamp + stamp), false],
    ['more', hop(`<e:OrganId>A</e:OrganId>${stamp}<e:x/>`), false],
    ['text', hop(`x${stamp}`), false],
    ['a comment', hop(`<!---->${stamp}`), false],
    ['a comment in a value', hop('<e:Timestamp>2026/11/20<!----> 08:30:00</e:Timestamp>'), false],
    ['an instruction', hop(`<?x y?>${stamp}`), false],
    ['an attribute', hop(stamp, ' a="1"'), false],
    ['an attribute of a value', hop('<e:Timestamp a="1">2026/11/20 08:30:00</e:Timestamp>'), false],
    ['an element in a value', hop(`<e:OrganId><e:x/></e:OrganId>${stamp}`), false],
    ['a value of another namespace', hop('<Timestamp>2026/11/20 08:30:00</Timestamp>'), false],
    ['an organ of another namespace', hop(`<OrganId>A</OrganId>${stamp}`), false],
    ['a moment written otherwise', hop('<e:Timestamp>2026-11-20 08:30:00</e:Timestamp>'), false],
    ['a moment and more', hop('<e:Timestamp>2026/11/20 08:30:00Z</e:Timestamp>'), false],
    ['more before a moment', hop('<e:Timestamp>x2026/11/20 08:30:00</e:Timestamp>'), false],
    ['no moment', hop('<e:Timestamp/>'), false],
  ])('%s: %s', (_, one, expected) => {
    expect(gone(listed(hop(), one), 1)).toEqual(expected ? [1, ['1']] : [0, []]);
  });

  it('stop at the first that is none', () => {
    expect(gone(listed(hop(), hop('<e:x/>'), hop()), 0)).toEqual([0, ['2']]);
  });
});
