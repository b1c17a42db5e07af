/** Signed, unsigned and altered PDFs of any size, from the demo's own makers. */
import { type Letter, letterContent } from '../../src/demo/letter.ts';
import { alterPdf, makePdf, type Pdf } from '../../src/demo/pdf.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { makePki, type Party, type Pki } from '../../src/demo/pki.ts';

export const letter: Letter = {
  ...{ agency: 'Sở Nội vụ', parent: 'UBND tỉnh Mẫu', code: '105/SNV-CCHC', place: 'Mẫu', date: '2026-11-19' },
  subject: 'V/v báo cáo công tác cải cách hành chính quý IV năm 2026',
  recipients: ['Sở Xây dựng', 'UBND các xã, phường'],
  paragraphs: ['Sở Nội vụ đề nghị các cơ quan, đơn vị gửi báo cáo trước ngày 27 tháng 11 năm 2026.'],
  signer: { competence: 'KT. GIÁM ĐỐC', position: 'Phó Giám đốc', fullName: 'Nguyễn Văn A' },
  notice: 'DỮ LIỆU MÔ PHỎNG',
};

export type SignedFiles = {
  readonly pki: Pki;
  readonly agency: Party;
  /** One page, about `size` bytes; the same seed gives the same page. */
  unsigned(size: number, seed: string): Uint8Array;
  signed(size: number, seed: string): Uint8Array;
  altered(size: number, seed: string): Uint8Array;
};

export const makeSignedFiles = async (now: Date): Promise<SignedFiles> => {
  const pki = await makePki({ now, rsaKeys: 2 });
  const agency = pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu' });
  const page = (size: number, seed: string): Pdf => makePdf(letterContent(letter), { size, seed });
  const signed = (size: number, seed: string): Uint8Array => signPdf(page(size, seed), { party: agency, at: now }).bytes;
  return {
    ...{ pki, agency, signed },
    unsigned: (size, seed) => page(size, seed).bytes,
    altered: (size, seed) => alterPdf(signed(size, seed)),
  };
};
