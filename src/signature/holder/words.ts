/** The words by which Vietnamese names of agencies and of persons begin. */
import { foldText } from '../../envelope/text.ts';

/**
 * First words of agencies' names that begin no personal name, not even when written without marks
 * (`UY BAN NHAN DAN XA TAN LAP`). Matched as whole words at the beginning: "Trần Văn Viện" holds a word of
 * agencies, too.
 */
const plainHeads = `
uy ban|ubnd|ub nd|ubmttq|ub mttq|ubkt|hoi dong nhan dan|hoi dong|hdnd|mat tran to quoc|thuong truc hdnd
van phong|vp|vpub|vpubnd|so noi vu|so tai chinh|so xay dung|so tu phap|so cong thuong|so y te|so giao duc|so khoa hoc|so nong nghiep|so van hoa
so ngoai vu|so dan toc|so ke hoach|so giao thong|so lao dong|so tai nguyen|so thong tin|so du lich|so quy hoach|so an toan|tong cuc|chi cuc|chi nhanh|cuc thue
cuc thi hanh an|cuc thong ke|cuc quan ly|cuc hai quan|bo noi vu|bo tai chinh|bo xay dung|bo tu phap|bo cong thuong|bo cong an|bo quoc phong|bo y te
bo giao duc|bo khoa hoc|bo nong nghiep|bo van hoa|bo ngoai giao|bo dan toc|bo ke hoach|bo giao thong|bo lao dong|bo tai nguyen|bo thong tin
bo chi huy|bo tu lenh|bo doi|bo phan|ban quan ly|ban dan toc|ban to chuc|ban tuyen giao|ban noi chinh|ban dan van|ban chi huy|ban chi dao
ban chap hanh|ban thuong vu|ban tiep cong dan|ban co yeu|ban ton giao|ban thi dua|ban giai phong|ban kinh te|ban phap che|ban van hoa|ban bao ve
ban kiem tra|ban giam doc|phong noi vu|phong tai chinh|phong kinh te|phong tu phap|phong y te|phong giao duc|phong van hoa|phong lao dong
phong tai nguyen|phong cong thuong|phong nong nghiep|phong dan toc|phong quan ly|phong cong chung|phong giao dich|phong ha tang
truong mam non|truong mau giao|truong tieu hoc|truong trung hoc|truong thcs|truong thpt|truong th|truong ptdt|truong pho thong|truong cao dang
truong trung cap|truong dai hoc|truong chinh tri|truong day nghe|truong quan su|truong chuyen|vien kiem sat|vien khoa hoc|vien nghien cuu
vien quy hoach|vien han lam|benh vien|hoc vien|dai hoc|trung tam|trung doan|tram y te|tram thu y|tram khuyen nong|tram bom|tram kiem|cong an|cong ty
cong doan|toa an|kho bac|thanh tra|bao hiem xa hoi|bao hiem|bhxh|ngan hang|nhnn|kiem toan|hai quan|thue tinh|thue thanh pho|thue co so|thue khu vuc
doi quan ly|doi thue|hat kiem lam|hat quan ly|kiem lam|vuon quoc gia|khu bao ton|khu quan ly|khu di tich|khu kinh te|nha van hoa|nha xuat ban|nha khach
nha hat|nha thieu nhi|thu vien|bao tang|dai phat thanh|dai truyen hinh|dai truyen thanh|dai khi tuong|quy dau tu|quy phat trien|quy bao ve|quy tin dung
quy bao lanh|lien doan|lien minh|lien hiep|hoi nong dan|hoi lien hiep|hoi cuu chien binh|hoi chu thap do|hoi luat gia|hoi nha bao|hoi van hoc|hoi dong y
hoi nguoi|hoi khuyen hoc|doan thanh nien|doan tncs|doan dai bieu|doan khoi|doan luat su|doan kinh te|doan nghe thuat|dang uy|dang bo|chi bo|tinh uy|thanh uy
huyen uy|quan uy|thi uy|tinh doan|huyen doan|thanh doan|tong cong ty|tong lien doan|tap doan|doanh nghiep|hop tac xa|xi nghiep|nha may|quan doi|quan khu
quan doan|quan su|su doan|lu doan|don bien phong|bien phong|thi hanh an|co quan|trai giam|trai tam giam|to cong tac|bql|bqlda|ttyt|ttdvc|stttt|bch|don vi
`;

/** Only with their marks: without them they are surnames (Vũ, Trương, Bàn, Xa, Quan, Phương) or nothing certain. */
const markedHeads = `
sở|cục|vụ|bộ|ban|phòng|trường|viện|hội|quỹ|báo|tạp chí|đài|đội|trạm|kho|nhà|xã|phường|thị trấn|thị xã|thành phố|tỉnh|huyện|quận|đặc khu|đoàn khối|thuế|hạt|khoa
`;

const phrases = (text: string): readonly string[] =>
  text
    .split(/[|\n]/)
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== '');

const beginning = (list: readonly string[]): RegExp =>
  new RegExp(`^(?:${list.toSorted((a, b) => b.length - a.length).join('|')})(?![\\p{L}\\p{N}])`, 'u');

const plain = beginning(phrases(plainHeads));
const marked = beginning(phrases(markedHeads));

/** Lower case; "uỷ" and "ủy", "hoà" and "hòa" are told apart by no reader. */
const lower = (text: string): string => text.normalize('NFC').toLowerCase();
const hasMarks = (text: string): boolean => foldText(text) !== lower(text).replace(/\s+/g, ' ').trim();

export const isAgencyHead = (name: string): boolean => plain.test(foldText(name)) || (hasMarks(name) && marked.test(lower(name)));

/** Surnames of the Kinh and of the peoples of the highlands and the south, as they stand first in a name. */
const surnames = `
nguyễn|trần|lê|phạm|hoàng|huỳnh|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|lý|đinh|đoàn|lâm|mai|trịnh|đào|cao|lương|lưu|tạ|hà|thái|tô|tống|tăng|trương|châu
chu|kiều|quách|vương|mạc|phùng|từ|văn|khương|khổng|lại|la|lã|lục|ma|mã|nghiêm|ninh|nông|ông|phó|phí|quan|quảng|sái|sầm|thạch|thẩm|thân|thi|tiêu|tôn
tôn nữ|triệu|trình|tưởng|ung|ứng|uông|viên|vi|xa|âu|bạch|bành|bế|biện|bồ|ca|cái|cấn|cầm|cấp|chử|chúc|cù|cung|cự|danh|diệp|diêm|doãn|đàm|đái|đàng|đậu|đan
điêu|điều|đồng|giang|giáp|hạ|hàn|hàng|hầu|hình|hoa|hứa|hùng|khúc|kim|lãnh|lạc|lều|liễu|lò|lô|lường|lữ|mẫn|mâu|minh|mông|ngạc|ngọ|ngụy|nhan|nhâm|nhữ|ngân
ô|phương|quang|quàng|sơn|sùng|tòng|tào|thang|thào|thiều|thịnh|tiền|tiết|tín|toàn|tòng|trà|trang|trưng|ty|vàng|vầy|vừ|giàng|lầu|lù|mùa|mua|cứ|chá|hạng|hảng|lồ
ly|phàn|phù|bàn|đặng|tẩn|chẻo|lý|hoàng|bàng|quyền|sằn|voòng|dín|cà|cầm|lèo|lừ|vì|hoàng|bạc|kha|lang|lô|vi|ốc|xeo|hà|bun|blong|cil|k'|h'|y|a|ka|ha|kơ|kơ să|kon|kpă|kpa|ksor|krajan
ksơr|nay|nie|niê|êban|êcam|êñuôl|eban|mlô|mlo|puih|rơ|rơ châm|rơ chăm|rơ mah|rah lan|rmah|rcom|rơ com|siu|hlong|đinh|điểu|thị|touneh|touprong|ya|ama|bnahria|bnuớch|pơloong|zơrâm
alăng|bling|bríu|cơlâu|coor|arất|hôih|a viết|blúp|tơ ngôl|lơ mu|bon|păng|chamaléa|katơr|pinăng|mang|mấu|cao|kator|jơ|brih|khưu|từ
`;
const surnameWords = phrases(surnames);
const folded = new Set(surnameWords.map(foldText));
const exact = new Set(surnameWords);

/** Written without marks these may be xã, phường, quận, vụ, trường, đoàn, ban as well: the second word decides, or nobody. */
const doubtful = new Set(['xa', 'phuong', 'quan', 'vu', 'truong', 'doan', 'ban']);
const middle = new Set(['van', 'thi', 'duc', 'ngoc', 'minh', 'quang', 'huu', 'hong', 'dinh', 'quoc']);

/** H'Lan, K'Brêh, Y Thanh, Rơ Châm Hà, Nguyễn …; a name without any mark may have lost them. */
export const isSurname = (words: readonly string[]): boolean => {
  const [first = '', second = ''] = words.map(lower);
  const whole = words.join(' ');
  const bare = !hasMarks(whole);
  if (bare && doubtful.has(first)) return middle.has(second);
  const known = (word: string): boolean => exact.has(word) || (bare && folded.has(foldText(word)));
  return known(first) || known(`${first} ${second}`) || /^[hk]['’]\p{L}/u.test(first);
};
