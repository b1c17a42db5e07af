/**
 * Every element, attribute and byte of a signed file changed, one at a time: what is still accepted says the
 * same. That is shown by another parser than the verifier's (the DOM of xmlbuilder2) and by the bytes that
 * were signed, and every kind of difference that passes is listed here and nowhere else allowed.
 *
 * The short form flips one bit of every byte; LIENTHONG_MUTATIONS=all flips all eight.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { create } from 'xmlbuilder2';
import { digests, makeXmlKit, type XmlKit } from './xml-kit.ts';

const etsi = 'http://uri.etsi.org/01903/v1.3.2#';
const body =
  '<?xml version="1.0" encoding="UTF-8"?>\n<?mau kieu="1"?><q:vb xmlns:q="urn:q" xmlns:thua="urn:thua" so="27" q:ky-hieu="UBND-VX">' +
  '<q:trich-yeu>V/v rà soát &amp; báo cáo</q:trich-yeu><!-- ghi chú --><noi-nhan><ten>UBND xã A</ten><ten>UBND xã B</ten></noi-nhan>' +
  '<q:toan-van><![CDATA[Kính gửi: <A>]]></q:toan-van><trong/></q:vb>';
const objects =
  `<ds:Object><xa:QualifyingProperties xmlns:xa="${etsi}" Target="#s"><xa:SignedProperties Id="t1"><xa:SignedSignatureProperties>` +
  '<xa:SigningTime>2026-11-20T08:30:00+07:00</xa:SigningTime></xa:SignedSignatureProperties></xa:SignedProperties></xa:QualifyingProperties></ds:Object>' +
  '<ds:Object><ghi-chu>không ký</ghi-chu></ds:Object>';

let kit: XmlKit;
let good: string;
beforeAll(async () => {
  kit = await makeXmlKit();
  const referenced = [{ id: 't1', type: 'http://uri.etsi.org/01903#SignedProperties' }];
  // Its value and certificate are the shortest: every byte of them is tried.
  const signed = await kit.signed(body, { objects, signed: referenced }, kit.signer('ecdsa-sha256'));
  good = signed.replace('<ds:X509Data>', '<ds:KeyName>sở</ds:KeyName><ds:X509Data><ds:X509SubjectName>CN=Sở Nội vụ</ds:X509SubjectName>');
});

/** A node of the other parser. */
type Plain = { readonly name: string; readonly attributes: readonly string[]; readonly inside: readonly (Plain | string)[] };
type DomNode = {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly namespaceURI: string | null;
  readonly prefix: string | null;
  readonly localName: string;
  readonly childNodes: Iterable<DomNode>;
  readonly attributes: Iterable<{ nodeName: string; namespaceURI: string | null; nodeValue: string | null }>;
};

const xmlns = 'http://www.w3.org/2000/xmlns/';

/** Expanded and written names, attributes in order, text joined over CDATA and comments: what exclusive C14N keeps. */
const plainOf = (node: DomNode): Plain => {
  const inside: (Plain | string)[] = [];
  for (const child of node.childNodes) {
    if (child.nodeType === 1 || child.nodeType === 7) inside.push(plainOf(child));
    const last = inside.at(-1);
    if (child.nodeType !== 3 && child.nodeType !== 4) continue;
    if (typeof last === 'string') inside[inside.length - 1] = last + child.nodeValue;
    else if (child.nodeValue !== '') inside.push(child.nodeValue ?? '');
  }
  const attributes = [...(node.attributes ?? [])]
    .filter((one) => one.namespaceURI !== xmlns && !/^xmlns(?::|$)/.test(one.nodeName))
    .map((one) => `{${one.namespaceURI ?? ''}}${one.nodeName}=${one.nodeValue}`)
    .sort();
  const value = node.nodeType === 7 ? [node.nodeValue ?? ''] : inside;
  return { name: `{${node.namespaceURI ?? ''}}${node.nodeName}`, attributes, inside: value };
};

/** The declaration is no part of the document, and that parser reads only some. */
const treeOf = (xml: string): Plain => plainOf(create(xml.replace(/^<\?xml\s[^>]*\?>/, '')).node as unknown as DomNode);
const ds = '{http://www.w3.org/2000/09/xmldsig#}';
const isPlain = (one: Plain | string): one is Plain => typeof one !== 'string';
const local = (name: string): string => name.replace(/[^}]*:(?=[^:}]*$)/, '').replace(/^\{.*\}/, '');
const find = (node: Plain, name: string): readonly Plain[] => [
  ...(local(node.name) === name ? [node] : []),
  ...node.inside.filter(isPlain).flatMap((child) => find(child, name)),
];
const without = (node: Plain, name: string): Plain => ({
  ...node,
  inside: node.inside
    .filter((child) => !isPlain(child) || !(child.name.startsWith(ds) && local(child.name) === name))
    .map((child) => (isPlain(child) ? without(child, name) : child)),
});
/** White space outside the root is no part of the document. */
const document = (xml: string): string => {
  const tree = treeOf(xml);
  return JSON.stringify({ ...without(tree, 'Signature'), inside: without(tree, 'Signature').inside.filter(isPlain) });
};
const base64 = (node: Plain | undefined): string => (node?.inside.join('') ?? '').replace(/\s/g, '');
const first = (xml: string, name: string): Plain | undefined => find(treeOf(xml), name)[0];

/** What of a signature is signed or decides; '' where it is missing. */
const core = (xml: string): string =>
  JSON.stringify([
    first(xml, 'SignedInfo'),
    first(xml, 'SignedProperties'),
    base64(first(xml, 'SignatureValue')),
    find(treeOf(xml), 'X509Certificate').map(base64).at(0),
  ]);

/** Why an accepted mutant says the same; null where it does not. */
const reasonFor = (mutant: string): string | null => {
  if (document(mutant) !== document(good) || core(mutant) !== core(good)) return null;
  const parts = (xml: string, ...names: readonly string[]) => JSON.stringify(names.map((name) => find(treeOf(xml), name)));
  if (parts(mutant, 'Signature') === parts(good, 'Signature')) return 'nothing but its spelling';
  if (parts(mutant, 'KeyInfo') !== parts(good, 'KeyInfo')) return 'KeyInfo beside the certificate';
  if (parts(mutant, 'Object') !== parts(good, 'Object')) return 'objects that no reference covers';
  return 'ids and white space between the parts of the signature';
};

/** The whole list: nothing else may pass. */
const lawful = [
  'nothing but its spelling',
  'KeyInfo beside the certificate',
  'objects that no reference covers',
  'ids and white space between the parts of the signature',
];

type Tally = { tried: number; accepted: number; readonly kinds: Map<string, number>; readonly forged: string[] };
const tally = (mutants: Iterable<readonly [what: string, xml: string]>): Tally => {
  const counted: Tally = { tried: 0, accepted: 0, kinds: new Map(), forged: [] };
  for (const [what, xml] of mutants) {
    if (xml === good) continue;
    counted.tried += 1;
    if (kit.outcome(xml) !== 'valid') continue;
    counted.accepted += 1;
    const reason = reasonFor(xml);
    if (reason === null || !lawful.includes(reason)) counted.forged.push(what);
    else counted.kinds.set(reason, (counted.kinds.get(reason) ?? 0) + 1);
  }
  return counted;
};

type Span = { readonly name: string; readonly from: number; readonly inside: number; readonly close: number; readonly to: number };
/** Where every element of the text stands; the text has no `>` but at the end of tags. */
const spansOf = (xml: string): readonly Span[] => {
  const open: { name: string; from: number; inside: number }[] = [];
  const spans: Span[] = [];
  for (const tag of xml
    .replace(/<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>/gs, (part) => ' '.repeat(part.length))
    .matchAll(/<(\/?)([\w:.-]+)[^>]*?(\/?)>/g)) {
    const [text, closing, name = '', empty] = tag;
    const end = tag.index + text.length;
    if (empty !== '') spans.push({ name, from: tag.index, inside: end, close: end, to: end });
    else if (closing === '') open.push({ name, from: tag.index, inside: end });
    else spans.push({ ...(open.pop() ?? { name, from: 0, inside: 0 }), close: tag.index, to: end });
  }
  return spans;
};

function* elementMutants(xml: string): Generator<readonly [string, string]> {
  const spans = spansOf(xml);
  for (const { name, from, inside, close, to } of spans) {
    const whole = xml.slice(from, to);
    const cut = xml.slice(0, from) + xml.slice(to);
    yield [`remove ${name}`, cut];
    yield [`double ${name}`, xml.slice(0, to) + xml.slice(from)];
    yield [`unwrap ${name}`, xml.slice(0, from) + xml.slice(inside, close) + xml.slice(to)];
    yield [`empty ${name}`, xml.slice(0, inside) + xml.slice(close)];
    yield [`fill ${name}`, `${xml.slice(0, inside)}<them/>${xml.slice(inside)}`];
    yield [`text in ${name}`, `${xml.slice(0, inside)}9${xml.slice(inside)}`];
    yield [`rename ${name}`, xml.slice(0, from) + whole.replaceAll(name, `${name}x`) + xml.slice(to)];
    for (const other of spans) {
      if (other.from >= from && other.from < to) continue;
      const at = other.inside > to ? other.inside - (to - from) : other.inside;
      if (other.close !== other.to) yield [`move ${name} into ${other.name}`, cut.slice(0, at) + whole + cut.slice(at)];
    }
  }
}

function* attributeMutants(xml: string): Generator<readonly [string, string]> {
  for (const attribute of xml.matchAll(/\s([\w:.-]+)="([^"]*)"/g)) {
    const [text, name = '', value = ''] = attribute;
    const [before, after] = [xml.slice(0, attribute.index), xml.slice(attribute.index + text.length)];
    yield [`remove @${name}`, before + after];
    yield [`double @${name}`, before + text + text + after];
    yield [`change @${name}`, `${before} ${name}="${value}x"${after}`];
    yield [`shorten @${name}`, `${before} ${name}="${value.slice(1)}"${after}`];
    yield [`blank @${name}`, `${before} ${name}=""${after}`];
    yield [`rename @${name}`, `${before} ${name}x="${value}"${after}`];
    yield [`requote @${name}`, `${before} ${name}='${value}'${after}`];
  }
}

function* byteMutants(xml: string, bits: readonly number[]): Generator<readonly [string, string]> {
  const bytes = Buffer.from(xml);
  for (let at = 0; at < bytes.length; at += 1) {
    for (const bit of bits.length === 0 ? [at % 8] : bits) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << bit);
      // Not UTF-8 any more: no text, so nothing to compare; the verifier sees the bytes below.
      const text = copy.toString('utf8');
      if (Buffer.from(text).equals(copy)) yield [`bit ${bit} of byte ${at}`, text];
      else expect(kit.outcome(copy)).not.toBe('valid');
    }
  }
}

describe('a signed file, changed in one place', () => {
  it('is good as it is, and the other parser sees the same in it', () => {
    expect(kit.outcome(good)).toBe('valid');
    expect(reasonFor(good.replace('so="27"', "so='27'"))).toBe('nothing but its spelling');
    expect(reasonFor(good.replace('so="27"', 'so="28"'))).toBeNull();
    expect(reasonFor(good.replace(digests.sha256, digests.sha512))).toBeNull();
    expect(reasonFor(good.replace('08:30', '08:31'))).toBeNull();
  });
  it('in an element: removed, doubled, moved, renamed, filled, emptied', { timeout: 60_000 }, () => {
    const { tried, forged, kinds } = tally(elementMutants(good));
    expect(forged).toEqual([]);
    expect(tried).toBeGreaterThan(1_000);
    expect([...kinds.keys()].sort()).toEqual(
      ['KeyInfo beside the certificate', 'nothing but its spelling', 'objects that no reference covers'].filter((kind) => kinds.has(kind)),
    );
  });
  it('in an attribute: removed, doubled, changed, renamed', () => {
    const { tried, forged, kinds } = tally(attributeMutants(good));
    expect(forged).toEqual([]);
    expect(tried).toBeGreaterThan(100);
    expect(kinds.has('nothing but its spelling')).toBe(true);
  });
  it('in a bit', { timeout: 300_000 }, () => {
    const { tried, forged } = tally(byteMutants(good, process.env.LIENTHONG_MUTATIONS === 'all' ? [0, 1, 2, 3, 4, 5, 6, 7] : []));
    expect(forged).toEqual([]);
    expect(tried).toBeGreaterThan(2_500);
  });
});
