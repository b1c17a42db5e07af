/** Whether a signature covers its revision less its own value, exactly (ISO 32000-2 12.8.1), and what its ByteRange must be at all. */
import { describe, expect, it } from 'vitest';
import { coverageOf, rangesOf } from '../../../src/signature/pdf/coverage.ts';
import type { Found } from '../../../src/signature/pdf/fields.ts';
import { findSignatures } from '../../../src/signature/pdf/found.ts';
import { openPdf } from '../../../src/signature/pdf/read/document.ts';
import type { PdfDict, PdfValue } from '../../../src/signature/pdf/read/object.ts';
import {
  catalogWith,
  closed,
  header,
  type Objects,
  ranged,
  revised,
  row,
  sourceFrom,
  unranged,
  type Written,
  xrefStream,
} from './written.ts';

const fieldBody = '<< /FT /Sig /T (Ky) /V 4 0 R >>';
const file = (dict = unranged(), objects: Objects = {}): Written =>
  revised(header, { 1: catalogWith('3 0 R'), 3: fieldBody, 4: `<< ${dict} >>`, ...objects });
const trimmed = (written: Written): string => written.text.trimEnd();

const covered = (text: string, change: (found: Found) => Found = (one) => one) => {
  const document = openPdf(sourceFrom(text), 9);
  const found = findSignatures(document).at(-1);
  if (found === undefined) throw new Error('no signature');
  const { ranges, contents, view, fault } = coverageOf(document, change(found));
  return {
    fault,
    revision: view.revision,
    hashed: ranges.map(({ offset, length }) => text.slice(offset, offset + length)),
    contents: contents && Buffer.from(contents).toString('hex'),
  };
};
const faultOf = (text: string, change?: (found: Found) => Found) => covered(text, change).fault;

describe('a signature', () => {
  const signed = () => ranged(trimmed(file()));
  it('covers its revision when its ranges are all of it but the value', () => {
    const text = signed();
    const open = text.indexOf('<3003020100>');
    expect(covered(text)).toEqual({
      ...{ fault: null, revision: 1, contents: '3003020100' },
      hashed: [text.slice(0, open), text.slice(open + 12)],
    });
  });
  it.each<readonly [string, readonly [number, number, number, number], string | null]>([
    ['that begin a byte later', [1, -1, 0, 0], 'coverage'],
    ['that leave out a byte before the value', [0, -1, 0, 0], 'coverage'],
    ['that take a byte of the value', [0, 1, 0, 0], 'coverage'],
    ['that take the last byte of the value', [0, 0, -1, 1], 'coverage'],
    ['that leave out a byte behind the value', [0, 0, 1, -1], 'coverage'],
    ['that end a byte early', [0, 0, 0, -1], 'coverage'],
    ['that end beyond the file', [0, 0, 0, 1], 'coverage'],
  ])('with ranges %s does not', (_, moved, fault) => {
    expect(faultOf(ranged(trimmed(file()), moved))).toBe(fault);
  });
  it.each<readonly [string, number, string | null, number]>([
    ['\n', 1, null, 1],
    ['\r\n \0', 4, null, 1],
    [' '.repeat(1024), 1024, null, 1],
    [' '.repeat(1025), 1025, 'coverage', 1],
    ['\n%x', 2, 'coverage', 1],
    ['\n%x', 3, 'coverage', 1],
  ])('may cover white space behind its revision, of %j the first %i bytes', (after, length, fault, revision) => {
    const text = trimmed(file());
    const { fault: told, revision: at } = covered(ranged(text + after, [0, 0, 0, length - after.length]));
    expect([told, at]).toEqual([fault, revision]);
  });
  it('covers the revision that it ends with, whatever came later', () => {
    const first = ranged(trimmed(file()));
    const later = revised({ ...file(), text: `${first}\n` }, { 9: '(x)' }).text.trimEnd();
    expect(covered(later)).toMatchObject({ fault: null, revision: 1 });
  });
  it('whose ranges end in no revision is judged where its dictionary stands', () => {
    const first = trimmed(file());
    const second = revised({ ...file(), text: `${first}\n` }, { 9: '(x)' }).text.trimEnd();
    expect(covered(ranged(second, [0, 0, 0, first.length - second.length - 3]))).toMatchObject({ fault: 'coverage', revision: 1 });
    const fresh = revised(revised(header, { 1: catalogWith('') }), { 1: catalogWith('3 0 R'), 3: fieldBody, 4: `<< ${unranged()} >>` });
    expect(covered(ranged(trimmed(fresh), [0, 0, 0, -3]))).toMatchObject({ fault: 'coverage', revision: 2 });
    expect(covered(ranged(trimmed(fresh)))).toMatchObject({ fault: null, revision: 2 });
  });
  it('whose dictionary stands in a later revision than its ranges end in is held by no field there', () => {
    const first = revised(header, { 1: catalogWith('3 0 R'), 3: fieldBody });
    const dict = `<< /Contents <3000> /ByteRange [0 5 9 ${first.text.length - 10}] >>`;
    expect(covered(trimmed(revised(first, { 4: dict })))).toMatchObject({ fault: 'coverage', revision: 1 });
  });
});

describe('a signature that makes no sense', () => {
  it.each([
    ['with a key that stands twice', unranged('<3003020100>', '/M (a) /M (b)')],
    ['whose Contents is no string', '/Contents 5 /ByteRange [0 1 2 3]'],
    ['whose Contents stands elsewhere', '/Contents 9 0 R /ByteRange [0 1 2 3]'],
    ['without Contents', '/ByteRange [0 1 2 3]'],
    ['without ByteRange', '/Contents <3000>'],
  ])('%s hashes nothing', (_, dict) => {
    expect(covered(trimmed(file(dict)))).toEqual({ fault: 'malformed-signature', revision: 1, hashed: [], contents: null });
  });
  it('whose ranges make no sense has a value, and hashes nothing', () => {
    const told = { fault: 'coverage', revision: 1, hashed: [], contents: '3000' };
    expect(covered(trimmed(file('/Contents <3000> /ByteRange [0 1 2]')))).toEqual(told);
    expect(covered(trimmed(file('/Contents (0\\000) /ByteRange [0 5 2 3]')))).toEqual(told);
  });
  it.each([['<30 03020100>'], ['<300302010>'], ['(0123)']])(
    'whose value is written as %s is malformed, and hashes what it names',
    (contents) => {
      const text = trimmed(file(unranged(contents).replace(/\/ByteRange.*/, '/ByteRange [0 10 20 30]')));
      expect(covered(text)).toMatchObject({ fault: 'malformed-signature', hashed: [text.slice(0, 10), text.slice(20, 50)] });
    },
  );
  it('that no field ever held is malformed', () => {
    const text = ranged(trimmed(file()));
    expect(faultOf(text, (found) => ({ ...found, field: null }))).toBe('malformed-signature');
  });
});

describe('a signature does not cover', () => {
  it('where no signature field of its revision holds it', () => {
    const held = (field: string, fields = '3 0 R') =>
      revised(header, {
        1: catalogWith(fields),
        3: field,
        4: `<< ${unranged()} >>`,
        5: '<< /FT /Sig /T (Other) /V << /A 1 >> >>',
        6: '<< /FT /Sig /T (b) /V (a) >>',
      });
    const fault = (field: string, fields?: string) => faultOf(ranged(trimmed(held(field, fields))), (found) => ({ ...found, field: 'Ky' }));
    expect(fault(fieldBody)).toBeNull();
    expect(fault(fieldBody, '5 0 R 6 0 R 3 0 R')).toBeNull();
    expect(fault('<< /FT /Tx /T (Ky) /V 4 0 R >>')).toBe('coverage');
    const text = ranged(trimmed(held(fieldBody, '5 0 R')));
    const document = openPdf(sourceFrom(text), 9);
    const dict = findSignatures(openPdf(sourceFrom(text.replace('[5 0 R]', '[3 0 R]')), 9))[0]?.dict;
    if (dict === undefined) throw new Error('no signature');
    expect(coverageOf(document, { dict, field: 'Ky', current: true }).fault).toBe('coverage');
  });
  it('a file whose revisions are in disorder', () => {
    const document = openPdf(sourceFrom(ranged(trimmed(file()))), 9);
    const [found] = findSignatures(document);
    if (found === undefined) throw new Error('no signature');
    expect(coverageOf({ ...document, disorder: 'odd' }, found).fault).toBe('coverage');
  });
  /** A cross-reference of the signed revision, or of a later one, that names this place. */
  const pointing = (place: (text: string) => number, isLater: boolean): string | null => {
    const base = file().text.length;
    const build = (offset: number): string => {
      const hole = `9 1\n${row(offset)}`;
      const body = file();
      const at = body.xref;
      const table = body.text.replace('trailer', `${isLater ? '' : hole}trailer`).trimEnd();
      const first = ranged(table);
      if (!isLater) return `${first}\n${' '.repeat(50)}`;
      const before = `${first}\n`;
      return closed(`${before}xref\n${hole}trailer\n<< /Root 1 0 R /Prev ${at} >>\n`, before.length);
    };
    const text = build(base);
    return faultOf(build(place(text)));
  };
  const dictAt = (text: string): number => text.indexOf('<< /Type /Sig');
  const dictEnd = (text: string): number => text.indexOf('>>', text.indexOf('/ByteRange')) + 2;
  const firstEnd = (text: string): number => text.indexOf('%%EOF') + 5;
  it.each<readonly [string, (text: string) => number, string | null]>([
    ['at the start of its dictionary', dictAt, 'coverage'],
    ['in its dictionary', (text) => dictAt(text) + 20, 'coverage'],
    ['at the last byte of its dictionary', (text) => dictEnd(text) - 1, 'coverage'],
    ['right before its dictionary', (text) => dictAt(text) - 1, null],
    ['right behind its dictionary', dictEnd, null],
  ])('where a cross-reference of its revision or a later one points %s', (_, place, fault) => {
    expect([pointing(place, false), pointing(place, true)]).toEqual([fault, fault]);
  });
  it.each<readonly [string, (text: string) => number, string | null]>([
    ['at its end', firstEnd, 'coverage'],
    ['behind its end', (text) => firstEnd(text) + 5, 'coverage'],
    ['at its last byte', (text) => firstEnd(text) - 1, null],
    ['at the end of the file', (text) => text.length, null],
    ['at the last byte of the file', (text) => text.length - 1, 'coverage'],
  ])('where a cross-reference of its own revision points %s', (_, place, fault) => {
    expect(pointing(place, false)).toBe(fault);
  });
  it('where a section of a later revision stands in its dictionary', () => {
    const hidden = `7 0 obj ${xrefStream([], '/Index []')} endobj`;
    const dict = unranged('<3003020100>', `/Type /Sig /X (${hidden})`);
    const body = file(dict);
    const first = ranged(body.text.trimEnd());
    const place = first.indexOf('7 0 obj');
    const later = (more: string) => {
      const before = `${first}\n`;
      return closed(`${before}xref\n0 0\ntrailer\n<< /Root 1 0 R /Prev ${body.xref} ${more} >>\n`, before.length);
    };
    expect(faultOf(later(''))).toBeNull();
    expect(faultOf(later(`/XRefStm ${place}`))).toBe('coverage');
  });
});

const dictOf = (...items: readonly PdfValue[]): PdfDict => ({
  kind: 'dict',
  entries: new Map([['ByteRange', { kind: 'array', items }]]),
  repeated: [],
  start: 0,
  end: 0,
});

it('a ByteRange of two ranges in order is read, touching or apart, to the end of the file', () => {
  const ranges = [
    { offset: 0, length: 10 },
    { offset: 20, length: 30 },
  ];
  expect(rangesOf(dictOf(0, 10, 20, 30), 50)).toEqual(ranges);
  expect(rangesOf(dictOf(0, 10, 20, 30), 51)).toEqual(ranges);
  expect(rangesOf(dictOf(0, 20, 20, 30), 50)).not.toBeNull();
});

it.each<readonly [string, readonly PdfValue[]]>([
  ['of three numbers', [0, 10, 20]],
  ['of five numbers', [0, 10, 20, 30, 40]],
  ['of six numbers', [0, 10, 20, 10, 40, 10]],
  ['with a negative offset', [-1, 10, 20, 30]],
  ['with a negative first length', [0, -10, 20, 30]],
  ['with a second range before the file', [0, 0, -20, 30]],
  ['with a negative second length', [0, 10, 20, -5]],
  ['with a broken number', [0, 10.5, 20, 30]],
  ['with a number no reader counts to', [0, 10, 20, 2 ** 53]],
  ['with something else than a number', [0, { kind: 'name', name: '10' }, 20, 30]],
  ['whose ranges overlap by a byte', [0, 21, 20, 30]],
  ['whose ranges stand in the other order', [20, 30, 0, 10]],
  ['that ends a byte beyond the file', [0, 10, 20, 31]],
])('a ByteRange %s makes no sense', (_, items) => {
  expect(rangesOf(dictOf(...items), 50)).toBeNull();
});

it('a ByteRange that is no array makes no sense', () => {
  expect(rangesOf({ ...dictOf(), entries: new Map([['ByteRange', 50]]) }, 50)).toBeNull();
  expect(rangesOf({ ...dictOf(), entries: new Map() }, 50)).toBeNull();
});
