/** Where the one signature of a document stands. */
import { describe, expect, it } from 'vitest';
import { withParsed } from '../../../src/signature/xml/document.ts';
import { bearersOf, idsOf, placeIn, signaturesOf } from '../../../src/signature/xml/place.ts';

const ds = 'http://www.w3.org/2000/09/xmldsig#';
const qcvn = 'http://www.mic.gov.vn/TBT/QCVN_102_2016';
const signed = `<Signature xmlns="${ds}">s</Signature>`;
const envelope = (header: string, after = '', root = 'edXML', namespace = qcvn): string =>
  `<e:${root} xmlns:e="${namespace}"><e:edXMLEnvelope><e:edXMLHeader>${header}</e:edXMLHeader>${after}</e:edXMLEnvelope></e:${root}>`;
const place = (xml: string) => withParsed(Buffer.from(xml), placeIn);

describe('the place of a signature', () => {
  it.each<[string, string, object]>([
    ['nowhere', '<a><Signature/></a>', { kind: 'none' }],
    ['below the root', `<a Id="x">1${signed}</a>`, { kind: 'one', index: 0, isEnvelope: false, rootIds: ['x'], text: 's' }],
    ['behind another of that name', `<a><Signature/>${signed}<x:Signature xmlns:x="urn:x"/></a>`, { kind: 'one', index: 1, rootIds: [] }],
    [
      'with one inside it',
      `<a><Signature xmlns="${ds}"><Object><Signature>t</Signature></Object></Signature></a>`,
      { kind: 'one', index: 0, text: 't' },
    ],
    ['twice', `<a>${signed}${signed}</a>`, { kind: 'several' }],
    ['as the root', signed, { kind: 'astray' }],
    ['deeper', `<a><b>${signed}</b></a>`, { kind: 'astray' }],
    ['in the header of an envelope', envelope(signed), { kind: 'one', index: 0, isEnvelope: true, text: 's' }],
    ['below the root of an envelope', envelope('').replace('</e:edXML>', `${signed}</e:edXML>`), { kind: 'one', isEnvelope: true }],
    ['elsewhere in an envelope', envelope('', `<e:Body>${signed}</e:Body>`), { kind: 'astray' }],
    ['deeper in the header', envelope(`<e:x>${signed}</e:x>`), { kind: 'astray' }],
    ['in a header that is no envelope’s', envelope(signed, '', 'other'), { kind: 'astray' }],
    ['in a header of another namespace', envelope(signed, '', 'edXML', 'urn:x'), { kind: 'astray' }],
    ['imitated below another root', envelope('<DigitalSignature/>', '', 'other'), { kind: 'none' }],
    ['imitated in another namespace', envelope('<DigitalSignature/>', '', 'edXML', 'urn:x'), { kind: 'none' }],
    ['of an element that is named as an envelope', `<edXML>${signed}</edXML>`, { kind: 'one', isEnvelope: false }],
    ['of an element in its namespace', `<x xmlns="${qcvn}">${signed}</x>`, { kind: 'one', isEnvelope: false }],
    [
      'in the second of two headers',
      envelope('').replace('</e:edXMLEnvelope>', `<e:edXMLHeader>${signed}</e:edXMLHeader></e:edXMLEnvelope>`),
      { kind: 'one' },
    ],
    ['nowhere in an envelope', envelope(''), { kind: 'none' }],
    ['imitated', envelope('<DigitalSignature>x</DigitalSignature>'), { kind: 'imitation', node: { name: 'DigitalSignature', text: 'x' } }],
    ['imitated in the SDK’s namespace', envelope('<e:Signature/>'), { kind: 'imitation', node: { name: 'Signature', namespace: qcvn } }],
    ['imitated twice', envelope('<DigitalSignature/><e:Signature/>'), { kind: 'several' }],
    ['imitated outside an envelope', '<a><DigitalSignature/></a>', { kind: 'none' }],
    ['imitated, with one that is real', envelope(`<DigitalSignature/>${signed}`), { kind: 'one', index: 0 }],
  ])('%s', (_, xml, expected) => {
    expect(place(xml)).toMatchObject(expected);
  });

  it('has the ids of the root, by each name that is one by custom', () => {
    const xml = `<a x="1" id="c" ID="b" Id="a" xml:id="d" xmlns:y="urn:y" y:Id="e">${signed}</a>`;
    expect(place(xml)).toMatchObject({ rootIds: ['a', 'b', 'c', 'd'] });
    expect(
      idsOf({
        attributes: new Map([
          ['ID', ''],
          ['iD', 'x'],
        ]),
      }),
    ).toEqual(['']);
  });

  it('counts who bears an id', () => {
    const xml = '<a Id="x"><b ID="x"/><c id="x" xml:id="x1"/><d iD="x" Id="y" xmlns:y="urn:y" y:Id="z"/><e xml:id="x2"/></a>';
    const count = (id: string) => withParsed(Buffer.from(xml), (document) => bearersOf(document, id));
    expect(['x', 'y', 'z', 'x1', 'x2', 'none'].map(count)).toEqual([3, 1, 1, 1, 1, 0]);
  });

  it('is of the outermost alone', () => {
    const xml = `<a>${signed}<b><Signature xmlns="${ds}"><Signature/></Signature></b></a>`;
    expect(withParsed(Buffer.from(xml), (document) => signaturesOf(document).length)).toBe(2);
  });
});
