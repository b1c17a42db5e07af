/** Signed PDFs of a size with everything that proves them: anchor, revocation lists, time stamps. */
import { letterContent } from '../../src/demo/letter.ts';
import { makePdf, type Pdf } from '../../src/demo/pdf.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { fingerprint, makePki, type Party, type Pki } from '../../src/demo/pki.ts';
import type { VerificationContext } from '../../src/signature/context.ts';
import { trustFrom } from '../../src/signature/path/trust.ts';
import { revocationFrom } from '../../src/signature/revocation/known.ts';
import { letter } from './signed-files.ts';

export type SignedFile = {
  readonly bytes: Uint8Array;
  /** `[offset, length]` pairs of each signature. */
  readonly ranges: readonly (readonly (readonly [number, number])[])[];
};

export type Bundle = {
  readonly signatures: number;
  readonly files: readonly SignedFile[];
  readonly context: VerificationContext;
  readonly pki: Pki;
};

/** A file or two with other signers, so that nothing is remembered of the file itself. */
const filesEach = 4;

const rangesIn = (bytes: Uint8Array): SignedFile['ranges'] =>
  [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/\/ByteRange \[0 (\d+) (\d+) (\d+) *\]/g),
  ].map(([, end, from, length]) => [
    [0, Number(end)],
    [Number(from), Number(length)],
  ]);

const signedBy = (parties: readonly Party[], pki: Pki, size: number, seed: string, at: Date): SignedFile => {
  const page = makePdf(letterContent(letter), { size, seed });
  const signed = parties.reduce<Pdf>((pdf, party) => signPdf(pdf, { party, at, timestamper: pki.timestamper }), page);
  return { bytes: signed.bytes, ranges: rangesIn(signed.bytes) };
};

/** Trust in the government's root alone, its lists as they are now. */
export const contextUnder = (pki: Pki): VerificationContext => {
  const at = new Date();
  const trust = trustFrom({
    anchors: [pki.root.certificate],
    pins: [fingerprint(pki.root.certificate)],
    intermediates: [pki.issuing.certificate],
  });
  return { trust, revocation: revocationFrom(pki.revocationLists([], at)), at };
};

/** `signatures` 1 = the agency's, 2 = a person's and then the agency's. */
export const makeSignedBundle = async (size: number, signatures: number): Promise<Bundle> => {
  const at = new Date();
  const pki = await makePki({ now: at, rsaKeys: 4 });
  const files = Array.from({ length: filesEach }, (_, index) => {
    const agency = pki.issue({ kind: 'agency', name: `Sở số ${index}`, organisation: 'UBND tỉnh Mẫu' });
    const person = pki.issue({ kind: 'person', name: `Nguyễn Văn ${index}`, organisation: `Sở số ${index}` });
    return signedBy([person, agency].slice(-signatures), pki, size, `bundle-${index}`, at);
  });
  return { signatures, files, pki, context: contextUnder(pki) };
};
