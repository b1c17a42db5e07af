/** Agency or person, from real-looking subjects (domain §6.1): measured, and never wrong on this list. */
import { describe, expect, it } from 'vitest';
import type { Name } from '../../../src/signature/asn1/name.ts';
import { type HolderKind, kindOf } from '../../../src/signature/holder/kind.ts';

type Subject = { readonly cn?: string; readonly o?: string | null; readonly e?: string; readonly more?: string };

const nameFrom = ({ cn, o = 'ỦY BAN NHÂN DÂN TỈNH GIA LAI', e, more }: Subject): Name => ({
  text: [e && `E=${e}`, cn && `CN=${cn}`, more, o && `O=${o}`, 'C=VN'].filter(Boolean).join(', '),
  key: '',
  commonName: cn ?? null,
  organisation: o,
  hasEmail: e !== undefined,
});
const kind = (subject: Subject): HolderKind => kindOf(nameFrom(subject));

const agencies = `
ỦY BAN NHÂN DÂN TỈNH GIA LAI|Ủy ban nhân dân xã Tân Lập|UỶ BAN NHÂN DÂN PHƯỜNG ĐÔNG SƠN|UBND xã Phú Hòa|UBND THỊ TRẤN CHƯ SÊ|UY BAN NHAN DAN XA TAN LAP
HỘI ĐỒNG NHÂN DÂN TỈNH LÂM ĐỒNG|HĐND xã Ia Grai|VĂN PHÒNG UBND TỈNH|Văn phòng HĐND và UBND xã Ia Pa|VP UBND tỉnh|ĐOÀN ĐẠI BIỂU QUỐC HỘI TỈNH
SỞ NỘI VỤ|Sở Khoa học và Công nghệ|SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG|SỞ Y TẾ TỈNH TÂY NINH|SO TAI CHINH|BỘ NỘI VỤ|Bộ Khoa học và Công nghệ|BỘ CHỈ HUY QUÂN SỰ TỈNH
CỤC THUẾ|Chi cục Kiểm lâm|TỔNG CỤC THỐNG KÊ|Cục Thi hành án dân sự tỉnh|VỤ PHÁP CHẾ|THUẾ TỈNH GIA LAI|Thuế cơ sở 3 tỉnh Lâm Đồng|HẢI QUAN KHU VỰC XIV|KHO BẠC NHÀ NƯỚC KHU VỰC XV
BAN DÂN TỘC|Ban Quản lý Khu kinh tế|BAN QUẢN LÝ DỰ ÁN ĐẦU TƯ XÂY DỰNG|BAN CHỈ HUY QUÂN SỰ XÃ TÂN LẬP|Ban Tổ chức Tỉnh ủy|BAN TIẾP CÔNG DÂN|BQL Rừng phòng hộ Ia Grai
CÔNG AN TỈNH GIA LAI|Công an xã Tân Lập|TÒA ÁN NHÂN DÂN KHU VỰC 1|TOÀ ÁN NHÂN DÂN TỈNH|VIỆN KIỂM SÁT NHÂN DÂN TỈNH|THANH TRA TỈNH|Kiểm toán nhà nước khu vực XII
PHÒNG VĂN HÓA - XÃ HỘI|Phòng Kinh tế xã Tân Lập|Phòng Giáo dục và Đào tạo|TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG|Trung tâm Công nghệ thông tin và Truyền thông|TTYT huyện Chư Prông
TRƯỜNG THPT CHUYÊN HÙNG VƯƠNG|Trường Mầm non Hoa Sen|Trường Tiểu học Nguyễn Văn Trỗi|TRƯỜNG CHÍNH TRỊ TỈNH|TRUONG THCS LE LOI|ĐẠI HỌC TÂY NGUYÊN|HỌC VIỆN HÀNH CHÍNH QUỐC GIA
BỆNH VIỆN ĐA KHOA TỈNH|Trạm Y tế xã Tân Lập|VIỆN KHOA HỌC NÔNG LÂM|BẢO HIỂM XÃ HỘI TỈNH GIA LAI|NGÂN HÀNG CHÍNH SÁCH XÃ HỘI|BÁO VÀ PHÁT THANH, TRUYỀN HÌNH GIA LAI|ĐÀI PHÁT THANH VÀ TRUYỀN HÌNH
TỈNH ỦY GIA LAI|Đảng ủy xã Tân Lập|ĐẢNG ỦY CÁC CƠ QUAN ĐẢNG TỈNH|ỦY BAN MẶT TRẬN TỔ QUỐC VIỆT NAM TỈNH|MẶT TRẬN TỔ QUỐC VIỆT NAM XÃ TÂN LẬP|LIÊN ĐOÀN LAO ĐỘNG TỈNH|HỘI NÔNG DÂN TỈNH
Hội Liên hiệp Phụ nữ xã|HỘI CỰU CHIẾN BINH|Đoàn TNCS Hồ Chí Minh tỉnh|TỈNH ĐOÀN GIA LAI|HẠT KIỂM LÂM IA GRAI|VƯỜN QUỐC GIA KON KA KINH|THƯ VIỆN TỈNH|BẢO TÀNG TỈNH|QUỸ ĐẦU TƯ PHÁT TRIỂN
CÔNG TY TNHH MTV XỔ SỐ KIẾN THIẾT|TẬP ĐOÀN ĐIỆN LỰC VIỆT NAM|Xã Tân Lập|PHƯỜNG PLEIKU|Thành phố Pleiku|ĐẶC KHU PHÚ QUỐC|BỘ ĐỘI BIÊN PHÒNG TỈNH|ĐỒN BIÊN PHÒNG IA O
Ban Cơ yếu Chính phủ|Đội Quản lý thị trường số 1|NHÀ KHÁCH TỈNH|LIÊN MINH HỢP TÁC XÃ TỈNH|TỔNG CÔNG TY CÀ PHÊ|Tổ công tác Đề án 06|Sở Nội vụ (Mô phỏng)|UBND xã Tân Lập (Mô phỏng)
`;

const persons = `
Nguyễn Văn An|NGUYỄN THỊ HỒNG NHUNG|Trần Văn Viện|Lê Thị Hội|Phạm Văn Bộ|Hoàng Công Sở|Võ Thị Ban|Đoàn Văn Quỹ|Vũ Thành Phòng|Trương Công Trường|Lý Báo Quốc|Văn Tiến Dũng
Nguyen Van An|NGUYEN THI HONG|Tran Quoc Toan|Le Van Tam|Truong Van Nam|Vu Duc Thang|Huỳnh Thị Ngọc Ánh|Đặng Ngọc Quỳnh Như|Bùi Thị Minh Hoài|Phan Lê Hoàng Yến|Hồ Văn Niên
Rơ Châm Hà|Rah Lan Chung|Siu Y Thanh|Puih Hăng Nga|Y Thanh Hà|Đinh Thị Giang|Nay H'Nan Ly|Điểu K'Ré Minh|Lò Văn Hùng|Giàng A Chu|Sùng Thị Mỷ
Quàng Văn Hương|Thạch Sa Ri|Danh Út Minh|Châu Ngọc Bích|Tôn Nữ Thị Ninh|Ma Thị Nguyệt|Nông Đức Mạnh|Xa Đức Văn|Quan Thị Dung|Bàn Văn Đức|TS. Nguyễn Văn Bình|PGS.TS. Trần Thị Hà
Ông Lê Văn Tư|Nguyễn Văn An - Chủ tịch UBND xã|Nguyễn Thị Lan (Sở Nội vụ)|Trần Thị Bình, Văn thư|Nguyễn Văn Mẫu An
`;

/** Of two words: with an address. */
const short = "Nguyễn An|Ksor H'Lan|Kpă Thuyên|H'Lan Niê|K'Brêh Krajan";

/** Nobody could say without knowing more. */
const doubtful = `
Gia Lai|Nguyễn Huệ|Vietcombank Pleiku|Chủ tịch UBND xã Tân Lập|A1|Văn thư 01|XA TAN LAP|PHUONG DONG SON|VU PHAP CHE|TRUONG HOA SEN|Test User|chữ ký thử nghiệm|12345|Lâm Đồng|Signer|John Smith|Kế toán trưởng
`;

const list = (text: string): readonly string[] =>
  text
    .split(/[|\n]/)
    .map((name) => name.trim())
    .filter((name) => name !== '');

const wrong = (names: readonly string[], expected: HolderKind, more: Partial<Subject> = {}): readonly string[] =>
  names.filter((cn) => kind({ cn, ...more }) !== expected).map((cn) => `${cn}: ${kind({ cn, ...more })}`);

describe('what a subject looks like', () => {
  it(`an agency, of ${list(agencies).length} agencies of all levels`, () => {
    expect(list(agencies).length).toBeGreaterThan(90);
    expect(wrong(list(agencies), 'agency')).toEqual([]);
    // Agencies have mail addresses, too: an address makes no person.
    expect(wrong(list(agencies), 'agency', { e: 'vanthu@gialai.gov.vn' })).toEqual([]);
  });

  it(`a person, of ${list(persons).length} persons, words of agencies in their names or not`, () => {
    expect(list(persons).length).toBeGreaterThan(50);
    expect(wrong(list(persons), 'person', { e: 'a@gialai.gov.vn', more: 'OU=Sở Nội vụ' })).toEqual([]);
    expect(wrong(list(persons), 'person')).toEqual([]);
    expect(wrong(list(short), 'person', { e: 'a@gialai.gov.vn' })).toEqual([]);
  });

  it('unknown, where a reader would ask', () => {
    expect(wrong(list(doubtful), 'unknown')).toEqual([]);
    expect(kind({ o: 'UBND tỉnh Mẫu' })).toBe('unknown');
    expect(kind({ cn: 'Nguyễn Văn An', o: null })).toBe('unknown');
    expect(kind({ cn: 'Nguyễn Văn An', o: 'Nguyễn Văn An' })).toBe('unknown');
  });

  it('a person by two words only with an address or an attribute that only persons have', () => {
    expect(kind({ cn: 'Nguyễn An' })).toBe('unknown');
    expect(kind({ cn: 'Nguyễn An', e: 'an@gialai.gov.vn' })).toBe('person');
    expect(kind({ cn: 'Nguyễn An', more: 'givenName=An' })).toBe('person');
    expect(kind({ cn: 'Nguyễn An', more: 'UID=CCCD:001' })).toBe('person');
    expect(kind({ cn: 'Nguyễn An', more: 'UID=MST:001' })).toBe('unknown');
  });

  it('an agency where CN and O are one, unless the subject is personal', () => {
    expect(kind({ cn: 'VNPT GIA LAI', o: 'VNPT Gia Lai' })).toBe('agency');
    expect(kind({ cn: 'VNPT GIA LAI', o: 'VNPT Gia Lai', more: 'title=Giám đốc' })).toBe('unknown');
  });

  it('the same whatever the writing of marks: precomposed, decomposed, with invisible signs', () => {
    for (const cn of ['Ủy ban nhân dân xã Tân Lập', 'Nguyễn Văn An', 'Vụ Pháp chế'])
      for (const written of [cn.normalize('NFD'), cn.replace(' ', '\u200b '), cn.replace(' ', '  ')])
        expect(kind({ cn: written })).toBe(kind({ cn }));
  });
});
