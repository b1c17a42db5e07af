/** What a finding on signers raises, in words: the holder, the serial number, whose it is and how that is known, what to do. */
import { knownByWords } from '../../oversight/words.ts';
import { type Directory, organFor } from '../../records/organ.ts';
import type { MessageRecord } from '../../records/record.ts';
import type { KnownBy, SignerProof } from '../../signature/proof.ts';
import { type Alarm, cited, headlines } from '../alerting.ts';
import type { SignerFinding } from './findings.ts';

const knownByEnglish: Readonly<Record<KnownBy, string>> = {
  registry: 'by the list of certificates',
  learnt: 'by valid documents seen before',
  guess: 'by the name in the certificate',
};

/** "ỦY BAN NHÂN DÂN XÃ PHÚ HÒA (số sê-ri 5401A2)". */
const holder = ({ name, serial }: SignerProof): string => `${name ?? 'không rõ chủ thể'} (số sê-ri ${serial ?? 'không rõ'})`;

const named = (directory: Directory, code: string): string => {
  const organ = organFor(directory, code);
  return organ === null ? code : `${organ.name} (${code})`;
};

type Words = { readonly vi: string; readonly en: string };

const otherOrgan = (
  finding: Extract<SignerFinding, { kind: 'signer.other-organ' }>,
  record: MessageRecord,
  directory: Directory,
): Words => {
  const { signer } = finding;
  const [organ, how] = [named(directory, signer.organ), signer.knownBy ?? 'guess'];
  return {
    vi:
      `Văn bản chính được ký bằng chứng thư số của ${holder(signer)}, là của ${organ} ${knownByWords[how]}. ` +
      'Đề nghị đối chiếu với cơ quan gửi: nếu ký nhầm thì ký lại và gửi cập nhật hoặc thay thế; nếu là bản sao, bản chuyển tiếp thì cơ quan gửi phải ký số; ' +
      'nếu chứng thư số đúng là của cơ quan gửi thì bổ sung vào danh sách chứng thư số.',
    en: `${record.documentId} from ${record.from} is signed with the certificate of ${signer.name} (${signer.serial}), which is ${signer.organ}'s ${knownByEnglish[how]}`,
  };
};

const words = (finding: SignerFinding, record: MessageRecord, directory: Directory): Words => {
  switch (finding.kind) {
    case 'signer.other-organ':
      return otherOrgan(finding, record, directory);
    case 'signer.agency-missing':
      return {
        vi: `Văn bản chính chỉ có chữ ký số của cá nhân: ${holder(finding.signer)}. Đề nghị văn thư ký số của cơ quan và gửi cập nhật (Nghị định 30/2020/NĐ-CP, Điều 5).`,
        en: `${record.documentId} from ${record.from} carries only a person's signature, of ${finding.signer.name} (${finding.signer.serial})`,
      };
    case 'signer.person-missing':
      return {
        vi: `Văn bản chính chỉ có chữ ký số của cơ quan: ${holder(finding.signer)}; Trục yêu cầu cả chữ ký số của người có thẩm quyền. Đề nghị trình ký số và gửi cập nhật.`,
        en: `${record.documentId} from ${record.from} carries only the agency's signature (${finding.signer.serial}); policy asks for the person's as well`,
      };
    case 'signer.order':
      return {
        vi:
          `Chữ ký số của cơ quan ${holder(finding.agency)} có trước chữ ký số của ${holder(finding.person)}; ` +
          'người có thẩm quyền phải ký trước, cơ quan ký sau (Nghị định 30/2020/NĐ-CP, Điều 32). Đề nghị rút kinh nghiệm, ký lại theo đúng trình tự nếu cần.',
        en: `On ${record.documentId} from ${record.from} the agency signed (${finding.agency.serial}) before ${finding.person.name} (${finding.person.serial})`,
      };
    case 'signer.annex':
      return {
        vi: `Tệp ${finding.files.map((name) => `"${name}"`).join(', ')} không cùng tệp với văn bản chính nên phải có chữ ký số của cơ quan, không cần hiển thị (Nghị định 30/2020/NĐ-CP, Phụ lục I).`,
        en: `Separate annexes of ${record.documentId} from ${record.from} without the agency's signature: ${finding.files.join(', ')}`,
      };
  }
};

export const signerAlarm = (record: MessageRecord, finding: SignerFinding, directory: Directory): Alarm => {
  const { vi, en } = words(finding, record, directory);
  return { kind: finding.kind, reason: null, vi: `${headlines[finding.kind]} – ${cited(record)}. ${vi}`, en };
};
