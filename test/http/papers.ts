/** Messages for the tests of the doors: one signed letter, the same altered, an unsigned one. */
import { alterPdf, makePdf } from '../../src/demo/pdf.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { makePki } from '../../src/demo/pki.ts';
import { documentMessage, type Letter } from '../support/message.ts';

const content = 'BT /F1 12 Tf 72 720 Td (Van ban so 27) Tj ET\n';

/** `yyyy/MM/dd` of today in Việt Nam. */
export const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '/');

export const openPapers = async () => {
  const now = new Date();
  const pki = await makePki({ now, rsaKeys: 1 });
  const party = pki.issue({ kind: 'agency', name: 'UBND xã Tân Lập', organisation: 'Tỉnh Mẫu' });
  const unsigned = makePdf(content);
  const signed = signPdf(unsigned, { party, at: now }).bytes;
  const files = { unsigned: unsigned.bytes, signed, altered: alterPdf(signed) } as const;
  let number = 0;
  return {
    root: pki.root.certificate,
    issuing: pki.issuing.certificate,
    revocationLists: pki.revocationLists([], now),
    /** A letter from Tân Lập to Sở Nội vụ with one file; every one has its own number. */
    letter: (file: keyof typeof files, more: Partial<Letter> = {}): Buffer => {
      number += 1;
      return documentMessage({
        ...{ from: 'H99.22', to: ['H99.5'], documentId: `H99.22.${number}.${Date.now()}`, number: String(number), date: today },
        files: [{ name: `${number}_UBND-VX.pdf`, bytes: files[file] }],
        ...more,
      });
    },
  };
};
