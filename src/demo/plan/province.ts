/**
 * The fictional "tỉnh Mẫu" (H99): twenty departments as provinces have them since 2025, thirty communes
 * with invented names, and two foreign organs. Nothing here is a real agency or person.
 */

export type DemoOrgan = {
  readonly code: string;
  readonly name: string;
  readonly level: 'central' | 'province' | 'commune';
  /** Stands in the notation of its documents: `SNV`, `UBND`. */
  readonly short: string;
  /** Who speaks for it; null = nobody here (foreign). */
  readonly system: string | null;
  readonly member: boolean;
  readonly parent: string | null;
  /** Its head and the deputy who signs most letters. */
  readonly head: string;
  readonly deputy: string;
};

/** `{code, name}` of the hub and of the province. */
export const hubCode = 'H99.W00';
export const provinceName = 'Tỉnh Mẫu';
export const simulated = 'DỮ LIỆU MÔ PHỎNG';
/** One QLVB speaks for most communes. */
export const sharedSystem = 'QLVB-XA';

const families = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ', 'Ngô', 'Dương'];
const middles = ['Văn', 'Thị', 'Đức', 'Minh', 'Ngọc', 'Thanh', 'Quốc', 'Hữu'];
const givens = [
  'Mẫu An',
  'Mẫu Bình',
  'Mẫu Cường',
  'Mẫu Dung',
  'Mẫu Hà',
  'Mẫu Khánh',
  'Mẫu Lan',
  'Mẫu Nam',
  'Mẫu Phượng',
  'Mẫu Sơn',
  'Mẫu Tuấn',
];

/** An invented full name; three lists of lengths without common factor keep neighbours different. */
const personName = (index: number): string =>
  [families[index % families.length], middles[(index * 3) % middles.length], givens[(index * 7) % givens.length]].join(' ');

const departments: readonly (readonly [code: string, name: string, short: string])[] = [
  ['H99', 'Ủy ban nhân dân tỉnh', 'UBND'],
  ['H99.01', 'Văn phòng UBND tỉnh', 'VP'],
  ['H99.02', 'Sở Nội vụ', 'SNV'],
  ['H99.03', 'Sở Tài chính', 'STC'],
  ['H99.04', 'Sở Xây dựng', 'SXD'],
  ['H99.05', 'Sở Nông nghiệp và Môi trường', 'SNNMT'],
  ['H99.06', 'Sở Công Thương', 'SCT'],
  ['H99.07', 'Sở Khoa học và Công nghệ', 'SKHCN'],
  ['H99.08', 'Sở Văn hóa, Thể thao và Du lịch', 'SVHTTDL'],
  ['H99.09', 'Sở Giáo dục và Đào tạo', 'SGDĐT'],
  ['H99.10', 'Sở Y tế', 'SYT'],
  ['H99.11', 'Sở Tư pháp', 'STP'],
  ['H99.12', 'Sở Dân tộc và Tôn giáo', 'SDTTG'],
  ['H99.13', 'Sở Ngoại vụ', 'SNgV'],
  ['H99.14', 'Thanh tra tỉnh', 'TTr'],
  ['H99.15', 'Ban Quản lý Khu kinh tế tỉnh', 'BQLKKT'],
  ['H99.16', 'Ban Quản lý các khu công nghiệp tỉnh', 'BQLKCN'],
  ['H99.17', 'Ban Quản lý Khu công nghệ cao tỉnh', 'BQLCNC'],
  ['H99.18', 'Chi cục Kiểm lâm tỉnh', 'CCKL'],
  ['H99.19', 'Chi cục Quản lý thị trường tỉnh', 'CCQLTT'],
];

// Twenty-seven communes and three wards, invented: all end in "Mẫu", and no commune of today is called so.
const communeNames = [
  ...['An', 'Bình', 'Châu', 'Đồng', 'Đông', 'Giang', 'Hà', 'Hải', 'Hòa', 'Hưng', 'Khánh', 'Lộc', 'Long', 'Minh'].map(
    (first) => `xã ${first} Mẫu`,
  ),
  ...['Mỹ', 'Ngân', 'Nghĩa', 'Ninh', 'Phong', 'Phú', 'Quảng', 'Sơn', 'Tân', 'Thanh', 'Thuận', 'Tiên', 'Trường'].map(
    (first) => `xã ${first} Mẫu`,
  ),
  ...['Vân', 'Việt', 'Xuân'].map((first) => `phường ${first} Mẫu`),
];
const sharedCommunes = 24;
const firstCommune = 21;

const departmentOrgans: readonly DemoOrgan[] = departments.map(([code, name, short], index) => ({
  code,
  name,
  short,
  level: 'province',
  system: code,
  member: true,
  parent: code === 'H99' ? null : 'H99',
  head: personName(index),
  deputy: personName(index + 100),
}));

const communeOrgans: readonly DemoOrgan[] = communeNames.map((name, index) => {
  const code = `H99.${firstCommune + index}`;
  return {
    code,
    name: `UBND ${name}`,
    short: 'UBND',
    level: 'commune',
    system: index < sharedCommunes ? sharedSystem : code,
    member: true,
    parent: 'H99',
    head: personName(index + 200),
    deputy: personName(index + 300),
  };
});

const foreign = (code: string, name: string, level: DemoOrgan['level']): DemoOrgan => ({
  ...{ code, name, level, short: '', system: null, member: false, parent: null, head: '', deputy: '' },
});

/** Departments, communes, foreign organs, in the order of their codes. */
export const demoOrgans: readonly DemoOrgan[] = [
  ...departmentOrgans,
  ...communeOrgans,
  foreign('G99', 'Bộ Nội vụ (mô phỏng)', 'central'),
  foreign('H98', 'UBND tỉnh Láng Giềng (mô phỏng)', 'province'),
];
export const demoDepartments = departmentOrgans;
export const demoCommunes = communeOrgans;

const byCode = new Map(demoOrgans.map((organ) => [organ.code, organ]));

/** The organ with this code; the plan names only those that exist. */
export const demoOrgan = (code: string): DemoOrgan => {
  const organ = byCode.get(code);
  if (organ === undefined) throw new Error(`Tỉnh Mẫu has no organ ${code}`);
  return organ;
};

/** Every system that gets a key. */
export const demoSystems: readonly string[] = [...new Set(demoOrgans.flatMap((organ) => organ.system ?? []))];

const quoted = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The directory as a file for `lienthong organs import`. */
export const organsCsv = (): string =>
  [
    'code,name,level,parent,member,system',
    ...demoOrgans.map(({ code, name, level, parent, member, system }) =>
      [code, name, level, parent ?? '', String(member), system ?? ''].map(quoted).join(','),
    ),
  ].join('\n');
