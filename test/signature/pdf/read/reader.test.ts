/** Indirect objects where the cross-reference says they stand (ISO 32000-2 7.3.10), streams and object streams (7.5.7). */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { PdfError, type PdfValue } from '../../../../src/signature/pdf/read/object.ts';
import { type Held, orElse, type Reader, readerOf, type Sight } from '../../../../src/signature/pdf/read/reader.ts';
import type { Entry } from '../../../../src/signature/pdf/read/rows.ts';
import { faultIn, plain, sourceFrom, stream } from '../written.ts';

/** A view in which `places` stand, and every reference has the value given for its number. */
const sightOf = (end: number, places: Readonly<Record<number, number>> = {}, values: Readonly<Record<number, PdfValue>> = {}): Sight => ({
  end,
  lookup: (num): Entry => (places[num] === undefined ? { kind: 'free' } : { kind: 'at', offset: places[num], gen: 0 }),
  resolve: (value) => (typeof value === 'object' && value?.kind === 'ref' ? (values[value.num] ?? null) : (value ?? null)),
});
const told = ({ value, end, isTorn }: Held): unknown => (isTorn ? 'torn' : [plain(value), end]);
const readAt = (text: string, num = 1, end = text.length): unknown => told(readerOf(sourceFrom(text)).at(0, num, sightOf(end)));

describe('an object', () => {
  it.each<readonly [string, unknown]>([
    ['1 0 obj (a) endobj', ['(a)', 11]],
    ['\n 1 5 obj\n<</A 1>>\nendobj', [{ A: 1 }, 18]],
    ['1 0 obj [1 2]', [[1, 2], 13]],
    ['1 0 obj null endobj', [null, 12]],
    ['1 0 obj<<>>streams', [{}, 11]],
    ['1 0 obj (a) stream\nxendstream', ['(a)', 11]],
    ['2 0 obj (a) endobj', 'torn'],
    ['1 x obj (a) endobj', 'torn'],
    ['1 0 opj (a) endobj', 'torn'],
    ['1 0 obj endobj', 'torn'],
    ['1 0 obj (a', 'torn'],
    ['x', 'torn'],
  ])('%j', (text, what) => {
    expect(readAt(text)).toEqual(what);
  });
  it('that ends beyond the end of the revision is torn in it', () => {
    const text = '1 0 obj (a) endobj';
    expect(readAt(text, 1, 11)).toEqual(['(a)', 11]);
    expect(readAt(text, 1, 10)).toBe('torn');
    const reader = readerOf(sourceFrom(text));
    expect(told(reader.at(0, 1, sightOf(18)))).toEqual(['(a)', 11]);
    expect(told(reader.at(0, 1, sightOf(11)))).toEqual(['(a)', 11]);
    expect(told(reader.at(0, 1, sightOf(10)))).toBe('torn');
  });
  it('is read once', () => {
    const reader = readerOf(sourceFrom('1 0 obj (a) endobj', { values: 1 }));
    const first = reader.at(0, 1, sightOf(18));
    expect(reader.at(0, 1, sightOf(18)).value).toBe(first.value);
    const never = readerOf(sourceFrom('1 0 obj [1 (a', { values: 3 }));
    expect(told(never.at(0, 1, sightOf(13)))).toBe('torn');
    expect(told(never.at(0, 1, sightOf(13)))).toBe('torn');
  });
  it('has one number, whoever asks first', () => {
    for (const nums of [
      [1, 2, 1],
      [2, 1, 2],
    ]) {
      const reader = readerOf(sourceFrom('1 0 obj (a) endobj'));
      expect(nums.map((num) => told(reader.at(0, num, sightOf(18))))).toEqual(nums.map((num) => (num === 1 ? ['(a)', 11] : 'torn')));
    }
  });
  it('that costs more than is left stops the file', () => {
    expect(faultIn(() => readerOf(sourceFrom('1 0 obj [1 2]', { values: 2 })).at(0, 1, sightOf(13)))).toBe('over-limits: too many values');
  });
});

describe('a stream', () => {
  const streamIn = (text: string, values: Readonly<Record<number, PdfValue>> = {}, end = text.length): unknown => {
    const held = readerOf(sourceFrom(text)).at(0, 1, sightOf(end, {}, values));
    if (held.isTorn || typeof held.value !== 'object' || held.value?.kind !== 'stream') return 'torn';
    const { from, source } = held.value;
    expect([source.offset, held.end]).toEqual([from, source.offset + source.length]);
    return [from, text.slice(from, held.end)];
  };
  it.each<readonly [string, string, string | null]>([
    ['ends where Length says', '<< /Length 3 >>\nstream\nabc\nendstream endobj', 'abc'],
    ['may have white space and comments before its end', '<< /Length 3 >>stream\r\nabc \n%x\nendstream', 'abc'],
    ['ends where Length says though the word stands in it', '<< /Length 13 >>stream\nendstream abc\nendstream', 'endstream abc'],
    ['of no length', '<< /Length 0 >>stream\nendstream', ''],
    ['ends at its end mark when Length says too little', '<< /Length 2 >>stream\nabc\nendstream', 'abc\n'],
    ['ends at its end mark when Length says too much', '<< /Length 9 >>stream\nabc\nendstream', 'abc\n'],
    ['ends at its end mark when Length leads out of the file', '<< /Length 5000 >>stream\nabc\nendstream', 'abc\n'],
    ['ends at its end mark without Length', '<< >>stream\nabc\nendstream', 'abc\n'],
    ['ends at its end mark when Length is negative', '<< /Length -3 >>stream\nabc\nendstream', 'abc\n'],
    ['ends at its end mark when Length is broken', '<< /Length 2.5 >>stream\nabc\nendstream', 'abc\n'],
    ['ends at its end mark when Length is text', '<< /Length (3) >>stream\nabc\nendstream', 'abc\n'],
    ['ends at its end mark when Length is itself', '<< /Length 1 0 R >>stream\nabc\nendstream', 'abc\n'],
    ['ends at the first end mark', '<< >>stream\nabc\nendstream endstream', 'abc\n'],
    ['without an end mark is torn', '<< /Length 3 >>stream\nabc\nendstreem', null],
    ['whose end mark is another word is torn', '<< /Length 3 >>stream\nabc\nEndstream', null],
  ])('%s', (_, body, data) => {
    const text = `1 0 obj\n${body}`;
    const from = text.indexOf('stream') + (text.includes('stream\r\n') ? 8 : 7);
    expect(streamIn(text, { 1: 1 })).toEqual(data === null ? 'torn' : [from, data]);
  });
  it('has a Length that may stand elsewhere', () => {
    const text = '1 0 obj << /Length 5 0 R >> stream\nendstream abc\nendstream';
    expect(streamIn(text, { 5: 13 })).toEqual([35, 'endstream abc']);
    expect(streamIn(text, { 5: 12 })).toEqual([35, '']);
    expect(streamIn(text)).toEqual([35, '']);
    // Its own would go round: it is looked for instead, whatever it might be.
    expect(streamIn(text.replace('5 0 R', '1 0 R'), { 1: 13 })).toEqual([35, '']);
  });
  it('that ends beyond the end of the revision is torn in it', () => {
    const text = '1 0 obj << /Length 3 >> stream\nabc\nendstream';
    expect(streamIn(text, {}, text.length)).toEqual([31, 'abc']);
    expect(streamIn(text, {}, text.length - 1)).toEqual([31, 'abc\n']);
    expect(streamIn(text, {}, 36)).toEqual([31, 'abc\n']);
    expect(streamIn(text, {}, 35)).toBe('torn');
    expect(streamIn(text, {}, 34)).toBe('torn');
  });
  it('has an end that is looked for wherever it is', () => {
    // Blocks of 64 KiB are looked through, each with a little of the next.
    for (const length of [65_519, 65_528, 65_535, 65_536, 65_537, 131_071, 140_000]) {
      const text = `1 0 obj << >> stream\n${'x'.repeat(length)}endstream`;
      const held = readerOf(sourceFrom(text)).at(0, 1, sightOf(text.length));
      expect([length, held.isTorn, held.end]).toEqual([length, false, 21 + length]);
    }
  });
  it('is its dictionary and a place', () => {
    const text = '1 0 obj\n<< /Length 3 /A /B >>\nstream\nabc\nendstream';
    const { value, end } = readerOf(sourceFrom(text)).at(0, 1, sightOf(text.length));
    expect([plain(value), end]).toEqual([{ stream: { Length: 3, A: '/B' }, offset: 37, length: 3 }, 40]);
    expect(value).toMatchObject({ kind: 'stream', from: 37, dict: { start: 8, end: 29 } });
  });
});

describe('an object in a stream', () => {
  const data = '3 0 4 8 5 14 (three) (four) [5 0 R]';
  const pack = stream(data, '/Type /ObjStm /N 3 /First 13');
  const text = (body: string): string => `7 0 obj\n${body}\nendobj\n`;
  const insideOf = (body: string, end?: number) => {
    const whole = text(body);
    const reader = readerOf(sourceFrom(whole));
    const sight = sightOf(end ?? whole.length, { 7: 0 });
    return (index: number, num: number): unknown => {
      const { value, isTorn } = reader.inside(7, index, num, sight);
      return isTorn ? 'torn' : plain(value);
    };
  };
  it('is found by its number; the index is only a hint', () => {
    const inside = insideOf(pack);
    expect([inside(0, 3), inside(1, 4), inside(2, 5)]).toEqual(['(three)', '(four)', ['5 0 R']]);
    expect([inside(1, 3), inside(0, 4), inside(9, 5)]).toEqual(['(three)', '(four)', ['5 0 R']]);
    expect([inside(0, 6), inside(0, 0)]).toEqual(['torn', 'torn']);
  });
  it('that stands there twice is the one the index says', () => {
    const inside = insideOf(stream('3 0 3 4 (a) (b)', '/Type /ObjStm /N 2 /First 8'));
    expect([inside(0, 3), inside(1, 3), inside(2, 3)]).toEqual(['(a)', '(b)', '(a)']);
  });
  it('ends where its stream does, and has no place in the file', () => {
    const whole = text(pack);
    const reader = readerOf(sourceFrom(whole));
    const held = reader.inside(7, 0, 3, sightOf(whole.length, { 7: 0 }));
    expect(held.end).toBe(whole.indexOf(data) + data.length);
    expect(held.value).toMatchObject({ kind: 'string', start: Number.NaN, end: Number.NaN });
    expect(reader.inside(7, 0, 3, sightOf(whole.length, { 7: 0 }))).toBe(held);
  });
  it('may be packed', () => {
    const packed = deflateSync(data).toString('latin1');
    expect(insideOf(stream(packed, '/Type /ObjStm /N 3 /First 13 /Filter /FlateDecode'))(1, 4)).toBe('(four)');
  });
  it.each([
    ['of another type', stream(data, '/Type /XRef /N 3 /First 13')],
    ['of no type', stream(data, '/N 3 /First 13')],
    ['without N', stream(data, '/Type /ObjStm /First 13')],
    ['with a negative N', stream(data, '/Type /ObjStm /N -3 /First 13')],
    ['with a broken N', stream(data, '/Type /ObjStm /N 2.5 /First 13')],
    ['without First', stream(data, '/Type /ObjStm /N 3')],
    ['with text for N', stream(data, '/Type /ObjStm /N (3) /First 13')],
    ['with a negative First', stream(data, '/Type /ObjStm /N 3 /First -1')],
    ['with more pairs than it has', stream(data, '/Type /ObjStm /N 4 /First 13')],
    ['of an unknown filter', stream(data, '/Type /ObjStm /N 3 /First 13 /Filter /LZW')],
    ['that is no stream', '<< /Type /ObjStm /N 3 /First 13 >>'],
    ['that cannot be read', '<< /Type'],
  ])('of a stream %s is torn', (_, body) => {
    expect(insideOf(body)(0, 3)).toBe('torn');
  });
  it('that cannot be read is torn, and the others are not', () => {
    const inside = insideOf(stream('3 0 4 4 5 9 (a) >>>>> (b', '/Type /ObjStm /N 3 /First 12'));
    expect([inside(0, 3), inside(1, 4), inside(2, 5), inside(1, 4)]).toEqual(['(a)', 'torn', 'torn', 'torn']);
  });
  it('of a stream that is not there, or only in a later revision, is torn', () => {
    const whole = text(pack);
    const reader = readerOf(sourceFrom(whole));
    const torn = (sight: Sight) => reader.inside(7, 0, 3, sight).isTorn;
    expect(torn(sightOf(whole.length))).toBe(true);
    expect(torn(sightOf(0, { 7: 0 }))).toBe(true);
    expect(torn({ ...sightOf(whole.length), lookup: () => ({ kind: 'in', stream: 1, index: 0 }) })).toBe(true);
    expect(torn(sightOf(whole.length, { 7: 0 }))).toBe(false);
  });
  it('is the one of the stream that the revision has under that number', () => {
    const second = `${text(pack)}${text(stream('3 0 (other)', '/Type /ObjStm /N 1 /First 4'))}`;
    const reader = readerOf(sourceFrom(second));
    const at = (offset: number) => plain(reader.inside(7, 0, 3, sightOf(second.length, { 7: offset })).value);
    expect([at(0), at(text(pack).length), at(0)]).toEqual(['(three)', '(other)', '(three)']);
  });
  it('counts among the entries that a file may have', () => {
    const many = (entries: number) => {
      const whole = text(pack);
      const reader: Reader = readerOf(sourceFrom(whole, { entries }));
      return faultIn(() => [3, 4, 5].map((num, i) => reader.inside(7, i, num, sightOf(whole.length, { 7: 0 }))));
    };
    expect(many(3)).toBe('none');
    expect(many(2)).toBe('over-limits: too many entries');
  });
});

it('what is damaged is something else instead; whatever else goes wrong is said', () => {
  const failing = (error: Error) => () => orElse((): string => raise(error), 'instead');
  const raise = (error: Error): never => {
    throw error;
  };
  expect(orElse(() => 'read', 'instead')).toBe('read');
  expect(failing(new PdfError('damaged', ''))()).toBe('instead');
  expect(failing(new PdfError('over-limits', ''))).toThrow(PdfError);
  expect(failing(new TypeError('odd'))).toThrow(TypeError);
});
