/** What a ByteRange must be before anything is hashed (ISO 32000-2 12.8.1): four places in order within the file. */
import { expect, it } from 'vitest';
import { rangesOf } from '../../../src/signature/pdf/coverage.ts';
import type { PdfDict, PdfValue } from '../../../src/signature/pdf/read/object.ts';

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
