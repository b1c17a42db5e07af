/** A PKI, signers and letters for the tests of verification, made by the demo's own makers. */
import { makePdf, type Pdf } from '../../src/demo/pdf.ts';
import { type PdfSigning, signPdf } from '../../src/demo/pdf-sign.ts';
import { fingerprint, makePki, type Party, type Pki } from '../../src/demo/pki.ts';
import type { RandomAccess } from '../../src/envelope/bytes.ts';
import type { VerificationContext } from '../../src/signature/context.ts';
import { type Trust, trustFrom } from '../../src/signature/path/trust.ts';
import { type PdfProof, verifyPdf } from '../../src/signature/pdf/verify.ts';
import { exportFile, exportPki } from './exported.ts';

export const now = new Date('2026-11-20T09:00:00.000Z');

export const bytesOf = (bytes: Uint8Array): RandomAccess => {
  exportFile(bytes);
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)) };
};

export type Kit = {
  readonly pki: Pki;
  readonly agency: Party;
  readonly person: Party;
  readonly trust: Trust;
  readonly context: VerificationContext;
  letter(size?: number): Pdf;
  signed(party?: Party, more?: Partial<PdfSigning>): Pdf;
  /** Signed by the person, then by the agency. */
  twice(): Pdf;
  verify(pdf: Pdf | Uint8Array, more?: Partial<VerificationContext>): PdfProof;
};

export const trustOf = (pki: Pki, pins: readonly string[] = [fingerprint(pki.root.certificate)]): Trust =>
  trustFrom({ anchors: [pki.root.certificate, pki.issuing.certificate], pins });

const content = 'BT /F1 12 Tf 72 700 Td (So 105/SNV-CCHC: 1.000.000 dong) Tj ET';

export const makeKit = async (): Promise<Kit> => {
  const pki = await makePki({ now, rsaKeys: 2 });
  exportPki(pki, now);
  const agency = pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu' });
  const person = pki.issue({ kind: 'person', name: 'Nguyễn Văn Ả', organisation: 'Sở Nội vụ', email: 'a@mau.test' });
  const trust = trustOf(pki);
  const context = { trust, at: now };
  const letter = (size = 0) => makePdf(content, { size });
  const signed: Kit['signed'] = (party = agency, more = {}) => signPdf(letter(), { party, at: now, ...more });
  const twice = () => signPdf(signed(person), { party: agency, at: now });
  const verify: Kit['verify'] = (pdf, more = {}) =>
    verifyPdf(bytesOf(pdf instanceof Uint8Array ? pdf : pdf.bytes), { ...context, ...more });
  return { pki, agency, person, trust, context, letter, signed, twice, verify };
};

/** Same length, so that every offset stays. */
export const replaced = (bytes: Uint8Array, from: string, to: string, after = 0): Uint8Array => {
  if (from.length !== to.length) throw new Error('the offsets would move');
  const copy = Buffer.from(bytes);
  const at = copy.indexOf(from, after, 'latin1');
  if (at < 0) throw new Error(`no ${from} in the file`);
  copy.write(to, at, 'latin1');
  return copy;
};

export const outcomeOf = (proof: PdfProof): string => `${proof.verdict}/${proof.reason}`;
