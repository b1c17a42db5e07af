/** One certificate, one key: issuer and serial as programs and people write them. */
import { describe, expect, it } from 'vitest';
import { holderKey, serialFrom } from '../../src/records/holder.ts';

const ours = 'CN=CA phục vụ các cơ quan Nhà nước G2, O=Ban Cơ yếu Chính phủ, C=VN';
const key = holderKey(ours, '5401A2');

const spellings: Readonly<Record<string, string>> = {
  'RFC 4514 (openssl -nameopt RFC2253,-esc_msb)': 'CN=CA phục vụ các cơ quan Nhà nước G2,O=Ban Cơ yếu Chính phủ,C=VN',
  'openssl -nameopt RFC2253, escaped bytes':
    'CN=CA ph\\E1\\BB\\A5c v\\E1\\BB\\A5 c\\C3\\A1c c\\C6\\A1 quan Nh\\C3\\A0 n\\C6\\B0\\E1\\BB\\9Bc G2,O=Ban C\\C6\\A1 y\\E1\\BA\\BFu Ch\\C3\\ADnh ph\\E1\\BB\\A7,C=VN',
  "openssl's own, root first": 'C = VN, O = Ban Cơ yếu Chính phủ, CN = CA phục vụ các cơ quan Nhà nước G2',
  "openssl 3's own, quoted": 'C=VN, O="Ban Cơ yếu Chính phủ", CN="CA phục vụ các cơ quan Nhà nước G2"',
  'old openssl, one line':
    '/C=VN/O=Ban C\\xC6\\xA1 y\\xE1\\xBA\\xBFu Ch\\xC3\\xADnh ph\\xE1\\xBB\\xA7/CN=CA ph\\xE1\\xBB\\xA5c v\\xE1\\xBB\\xA5 c\\xC3\\xA1c c\\xC6\\xA1 quan Nh\\xC3\\xA0 n\\xC6\\xB0\\xE1\\xBB\\x9Bc G2',
  'lines of the Windows dialog': 'CN = CA phục vụ các cơ quan Nhà nước G2\nO = Ban Cơ yếu Chính phủ\nC = VN',
  'semicolons and capitals': 'cn=CA PHỤC VỤ CÁC CƠ QUAN NHÀ NƯỚC G2; o=BAN CƠ YẾU CHÍNH PHỦ; c=vn',
  'typed in Excel, other blanks, decomposed marks': `  CN = ${'CA phục vụ  các cơ quan Nhà nước G2'.normalize('NFD')} ,O=Ban Cơ yếu\u200b Chính phủ,  C=VN `,
  'without marks': 'CN=CA phuc vu cac co quan Nha nuoc G2, O=Ban Co yeu Chinh phu, C=VN',
  'several values in one part': 'CN=CA phục vụ các cơ quan Nhà nước G2+O=Ban Cơ yếu Chính phủ, C=VN',
  'types by their numbers': '2.5.4.3=CA phục vụ các cơ quan Nhà nước G2, OID.2.5.4.10=Ban Cơ yếu Chính phủ, 2.5.4.6=VN',
};

describe('an issuer', () => {
  for (const [how, text] of Object.entries(spellings)) it(`is the same as ${how}`, () => expect(holderKey(text, '5401A2')).toBe(key));

  it.each([
    ['O=Công ty A\\, B, CN=CA', 'CN=CA, O=Công ty A, B'],
    ['O="Công ty A, B", CN=CA', 'CN=CA,O=Công ty A\\, B'],
    ['O=Công ty A\\2C B, CN=CA', '/O=Công ty A, B/CN=CA'],
    ['O=Sở TT/TT, CN=CA', '/O=Sở TT/TT/CN=CA'],
    ['E=ca@mau.test, CN=CA', '/CN=CA/emailAddress=ca@mau.test'],
    ['EMAILADDRESS=ca@mau.test, CN=CA', 'CN=CA, 1.2.840.113549.1.9.1=ca@mau.test'],
    ['S=Gia Lai, CN=CA', 'CN=CA, ST=Gia Lai'],
    ['C = VN, O = "Công ty A, B + C = D", CN = CA 1/2', 'CN=CA 1/2,O=Công ty A\\, B \\+ C = D,C=VN'],
    ['O=Một \\"nháy\\", CN=CA', 'CN=CA, O="Một \\"nháy\\""'],
  ])('%s is %s', (one, other) => expect(holderKey(one, '01')).toBe(holderKey(other, '01')));

  it.each([
    ['CN=CA G1, O=Ban Cơ yếu Chính phủ, C=VN', ours],
    ['CN=CA, O=A', 'CN=CA, OU=A'],
    ['CN=CA, O=A', 'CN=CA'],
    ['O=A\\, CN=CA', 'O=A, CN=CA'],
  ])('%s is not %s', (one, other) => expect(holderKey(one, '01')).not.toBe(holderKey(other, '01')));
});

describe('a serial number', () => {
  it.each([
    ['54:01:A2', '5401A2'],
    ['54 01 a2', '5401A2'],
    ['0x5401a2', '5401A2'],
    ['005401A2', '5401A2'],
    ['\u200e54 01 a2', '5401A2'],
    ['401A2', '0401A2'],
    ['0', '00'],
  ])('%s is %s', (text, serial) => expect(serialFrom(text)).toBe(serial));

  it.each(['', '  ', '5.4E+15', 'XYZ', '54-01', '12,5'])('%j is none', (text) => expect(serialFrom(text)).toBeNull());
});
