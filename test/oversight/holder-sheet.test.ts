/** The list of certificates: read as strictly as the directory, every bad row with line and column. */
import { describe, expect, it } from 'vitest';
import { readHolderSheet } from '../../src/oversight/sheets/holder-sheet.ts';
import { type Holder, holderKey, type MetCertificate } from '../../src/records/holder.ts';
import { directoryOf, organ } from '../support/directory.ts';

const issuer = 'CN=CA phục vụ các cơ quan Nhà nước G2, O=Ban Cơ yếu Chính phủ, C=VN';
const quoted = `"${issuer}"`;
const directory = directoryOf(organ('H99.11', { oldCodes: ['000.00.11.H99'] }), organ('H99.12'));
const read = (text: string, listed: readonly Holder[] = [], met: readonly MetCertificate[] = []) =>
  readHolderSheet(Buffer.from(text), { directory, listed, met });
const faults = (text: string) => read(text).errors.map(({ line, column, code }) => `${line} ${column} ${code}`);
const header = 'serial,issuer,holderKind,organ,person,validTo\n';

const holder: Holder = {
  key: holderKey(issuer, '5401A2'),
  ...{ serial: '5401A2', issuer, kind: 'agency', organ: 'H99.11', person: null, validTo: '2030-03-12' },
};

describe('a list of certificates', () => {
  it('is taken with columns in any order, a BOM, an old code and a serial number with colons', () => {
    const text = `\uFEFFvalidTo,organ,holderKind,serial,issuer\n2030-03-12,000.00.11.H99,agency,54:01:a2,${quoted}\n`;
    expect(read(text)).toEqual({ added: [holder], changed: [], unchanged: 0, errors: [], warnings: [] });
  });

  it('takes a person with and without an organ and a name', () => {
    const { added, errors } = read(`${header}01,${quoted},person,H99.12,Nguyễn Văn An,\n02,${quoted},person,,,\n`);
    expect(errors).toEqual([]);
    expect(added.map(({ kind, organ: code, person }) => [kind, code, person])).toEqual([
      ['person', 'H99.12', 'Nguyễn Văn An'],
      ['person', null, null],
    ]);
  });

  it('finds a row again however issuer and serial number are written, and keeps columns that are not named', () => {
    const again = `serial,issuer,holderKind\n0x005401A2,"C = VN, O = Ban Cơ yếu Chính phủ, CN = CA phục vụ các cơ quan Nhà nước G2",agency\n`;
    expect(read(again, [holder])).toMatchObject({ added: [], changed: [], unchanged: 1 });
    const moved = `serial,issuer,holderKind,organ\n5401A2,${quoted},agency,H99.12\n`;
    expect(read(moved, [holder])).toMatchObject({ added: [], changed: [{ ...holder, organ: 'H99.12' }], unchanged: 0 });
    const emptied = `serial,issuer,holderKind,validTo\n5401A2,${quoted},agency,\n`;
    expect(read(emptied, [holder])).toMatchObject({ changed: [{ ...holder, validTo: null }] });
  });

  it.each([
    [`,${quoted},agency,H99.11,,`, '2 serial value.missing'],
    [`XYZ,${quoted},agency,H99.11,,`, '2 serial serial.invalid'],
    [`${'A'.repeat(41)},${quoted},agency,H99.11,,`, '2 serial serial.invalid'],
    ['01,,agency,H99.11,,', '2 issuer value.missing'],
    ['01,Ban Cơ yếu,agency,H99.11,,', '2 issuer issuer.invalid'],
    [`01,${quoted},,H99.11,,`, '2 holderKind value.missing'],
    [`01,${quoted},cơ quan,H99.11,,`, '2 holderKind value.invalid'],
    [`01,${quoted},agency,,,`, '2 organ value.missing'],
    [`01,${quoted},agency,H77,,`, '2 organ organ.unknown'],
    [`01,${quoted},person,H77,,`, '2 organ organ.unknown'],
    [`01,${quoted},agency,H99.11,,2030-02-30`, '2 validTo date.invalid'],
    [`01,${quoted},agency,H99.11,,12/03/2030`, '2 validTo date.invalid'],
    [`01,${quoted},agency,H99.11`, '2  row.length'],
  ])('%s is %s', (row, fault) => expect(faults(`${header}${row}\n`)).toEqual([fault]));

  it('names what a spreadsheet did to a long serial number', () => {
    const [fault] = read(`${header}5.4E+15,${quoted},agency,H99.11,,\n`).errors;
    expect([fault?.code, fault?.vi]).toEqual(['serial.invalid', expect.stringContaining('bảng tính đã làm tròn')]);
    // Hex without a point is hex.
    expect(faults(`${header}5E10,${quoted},agency,H99.11,,\n`)).toEqual([]);
  });

  it('reports every bad row at once, in order, and the second of two alike', () => {
    const rows = [`01,${quoted},agency,H99.11,,`, `0X01,${quoted},agency,H99.12,,`, `02,,person,,,`, `03,${quoted},agency,,,x`];
    expect(faults(`${header}${rows.join('\n')}\n`)).toEqual([
      '3 serial row.duplicate',
      '4 issuer value.missing',
      '5 organ value.missing',
      '5 validTo date.invalid',
    ]);
  });

  it('refuses unknown, missing and repeated columns', () => {
    expect(faults('serial,issuer,kind\n')).toEqual(['1 kind column.unknown', '1 holderKind column.missing']);
    expect(faults('serial,issuer,holderKind,serial\n')).toEqual(['1 serial column.duplicate']);
  });

  it('warns of an issuer under which the certificate was never met', () => {
    const met: MetCertificate = {
      key: holderKey('CN=CA khác, C=VN', '5401A2'),
      ...{ serial: '5401A2', issuer: 'CN=CA khác, C=VN', name: 'X', organisation: null, kind: 'agency', validTo: null, metAt: '' },
    };
    const row = `${header}5401A2,${quoted},agency,H99.11,,\n`;
    expect(read(row, [], [met]).warnings.map(({ line, column, code }) => [line, column, code])).toEqual([[2, 'issuer', 'issuer.differs']]);
    expect(read(row, [], [met, { ...met, key: holder.key }]).warnings).toEqual([]);
  });
});
