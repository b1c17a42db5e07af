/** Every hostile file inside a message, as it would be posted. */
import { makePdf } from '../../../src/demo/pdf.ts';
import { signPdf } from '../../../src/demo/pdf-sign.ts';
import { makePki } from '../../../src/demo/pki.ts';
import { documentMessage } from '../../support/message.ts';
import { hostileCms } from './cms.ts';
import { hostilePdfs } from './pdf.ts';
import { hostileXml } from './xml.ts';

const messageWith = (name: string, bytes: Uint8Array): Buffer =>
  documentMessage({
    ...{ from: 'H99.1', to: ['H99.2'], documentId: 'hostile', number: '1' },
    files: [{ name, bytes, description: 'Văn bản chính' }],
  });

/** Made when asked for: together they are hundreds of megabytes. */
export const hostileMessages = async (): Promise<Readonly<Record<string, () => Buffer>>> => {
  const now = new Date();
  const pki = await makePki({ now, rsaKeys: 1 });
  const party = pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu' });
  const signed = signPdf(makePdf('BT /F1 12 Tf 72 700 Td (So 105) Tj ET'), { party, at: now });
  const pdfs = Object.entries(hostilePdfs).map(([name, make]) => [`PDF: ${name}`, () => messageWith('cong-van.pdf', make(signed))]);
  const cms = Object.entries(hostileCms).map(([name, make]) => [`CMS: ${name}`, () => messageWith('cong-van.p7m', make(party))]);
  const xml = Object.entries(hostileXml).map(([name, make]) => [`XML: ${name}`, () => messageWith('cong-van.xml', Buffer.from(make()))]);
  return Object.fromEntries([...pdfs, ...cms, ...xml]);
};
