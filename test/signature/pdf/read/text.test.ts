/** Text strings of PDF (ISO 32000-2 7.9.2.2) by their marks, and dates (7.9.4), each part that may be left out left out. */
import { expect, it } from 'vitest';
import { pdfTime, textFrom } from '../../../../src/signature/pdf/read/text.ts';

const utf8 = (text: string): string => Buffer.from(text).toString('hex');

it.each([
  ['UTF-16BE', 'feff01b0006e', 'ưn'],
  ['UTF-16BE with half a sign at its end', 'feff01b000', 'ư'],
  ['UTF-16BE of nothing', 'feff', ''],
  ['UTF-16BE, surrogates', 'feffd83dde00', '😀'],
  ['UTF-8', `efbbbf${utf8('Sở Nội vụ')}`, 'Sở Nội vụ'],
  ['UTF-8 of nothing', 'efbbbf', ''],
  ['one byte a sign', '41e9', 'Aé'],
  ['nothing', '', ''],
  ['the first half of the mark of UTF-16', 'fe41', 'þA'],
  ['the second half of the mark of UTF-16', '41ff', 'Aÿ'],
  ['the mark of UTF-16 turned round', 'fffe4100', 'ÿþA\0'],
  ['two of the three bytes of the mark of UTF-8', 'efbb41', 'ï»A'],
  ['its first and last', 'ef41bf', 'ïA¿'],
  ['its last two', '41bbbf', 'A»¿'],
])('%s', (_, hex, text) => {
  expect(textFrom(Buffer.from(hex, 'hex'))).toBe(text);
});

it('the bytes that were read stay as they are', () => {
  const bytes = Buffer.from('feff0041', 'hex');
  textFrom(bytes);
  expect(bytes.toString('hex')).toBe('feff0041');
});

it.each([
  ['D:2026', '2026-01-01T00:00:00.000Z'],
  ['D:202611', '2026-11-01T00:00:00.000Z'],
  ['D:20261120', '2026-11-20T00:00:00.000Z'],
  ['D:2026112009', '2026-11-20T09:00:00.000Z'],
  ['D:202611200908', '2026-11-20T09:08:00.000Z'],
  ['D:20261120090807', '2026-11-20T09:08:07.000Z'],
  ['D:20261120090807Z', '2026-11-20T09:08:07.000Z'],
  ["D:20261120090807Z00'00'", '2026-11-20T09:08:07.000Z'],
  ["D:20261120090807+07'00'", '2026-11-20T02:08:07.000Z'],
  ["D:20261120090807+07'30", '2026-11-20T01:38:07.000Z'],
  ['D:20261120090807+0730', '2026-11-20T01:38:07.000Z'],
  ['D:20261120090807+07', '2026-11-20T02:08:07.000Z'],
  ["D:20261120090807-03'30'", '2026-11-20T12:38:07.000Z'],
])('%s is %s', (text, at) => {
  expect(pdfTime(text)?.toISOString()).toBe(at);
});

it.each(['', '2026', 'ngày D:2026', 'D:202', 'D:20261320', 'D:2026112025'])('“%s” is no instant', (text) => {
  expect(pdfTime(text)).toBeNull();
});

it.each([
  ['D:20261120090807+0', '2026-11-20T09:08:07.000Z'],
  ["D:20261120090807-07'", '2026-11-20T16:08:07.000Z'],
  ['D:20261120090807-', '2026-11-20T09:08:07.000Z'],
  ['D:20261120090807 Z', '2026-11-20T09:08:07.000Z'],
  ["D:20261120090807+07''30", '2026-11-20T02:08:07.000Z'],
])('the date %s is read as far as it makes sense: %s', (text, at) => {
  expect(pdfTime(text)?.toISOString()).toBe(at);
});

it('a date that names no zone is UTC wherever the machine stands', () => {
  const { TZ } = process.env;
  try {
    process.env.TZ = 'Asia/Ho_Chi_Minh';
    expect(pdfTime('D:20261120090807')?.toISOString()).toBe('2026-11-20T09:08:07.000Z');
  } finally {
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  }
});
