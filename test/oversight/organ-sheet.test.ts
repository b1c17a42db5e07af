import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOrganSheet } from '../../src/oversight/sheets/organ-sheet.ts';
import { readPaperSheet } from '../../src/oversight/sheets/paper-sheet.ts';
import type { Directory, Organ } from '../../src/records/organ.ts';
import { directoryOf, organ } from '../support/directory.ts';

const empty = directoryOf();
const read = (text: string, directory: Directory = empty) => readOrganSheet(Buffer.from(text), directory);
/** What is wrong, as `line column code`. */
const faults = (text: string, directory: Directory = empty): readonly string[] =>
  read(text, directory).errors.map(({ line, column, code }) => [line, column, code].filter((part) => part !== '').join(' '));
const only = (text: string, directory: Directory = empty): Organ => {
  const sheet = read(text, directory);
  expect(sheet.errors).toEqual([]);
  const [first] = [...sheet.added, ...sheet.changed];
  expect(first).toBeDefined();
  return first as Organ;
};
const afterwards = (directory: Directory, text: string): Directory => {
  const sheet = read(text, directory);
  const organs = new Map(directory.organs);
  for (const each of [...sheet.added, ...sheet.changed]) organs.set(each.code, each);
  return directoryOf(...organs.values());
};

describe('the organs file (contract §1)', () => {
  it('needs only code, name and level, in any order, with or without BOM, with CRLF or LF', () => {
    const wanted = organ('H99.01', { name: 'Sở Nội vụ' });
    expect(only('code,name,level\nH99.01,Sở Nội vụ,province\n')).toEqual(wanted);
    expect(only('\uFEFFlevel,code,name\r\nprovince,H99.01,"Sở Nội vụ"\r\n')).toEqual(wanted);
  });

  it('takes every column', () => {
    const header = 'code,oldCode,name,level,kind,parent,successor,validFrom,validTo,member,system,locked,delegate,statisticsAs';
    const row =
      'H99.22,000.00.22.H99;000.01.22.H99,UBND xã Tân Lập,commune,council,H99,H99.01,2020-02-29,2026-12-31,true,qlvb-xa,true,H99.01,H99.01';
    expect(only(`${header}\nH99.01,,Sở Nội vụ,province,,,,,,,,,,\n${row}`, directoryOf(organ('H99.01', { name: 'Sở Nội vụ' })))).toEqual({
      code: 'H99.22',
      oldCodes: ['000.00.22.H99', '000.01.22.H99'],
      name: 'UBND xã Tân Lập',
      level: 'commune',
      kind: 'council',
      parent: 'H99',
      successor: 'H99.01',
      validFrom: '2020-02-29',
      validTo: '2026-12-31',
      member: true,
      system: 'qlvb-xa',
      locked: true,
      delegate: 'H99.01',
      statisticsAs: 'H99.01',
    });
  });

  it('gives a member its own system, a foreign organ none', () => {
    expect(only('code,name,level,member,system\nH99.01,A,province,true,').system).toBe('H99.01');
    expect(only('code,name,level,member,system\nG01,A,central,false,').system).toBeNull();
    expect(only('code,name,level,member,system\nG01,A,central,false,TRUC').system).toBe('TRUC');
  });

  it('cleans names: NFC, no zero-width characters, single spaces', () => {
    expect(only(`code,name,level\nH99.01,"  ${'Sở Nội vụ'.normalize('NFD')}\u200B\n(tỉnh)",province`).name).toBe('Sở Nội vụ (tỉnh)');
  });

  it('upserts: rows not named stay, columns not named keep what they hold, blank ones are cleared', () => {
    const directory = directoryOf(
      organ('H99.01', { system: 'qlvb', locked: true, oldCodes: ['X1'], validTo: '2030-01-01' }),
      organ('H99.02'),
    );
    const sheet = read('code,name,level,validTo\nH99.01,Mới,province,', directory);
    expect(sheet.changed).toEqual([organ('H99.01', { name: 'Mới', system: 'qlvb', locked: true, oldCodes: ['X1'] })]);
    expect(sheet.added).toEqual([]);
  });

  it('is idempotent', () => {
    const text = 'code,oldCode,name,level,member,system\nH99.01,A1;A2,Sở Nội vụ,province,true,\nG01,,Bộ Nội vụ,central,false,';
    const once = afterwards(empty, text);
    expect(read(text, once)).toMatchObject({ added: [], changed: [], unchanged: 2, errors: [] });
  });

  it.each([
    ['an unknown column', 'code,name,level,colour\nH99.01,A,province,red', ['1 colour column.unknown']],
    ['a column twice', 'code,name,level,name\nH99.01,A,province,B', ['1 name column.duplicate']],
    ['missing columns', 'code\nH99.01', ['1 name column.missing', '1 level column.missing']],
    ['an empty file', '', ['1 csv.malformed']],
    ['a quote that never closes', 'code,name,level\nH99.01,"A,province', ['2 csv.malformed']],
    [
      'rows of other lengths, beside good ones',
      'code,name,level\nH99.01,A\nH99.02,B,province\nH99.03,C,province,x',
      ['2 row.length', '4 row.length'],
    ],
    ['missing values', 'code,name,level\n,,', []],
    ['missing values beside one', 'code,name,level\nH99.01,,', ['2 level value.missing', '2 name value.missing']],
    [
      'words outside the lists',
      'code,name,level,kind,member,locked\nH99.01,A,tỉnh,sở,yes,1',
      ['2 member value.invalid', '2 level value.invalid', '2 kind value.invalid', '2 locked value.invalid'],
    ],
    [
      'days that are none',
      'code,name,level,validFrom,validTo\nH99.01,A,province,2026-02-30,30/06/2026',
      ['2 validFrom date.invalid', '2 validTo date.invalid'],
    ],
    [
      'an end before the beginning',
      'code,name,level,validFrom,validTo\nH99.01,A,province,2026-02-02,2026-02-01',
      ['2 validTo date.invalid'],
    ],
    ['a system that cannot be a queue', 'code,name,level,system\nH99.01,A,province,phần mềm', ['2 system value.invalid']],
    ['the same code twice', 'code,name,level\nH99.01,A,province\nH99.02,B,province\nH99.01,C,province', ['4 code code.duplicate']],
    [
      'an old code that is another’s current one',
      'code,oldCode,name,level\nH99.01,H99.02,A,province\nH99.02,,B,province',
      ['2 oldCode code.clash', '3 code code.clash'],
    ],
    [
      'an old code of two',
      'code,oldCode,name,level\nH99.01,X1,A,province\nH99.02,X2;X1,B,province',
      ['2 oldCode code.clash', '3 oldCode code.clash'],
    ],
    [
      'references to nobody',
      'code,name,level,successor,delegate,statisticsAs\nH99.01,A,province,H1,H2,H3',
      ['2 successor reference.unknown', '2 delegate reference.unknown', '2 statisticsAs reference.unknown'],
    ],
    ['itself as successor', 'code,name,level,successor\nH99.01,A,province,H99.01', ['2 successor reference.cycle']],
    [
      'parents in a circle, not those below it',
      'code,name,level,parent\nH99.01,A,province,H99.02\nH99.02,B,province,H99.01\nH99.03,C,province,H99.01',
      ['2 parent reference.cycle', '3 parent reference.cycle'],
    ],
  ])('reports %s with line and column', (_name, text, wanted) => {
    expect(faults(text)).toEqual(wanted);
  });

  it('reports every bad row, by the line where it begins even after cells of several lines', () => {
    expect(faults('code,name,level\nH99.01,"A\nB",province\n\nx y,C,province\nH99.03,D,nowhere')).toEqual([
      '5 code code.invalid',
      '6 level value.invalid',
    ]);
  });

  it('takes codes of QĐ 20/2020 only for members, up to 35 characters, and anything that is a word for foreign organs', () => {
    const member = (code: string) => faults(`code,name,level\n${code},A,province`);
    for (const code of ['H99', 'H27.01', 'H37.02.02', 'H37.DN.001', 'H99.1', `H99${'.ABC'.repeat(8)}`]) expect(member(code)).toEqual([]);
    for (const code of ['h99.01', '000.00.01.H27', 'H9', 'H99.', 'H99 01', `H99${'.ABC'.repeat(9)}`])
      expect(member(code)).toEqual(['2 code code.invalid']);
    const foreign = (code: string) => faults(`code,name,level,member\n${code},A,province,false`);
    for (const code of ['28.22.H17', 'vxp.saas.03', '000.A53.000', '000.00.01.H27']) expect(foreign(code)).toEqual([]);
    for (const code of ['a b', '"x;y"', 'x'.repeat(36)]) expect(foreign(code)).toEqual(['2 code code.invalid']);
  });

  it('looks at the directory, too: clashes, references and circles with what stands there', () => {
    const directory = directoryOf(organ('H99.01', { oldCodes: ['X1'], successor: 'H99.02' }), organ('H99.02'));
    expect(faults('code,oldCode,name,level\nH99.03,X1,C,province', directory)).toEqual(['2 oldCode code.clash']);
    expect(faults('code,name,level,member\nX1,C,province,false', directory)).toEqual(['2 code code.clash']);
    expect(faults('code,name,level,successor\nH99.03,C,province,X1', directory)).toEqual([]);
    expect(faults('code,name,level,successor\nH99.02,B,province,X1', directory)).toEqual(['2 successor reference.cycle']);
    expect(faults('code,oldCode,name,level\nH99.01,,A,province\nH99.03,X1,C,province', directory)).toEqual([]);
  });

  it('only warns of an unknown parent and of a district that is still open', () => {
    const sheet = read('code,name,level,parent\nH99.50,Huyện A,district,H99');
    expect(sheet.errors).toEqual([]);
    expect(sheet.warnings.map(({ column }) => column)).toEqual(['parent', 'validTo']);
  });

  it('says that bytes are no UTF-8', () => {
    expect(readOrganSheet(Buffer.from([0x63, 0xff, 0xfe]), empty).errors[0]).toMatchObject({
      line: 1,
      code: 'csv.malformed',
      vi: 'Tệp không phải là UTF-8',
    });
  });

  it('never throws, whatever the file', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readOrganSheet(bytes, empty)));
    const cell = fc.constantFrom('H99.01', 'H99.02', '', '"', 'true', 'x;y', 'province', '2026-01-01', '\n');
    const table = fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 6 });
    fc.assert(fc.property(table, (rows) => void read(`code,name,level,parent,successor\n${rows.map((row) => row.join(',')).join('\n')}`)));
  });
});

describe('the paper file (contract §6)', () => {
  const directory = directoryOf(organ('H99.01', { oldCodes: ['000.00.01.H99'] }), organ('H99.02'));
  const operator = { keyId: 'cli', system: 'cli', role: 'admin' } as const;
  const paper = (text: string) => readPaperSheet(Buffer.from(text), directory, operator, new Date('2026-11-20T03:00:00Z'));
  const header = 'organ,period,issuedToAgencies,paperOnly,otherElectronic';

  it('gives the months as they will be stored', () => {
    const sheet = paper(`${header}\n000.00.01.H99,2026-11,27,1,0\nH99.02,BC2026-11,10,0,2\n`);
    expect(sheet.errors).toEqual([]);
    expect(sheet.months).toMatchObject([
      { organ: 'H99.01', period: '2026-11', issuedToAgencies: 27, paperOnly: 1, otherElectronic: 0 },
      { organ: 'H99.02', period: 'BC2026-11', issuedToAgencies: 10, paperOnly: 0, otherElectronic: 2 },
    ]);
  });

  it('reports every fault of every row with line and column', () => {
    const sheet = paper(
      `${header}\nH99.01,2026-11,-1,1.5,\nH99.77,2026-11,1,0,0\nH99.01,2026-13,1,0,0\nH99.01,2026-12,1,0,0\nH99.02,2026-11,1,0,0\nH99.02,2026-11,2,0,0`,
    );
    expect(sheet.errors.map(({ line, column, code }) => `${line} ${column} ${code}`)).toEqual([
      '2 issuedToAgencies declaration.invalid',
      '2 paperOnly declaration.invalid',
      '2 otherElectronic declaration.invalid',
      '3 organ resource.unknown',
      '4 period request.invalid',
      '5 period declaration.invalid',
      '7 organ row.duplicate',
    ]);
  });
});
