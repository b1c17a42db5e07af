/** Kinds of values, told apart. */
import { expect, it } from 'vitest';
import { readValue } from '../../../../src/signature/pdf/read/lexer.ts';
import {
  isArray,
  isDict,
  isName,
  isOdd,
  isRef,
  isStream,
  isString,
  nameIs,
  PdfError,
  type PdfValue,
} from '../../../../src/signature/pdf/read/object.ts';
import { cursorOn } from '../written.ts';

const kinds = { isOdd, isName, isRef, isString, isArray, isDict, isStream };
const valueIn = (text: string): PdfValue => readValue(cursorOn(text));

it.each([
  ['word', 'isOdd'],
  ['/Name', 'isName'],
  ['1 0 R', 'isRef'],
  ['(a)', 'isString'],
  ['<61>', 'isString'],
  ['[1]', 'isArray'],
  ['<< >>', 'isDict'],
  ['null', ''],
  ['1', ''],
  ['true', ''],
])('%s is of one kind or none: %s', (text, kind) => {
  const said = Object.entries(kinds).filter(([, is]) => is(valueIn(text)));
  expect(said.map(([name]) => name)).toEqual(kind === '' ? [] : [kind]);
});

it('a stream is no dictionary, and what is not there is nothing', () => {
  const dict = valueIn('<< >>');
  if (!isDict(dict)) throw new Error('no dictionary');
  const stream: PdfValue = { kind: 'stream', dict, from: 0, source: { offset: 0, length: 0 } };
  expect([isStream(stream), isDict(stream), isStream(dict)]).toEqual([true, false, false]);
  for (const is of Object.values(kinds)) expect(is(undefined)).toBe(false);
});

it('a name is the one that is asked for, and no string is', () => {
  expect(nameIs({ kind: 'name', name: 'Sig' }, 'Sig')).toBe(true);
  expect(nameIs({ kind: 'name', name: 'Sig2' }, 'Sig')).toBe(false);
  expect(nameIs(valueIn('(Sig)'), 'Sig')).toBe(false);
  expect(nameIs(undefined, 'Sig')).toBe(false);
});

it('an error of the reader says its reason and its name', () => {
  expect(new PdfError('encrypted', 'locked')).toMatchObject({ reason: 'encrypted', message: 'locked', name: 'PdfError' });
});
