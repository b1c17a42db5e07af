/** Signatures over envelopes: their place, dummies in it, headers that hubs append, attachments that are never in memory. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { certificatePem } from '../../src/demo/pki.ts';
import { withTrace } from '../../src/envelope/trace.ts';
import { documentMessage } from '../support/message.ts';
import { forms, makeXmlKit, only, type XmlKit } from './xml-kit.ts';

let kit: XmlKit;
let text: string;
let good: string;
beforeAll(async () => {
  kit = await makeXmlKit();
  text = letter(['H99.1']);
  good = await inHeader(text);
});

const letter = (traces: readonly string[], size = 50_000): string =>
  documentMessage({
    ...{ from: 'H99.1', to: ['H99.2'], documentId: 'H99.1,2026/11/19,27/UBND-VX', traces },
    files: [{ name: 'van-ban.pdf', bytes: Buffer.alloc(size, '%PDF-1.7 nội dung ') }],
  }).toString('utf8');
const inHeader = (xml: string): Promise<string> => kit.signed(xml, { at: xml.indexOf('</edXML:edXMLHeader>') });

describe('the place of the signature', () => {
  it('is the header, as the standard has it, or below the root', async () => {
    expect(kit.outcome(good)).toBe('valid');
    expect(kit.outcome(await kit.signed(text))).toBe('valid');
  });
  it('is nowhere else', async () => {
    for (const before of ['</edXML:MessageHeader>', '</edXML:edXMLEnvelope>', '</edXML:edXMLBody>', '</Attachment>']) {
      expect(kit.outcome(await kit.signed(text, { at: text.indexOf(before) }))).toBe('undetermined/unsupported');
    }
    // The same path in another namespace is another path.
    const other = text.replaceAll('QCVN_102_2016', 'QCVN_102');
    expect(kit.outcome(await inHeader(other))).toBe('undetermined/unsupported');
  });
  it('may follow the junk that old gateways leave, which no other XML may', () => {
    expect(kit.outcome(`1212${good}`)).toBe('valid');
  });
});

const dummy = (inside: string, namespace = ' xmlns="http://www.w3.org/2000/09/xmldsig#"'): string =>
  text.replace('</edXML:edXMLHeader>', `<Signature${namespace}>${inside}</Signature></edXML:edXMLHeader>`);
const values = (digest: string, value: string, certificate: string): string =>
  `<SignedInfo><Reference URI=""><DigestValue>${digest}</DigestValue></Reference></SignedInfo><SignatureValue>${value}</SignatureValue>` +
  `<KeyInfo><X509Data><X509Certificate>${certificate}</X509Certificate></X509Data></KeyInfo>`;
const longEnough = Buffer.alloc(256, 1).toString('base64');
const digestLike = Buffer.alloc(32, 1).toString('base64');
const body = (der: Uint8Array): string => certificatePem(der).replace(/-----[A-Z ]+-----|\s/g, '');

describe('a placeholder', () => {
  const corpus = join(import.meta.dirname, '../../../shared/corpora/edxml');
  it.skipIf(!existsSync(corpus) && process.env.CI !== 'true')('stands in the four documents of the national axis, and in no status', () => {
    const found = readdirSync(corpus).map((name) => `${name.split('_')[0]} ${kit.outcome(readFileSync(join(corpus, name)))}`);
    expect(found.sort()).toEqual([...Array(4).fill('edoc undetermined/placeholder'), ...Array(5).fill('status unsigned/no-signature')]);
  });
  it.each([
    ['an empty DigitalSignature', () => text.replace('</edXML:edXMLHeader>', '<edXML:DigitalSignature/></edXML:edXMLHeader>')],
    ['an empty Signature', () => dummy('')],
    ['one of the standard’s namespace', () => dummy('<SignatureValue>x</SignatureValue>', '')],
    ['a certificate that is cut off', () => dummy(values(digestLike, longEnough, 'MIIFqTCCBJG'))],
    ['a value too short for any key', () => dummy(values(digestLike, 'AAAA', ''))],
    ['a digest of no digest’s length', () => dummy(values('AAAA', longEnough, ''))],
  ])('is %s', (_, make) => {
    const proof = kit.verify(make());
    expect(proof).toMatchObject({ verdict: 'undetermined', reason: 'placeholder', signatures: [] });
  });
  it('is none as soon as a certificate can be read: somebody is named', async () => {
    const real = body(kit.signer().certificate);
    expect(kit.outcome(dummy(values(digestLike, longEnough, real)))).toBe('invalid/malformed-signature');
    const forged = good.replace(/(<ds:SignatureValue>)[^<]*/, '$1AAAA').replace(/(<ds:DigestValue>)[^<]*/, '$1AAAA');
    expect(kit.outcome(forged)).toBe('invalid/digest-mismatch');
    expect(kit.outcome(good.replace(/(<ds:SignatureValue>)[^<]*/, `$1${longEnough}`))).toBe('invalid/signature-mismatch');
    expect(
      kit.outcome(text.replace('</edXML:edXMLHeader>', `<edXML:Signature>${values('', '', real)}</edXML:Signature></edXML:edXMLHeader>`)),
    ).toBe('undetermined/unsupported');
  });
  it('is none in what could be a signature, only without the certificate: nobody can tell', () => {
    const bare = good.replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, '');
    expect(kit.outcome(bare)).toBe('undetermined/untrusted');
  });
  it('is found in envelopes only', async () => {
    const xml = (await kit.signed('<a/ >'.replace('/ >', '></a>'))).replace(/(<ds:X509Certificate>)[^<]*/, '$1MIIFqTCCBJG');
    expect(kit.outcome(xml)).toBe('invalid/malformed-signature');
  });
});

const passed = async (xml: string, hubs: number): Promise<string> => {
  let message = Buffer.from(xml);
  for (let hub = 1; hub <= hubs; hub += 1) {
    const source = (async function* () {
      yield message;
    })();
    const pieces: Uint8Array[] = [];
    for await (const piece of withTrace(source, { organId: `H8${hub}.W00`, at: new Date('2026-11-20T01:00:00Z') })) pieces.push(piece);
    message = Buffer.concat(pieces);
  }
  return message.toString('utf8');
};

describe('headers that hubs append', () => {
  it.each([1, 2, 8])('do not break a signature: %i of them', async (hubs) => {
    const proof = kit.verify(await passed(good, hubs));
    expect(only(proof)).toMatchObject({ verdict: 'valid', integrity: 'intact', covers: { wholeFile: false } });
    expect(only(proof).remarks?.map(({ code, en }) => [code, en.includes(`appended ${hubs} TraceHeader`)])).toEqual([
      ['hops-after-signing', true],
    ]);
  });
  it('more than any way has are not taken away', async () => {
    expect(kit.outcome(await passed(good, 9))).toBe('invalid/digest-mismatch');
  });
  it('where there was no list before, or an empty one', async () => {
    const none = text.replace(/<edXML:TraceHeaderList>.*<\/edXML:TraceHeaderList>/s, '');
    const empty = text.replace(/<edXML:TraceHeaderList>.*<\/edXML:TraceHeaderList>/s, '<edXML:TraceHeaderList/>');
    for (const xml of [none, empty]) {
      const forwarded = await passed(await inHeader(xml), 2);
      expect(forwarded).toContain('H82.W00');
      expect(kit.outcome(forwarded)).toBe('valid');
    }
  });
  it('of the axis, which leaves OrganId out or blank', () => {
    for (const organ of ['', '<edXML:OrganId/>', '<edXML:OrganId>null</edXML:OrganId>']) {
      const hop = `<edXML:TraceHeader>${organ}<edXML:Timestamp>2025/10/01 08:00:01</edXML:Timestamp></edXML:TraceHeader>`;
      expect(kit.outcome(good.replace('<edXML:Bussiness>', `${hop}<edXML:Bussiness>`))).toBe('valid');
    }
  });
  const hop =
    '<edXML:TraceHeader><edXML:OrganId>H88.W00</edXML:OrganId><edXML:Timestamp>2026/11/20 08:00:00</edXML:Timestamp></edXML:TraceHeader>';
  const inserted = (what: string, place = '<edXML:Bussiness>') => good.replace(place, `${what}${place}`);
  it.each([
    ['with a third element', () => inserted(hop.replace('</edXML:TraceHeader>', '<edXML:Subject>x</edXML:Subject></edXML:TraceHeader>'))],
    ['with an element inside its text', () => inserted(hop.replace('H88.W00', '<edXML:To>H99.3</edXML:To>'))],
    ['with an attribute', () => inserted(hop.replace('<edXML:TraceHeader>', '<edXML:TraceHeader id="1">'))],
    ['with text of its own', () => inserted(hop.replace('<edXML:OrganId>', 'x<edXML:OrganId>'))],
    ['with a comment', () => inserted(hop.replace('<edXML:OrganId>', '<!-- x --><edXML:OrganId>'))],
    ['with no time', () => inserted(hop.replace('2026/11/20 08:00:00', 'hôm nay'))],
    ['with a very long code', () => inserted(hop.replace('H88.W00', 'H'.repeat(101)))],
    ['in another namespace', () => inserted(hop.replaceAll('edXML:', '').replace('<TraceHeader', '<TraceHeader xmlns="urn:khac"'))],
    ['before the sender’s own', () => inserted(hop, '<edXML:TraceHeader>')],
    ['outside the list', () => inserted(hop, '<edXML:TraceHeaderList>')],
    ['in a second list', () => inserted(`<edXML:TraceHeaderList>${hop}</edXML:TraceHeaderList>`, '<edXML:TraceHeaderList>')],
    ['and something else besides', () => inserted(`${hop}<edXML:ErrorList/>`)],
    [
      'and a recipient more',
      () => inserted(hop).replace('<edXML:To>', '<edXML:To><edXML:OrganId>H99.3</edXML:OrganId></edXML:To><edXML:To>'),
    ],
    [
      'and the sender’s own taken away',
      () => inserted(hop).replace(/<edXML:TraceHeader><edXML:OrganId>H99\.1<.*?<\/edXML:TraceHeader>/, ''),
    ],
    ['and its time changed', () => inserted(hop).replace('08:00:00', '08:00:09')],
  ])('%s change what was signed', (_, make) => {
    const xml = make();
    expect(xml).not.toBe(good);
    expect(kit.outcome(xml)).toBe('invalid/digest-mismatch');
  });
  it('of other XML are part of what was signed', async () => {
    const list = '<a><TraceHeaderList></TraceHeaderList></a>';
    const xml = await kit.signed(list);
    expect(kit.outcome(xml.replace('</TraceHeaderList>', `${hop.replaceAll('edXML:', '')}</TraceHeaderList>`))).toBe(
      'invalid/digest-mismatch',
    );
  });
});

describe('attachments longer than a parser takes', () => {
  /** Signed by hand: the canonical form is the text itself, so nobody's C14N is asked. */
  const signedByHand = (xml: string): string => {
    const signer = kit.signer();
    const namespace = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';
    const digest = createHash('sha256')
      .update(xml.slice(xml.indexOf('\n') + 1).replaceAll('\r\n', '\n'))
      .digest('base64');
    const tag = (name: string, uri: string) => `<ds:${name} Algorithm="${uri}"></ds:${name}>`;
    const info =
      `<ds:SignedInfo>${tag('CanonicalizationMethod', forms.inclusive)}${tag('SignatureMethod', signer.method.uri)}<ds:Reference URI=""><ds:Transforms>` +
      `${tag('Transform', 'http://www.w3.org/2000/09/xmldsig#enveloped-signature')}</ds:Transforms>${tag('DigestMethod', 'http://www.w3.org/2001/04/xmlenc#sha256')}` +
      `<ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`;
    const inherited = ` xmlns="${namespace}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:edXML="${namespace}"`;
    const value = signer.value(Buffer.from(info.replace('<ds:SignedInfo', `<ds:SignedInfo${inherited}`))).toString('base64');
    const signature =
      `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${info}<ds:SignatureValue>${value}</ds:SignatureValue>` +
      `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${body(signer.certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`;
    return xml.replace('</edXML:edXMLHeader>', `${signature}</edXML:edXMLHeader>`);
  };
  it.each([
    ['in one line', (xml: string) => xml],
    ['in lines that end in CR LF', (xml: string) => xml.replace(/([A-Za-z0-9+/]{76})/g, '$1\r\n')],
    ['in lines that .NET ends with a reference', (xml: string) => xml.replace(/([A-Za-z0-9+/]{76})/g, '$1&#xD;\n')],
  ])('are hashed where they stand, %s', (_, wrap) => {
    // libxml2 stops at ten million bytes of text.
    const xml = signedByHand(wrap(letter(['H99.1'], 8_000_000)));
    expect(xml.length).toBeGreaterThan(10_500_000);
    expect(kit.outcome(xml)).toBe('valid');
    const middle = xml.length - 3_000_000;
    const at = xml.indexOf('A', middle) + 1;
    expect(kit.outcome(`${xml.slice(0, at)}${xml[at] === 'B' ? 'C' : 'B'}${xml.slice(at + 1)}`)).toBe('invalid/digest-mismatch');
  });
  it('and two that are exchanged are seen', async () => {
    const files = ['một', 'hai'].map((word) => ({ name: `${word}.pdf`, bytes: Buffer.alloc(60_000, word) }));
    const two = documentMessage({ from: 'H99.1', to: ['H99.2'], documentId: 'x', files }).toString('utf8');
    const signed = await inHeader(two);
    const [first = '', second = ''] = [...signed.matchAll(/<edXML:ContentTransferEncoded>([^<]*)</g)].map(([, run]) => run);
    const swapped = signed.replace(first, '@').replace(second, first).replace('@', second);
    expect([kit.outcome(signed), kit.outcome(swapped)]).toEqual(['valid', 'invalid/digest-mismatch']);
  });
});
