/** What the Document Security Store (ISO 32000-2 12.8.4.3) gives: the newest one that there is, each thing once. */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { enclosedInFile } from '../../../src/signature/pdf/dss.ts';
import { openPdf } from '../../../src/signature/pdf/read/document.ts';
import type { PdfLimits } from '../../../src/signature/pdf/read/source.ts';
import { catalogWith, faultIn, header, type Objects, revised, sourceFrom, stream, type Written } from './written.ts';

const keep = ({ text }: Written, limits: Partial<PdfLimits> = {}) => {
  const { certificates, crls, answers } = enclosedInFile(openPdf(sourceFrom(text, limits), 9));
  const words = (list: readonly Uint8Array[]): readonly string[] => list.map((bytes) => Buffer.from(bytes).toString('latin1'));
  return [words(certificates), words(crls), words(answers)];
};
const file = (store: string, objects: Objects = {}): Written => revised(header, { 1: catalogWith('', store), ...objects });
const none = [[], [], []];
const three: Objects = { 5: stream('certificate'), 6: stream('list'), 7: stream('answer') };

describe('a store', () => {
  it('keeps certificates, lists and answers', () => {
    expect(keep(file('/DSS << /Certs [5 0 R] /CRLs [6 0 R] /OCSPs [7 0 R] >>', three))).toEqual([['certificate'], ['list'], ['answer']]);
    expect(keep(file('/DSS 8 0 R', { ...three, 8: '<< /Certs 9 0 R >>', 9: '[5 0 R 6 0 R]' }))).toEqual([['certificate', 'list'], [], []]);
  });
  it('keeps things for single signatures, under other names', () => {
    const single = '<< /Cert [5 0 R] /CRL [6 0 R] /OCSP [7 0 R] /Certs [6 0 R] /CRLs [7 0 R] >>';
    expect(keep(file(`/DSS << /VRI << /AB ${single} /CD 5 /EF 8 0 R >> /Cert [6 0 R] >>`, { ...three, 8: '<< /Cert [7 0 R] >>' }))).toEqual(
      [['certificate', 'answer'], ['list'], ['answer']],
    );
    expect(keep(file(`/DSS << /VRI [${single}] >>`, three))).toEqual(none);
  });
  it('gives each thing once of a kind, in the order of the store', () => {
    const store = '/DSS << /VRI << /AB << /Cert [5 0 R 6 0 R] >> >> /Certs [7 0 R 5 0 R 5 0 R] /CRLs [5 0 R] >>';
    expect(keep(file(store, three))).toEqual([['answer', 'certificate', 'list'], ['certificate'], []]);
  });
  it('gives nothing for what is no stream, or cannot be undone', () => {
    const objects = {
      5: '(a)',
      6: stream('x', '/Filter /LZW'),
      7: stream('no stream', '/Filter /FlateDecode'),
      8: stream(deflateSync('good').toString('latin1'), '/Filter /FlateDecode'),
    };
    expect(keep(file('/DSS << /Certs [(a) 5 0 R 99 0 R 6 0 R 7 0 R null 8 0 R] /CRLs 8 0 R >>', objects))).toEqual([['good'], [], []]);
  });
  it('that inflates beyond the limits stops the file', () => {
    const bomb = stream(deflateSync(Buffer.alloc(5000)).toString('latin1'), '/Filter /FlateDecode');
    expect(faultIn(() => keep(file('/DSS << /Certs [5 0 R] >>', { 5: bomb }), { inflated: 4000 }))).toMatch(/^over-limits/);
  });
  it.each(['', '/DSS null', '/DSS []', '/DSS (a)', '/DSS 9 0 R', '/DSS << >>', '/DSS << /Certs << >> >>'])(
    'as %j keeps nothing',
    (store) => {
      expect(keep(file(store))).toEqual(none);
    },
  );
  it('is the newest there is: a later revision without one leaves it', () => {
    const first = file('/DSS << /Certs [5 0 R] >>', three);
    const second = revised(first, { 1: catalogWith('', '/DSS << /Certs [6 0 R] >>') });
    expect(keep(second)[0]).toEqual(['list']);
    expect(keep(revised(second, { 1: catalogWith('') }))[0]).toEqual(['list']);
    expect(keep(revised(second, { 6: stream('newer') }))[0]).toEqual(['newer']);
  });
  it('has 500 things at most, all kinds together', () => {
    const many = (count: number): Objects => Object.fromEntries(Array.from({ length: count }, (_, i) => [10 + i, stream(`${i}`)]));
    const refs = (from: number, count: number) => Array.from({ length: count }, (_, i) => `${10 + from + i} 0 R`).join(' ');
    const store = `/DSS << /Certs [${refs(0, 499)}] /CRLs [${refs(0, 3)}] /OCSPs [${refs(0, 3)}] >>`;
    expect(keep(file(store, many(499))).map((list) => list.length)).toEqual([499, 1, 0]);
  });
  it('is looked through for 500 signatures at most', () => {
    const shelves = (before: number) =>
      `/DSS << /VRI << ${Array.from({ length: before }, (_, i) => `/S${i} << >>`).join(' ')} /Last << /Cert [5 0 R] >> >> >>`;
    expect(keep(file(shelves(499), three))[0]).toEqual(['certificate']);
    expect(keep(file(shelves(500), three))[0]).toEqual([]);
  });
});
