/** Which bytes of a file are its XML: encodings, declarations, what stands before. */
import { describe, expect, it } from 'vitest';
import type { RandomAccess } from '../../../../src/envelope/bytes.ts';
import { xmlSourceOf } from '../../../../src/signature/xml/source/encoding.ts';
import { xmlLimits } from '../../../../src/signature/xml/source/skeleton.ts';
import { bytesOf } from '../../kit.ts';

const told = (bytes: Buffer): string => {
  const source = xmlSourceOf(bytesOf(bytes));
  if (source.kind === 'refused') return source.why;
  const { file, start, junk } = source;
  return `${start}${junk ? ' junk' : ''} ${Buffer.from(file.read(start, file.size)).toString()}`;
};
const ofText = (text: string): string => told(Buffer.from(text));

describe('a file in one-byte letters', () => {
  it.each([
    ['<a/>', '0 <a/>'],
    ['\uFEFF<a/>', '3 <a/>'],
    ['\uFEFF \t\r\n<a/>', '7 <a/>'],
    ['  <a/>', '2 <a/>'],
    ['x<a/>', '1 junk <a/>'],
    [' \uFEFF<a/>', '4 junk <a/>'],
    ['\uFEFF x <a/>', '6 junk <a/>'],
    ['', 'damaged'],
    ['no markup', 'damaged'],
  ])('%j begins at %j', (text, expected) => {
    expect(ofText(text)).toBe(expected);
  });

  it('is looked through for its beginning 4096 bytes far', () => {
    expect(ofText(`${' '.repeat(4095)}<a/>`)).toBe('4095 <a/>');
    expect(ofText(`${' '.repeat(4096)}<a/>`)).toBe('damaged');
  });

  it.each([
    ['<?xml version="1.0"?><a/>', 'same'],
    ["<?xml version='1.0'?><a/>", 'same'],
    ['<?xml  version = "1.0" ?><a/>', 'same'],
    ['<?xml version="1.0" encoding="UTF-8"?><a/>', 'same'],
    ['<?xml version="1.0" encoding="utf8"?><a/>', 'same'],
    ["<?xml version='1.0' encoding = 'US-ASCII'?><a/>", 'same'],
    ['<?xml version="1.0" encoding="ascii" standalone="yes"?><a/>', 'same'],
    ['<?xml version="1.0" standalone="yes" encoding="utf-8"?><a/>', 'same'],
    ['<?xml version="1.0" encoding="utf-16"?><a/>', 'unsupported'],
    ['<?xml version="1.0" encoding="windows-1258"?><a/>', 'unsupported'],
    ['<?xml version="1.0" encoding=""?><a/>', 'unsupported'],
    ['<?xml version="1.1"?><a/>', 'unsupported'],
    ['<?xml version="1x0"?><a/>', 'unsupported'],
    ['<?xml encoding="utf-8"?><a/>', 'unsupported'],
    ['<?xml-stylesheet encoding="big5"?><a/>', 'same'],
    ['<a><?xml version="1.1" encoding="big5"?></a>', 'same'],
    ['<?xml version="1.0"?><a encoding="big5"/>', 'same'],
  ])('%j: %s', (text, expected) => {
    expect(ofText(text)).toBe(expected === 'same' ? `0 ${text}` : expected);
  });

  it('in ISO-8859-1 is written anew, without its declaration and what stands before', () => {
    const text = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<a>\u00e9\u0080</a>';
    expect(told(Buffer.from(text, 'latin1'))).toBe('0 \n<a>\u00e9\u0080</a>');
    expect(told(Buffer.from(`x ${text}`, 'latin1'))).toBe('0 \n<a>\u00e9\u0080</a>');
  });
});

describe('a file in UTF-16', () => {
  const little = (text: string) => Buffer.from(text, 'utf16le');
  const big = (text: string) => Buffer.from(text, 'utf16le').swap16();

  it.each([
    ['\uFEFF<a>ế</a>', '0 <a>ế</a>'],
    ['<a>ế</a>', '0 <a>ế</a>'],
    ['\uFEFF<?xml version="1.0" encoding="UTF-16"?><a/>', '0 <a/>'],
    ['\uFEFF \n<?xml version="1.0" encoding="UTF-16"?>\n<a/>', '0 \n<a/>'],
    ['<?xml version="1.0"?><a/>', '0 <a/>'],
    ['\uFEFF<?xml version="1.1"?><a/>', 'unsupported'],
    ['<?xml version="1.1"?><a/>', 'unsupported'],
    ['\uFEFF  <?xml version="1.1"?><a/>', 'unsupported'],
    ['<a><?xml version="1.1"?></a>', '0 <a><?xml version="1.1"?></a>'],
  ])('%j, in either order of bytes, is %j', (text, expected) => {
    // A mark that stays behind is nothing an XML parser minds.
    expect([told(little(text)), told(big(text))].map((one) => one.replace('\uFEFF', ''))).toEqual([expected, expected]);
  });

  it('that is none is damaged', () => {
    expect(told(Buffer.concat([little('\uFEFF<a>'), Buffer.from([0x00, 0xd8])]))).toBe('damaged');
    expect(told(Buffer.concat([little('<a/>'), Buffer.from([0x20])]))).toBe('damaged');
    expect(told(Buffer.concat([big('\uFEFF<a>'), Buffer.from([0xd8, 0x00])]))).toBe('damaged');
  });

  it('is told by both of its first bytes', () => {
    expect(told(Buffer.from([0xff, 0x3c, 0x61, 0x2f, 0x3e]))).toBe('1 junk <a/>');
    expect(told(Buffer.from([0xfe, 0x3c, 0x61, 0x2f, 0x3e]))).toBe('1 junk <a/>');
    expect(told(Buffer.from([0x78, 0xfe, 0x3c, 0x61, 0x2f, 0x3e]))).toBe('2 junk <a/>');
    expect(told(Buffer.from([0x78, 0xff, 0x3c, 0x61, 0x2f, 0x3e]))).toBe('2 junk <a/>');
    expect(told(Buffer.from([0x00, 0x00, 0x3c, 0x61, 0x2f, 0x3e]))).toBe('2 junk <a/>');
    expect(told(Buffer.from([0x78, 0x00, 0x3c, 0x61, 0x2f, 0x3e]))).toBe('2 junk <a/>');
  });

  it('is held in memory to the limit of a skeleton, and refused unread beyond', () => {
    const sized = (size: number): string => {
      const file: RandomAccess = {
        size,
        read: (offset, length) => {
          if (length > 4096) throw new RangeError('read whole');
          return Buffer.from('\uFEFF<a/>', 'utf16le').subarray(offset, offset + length);
        },
      };
      try {
        const source = xmlSourceOf(file);
        return source.kind === 'refused' ? source.why : 'read';
      } catch (thrown) {
        return String(thrown instanceof RangeError);
      }
    };
    expect([sized(xmlLimits.skeletonBytes + 1), sized(xmlLimits.skeletonBytes)]).toEqual(['over-limits', 'true']);
  });
});
