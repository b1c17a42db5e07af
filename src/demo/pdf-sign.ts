/**
 * Signing a PDF by an incremental update (ISO 32000-1 §12.8, ETSI EN 319 142-1): a signature field with a
 * visible or an invisible widget, the ByteRange over everything but Contents, a detached CMS.
 */
import { createHash } from 'node:crypto';
import type { SigningAlgorithm } from '../signature/sign/algorithm.ts';
import { signCms } from '../signature/sign/cms.ts';
import { timestampedBy } from '../signature/sign/timestamp.ts';
import { catalogBody, hasBallast, type Pdf, type PdfObject, pageBody, revisePdf, streamBody } from './pdf.ts';
import { lineOperators } from './pdf-text.ts';
import type { Party, Timestamper } from './pki.ts';

export type PdfSigning = {
  readonly party: Party;
  /** Claimed time: /M of the signature dictionary. */
  readonly at: Date;
  readonly subFilter?: 'ETSI.CAdES.detached' | 'adbe.pkcs7.detached';
  /** Where the widget stands (points from the lower left) and what it says; without it the widget is invisible. */
  readonly visible?: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly lines: readonly string[];
  };
  readonly reason?: string;
  readonly algorithm?: SigningAlgorithm;
  /** Certificates above the signer's to embed; government tools embed none (default). */
  readonly chain?: readonly Uint8Array[];
  /** Who stamps the signature value at `at`; without it the file has no time but the claimed one. */
  readonly timestamper?: Timestamper;
  /** Writes signingTime into the CMS as well, as older tools do. */
  readonly claimInCms?: boolean;
};

/** Bytes kept free for the CMS, twice that in hexadecimal digits. */
const contentsRoom = 8_192;
const rangeRoom = 60;

/** `D:YYYYMMDDHHmmSS+07'00'`, the time in Việt Nam. */
const pdfDate = (at: Date): string => `D:${new Date(at.getTime() + 7 * 3_600_000).toISOString().replace(/[-:T]/g, '').slice(0, 14)}+07'00'`;
const pdfText = (text: string): string => `<${Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('hex')}>`;

const signatureBody = (signing: PdfSigning): string =>
  `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /${signing.subFilter ?? 'ETSI.CAdES.detached'} /Name ${pdfText(signing.party.name)}` +
  `${signing.reason === undefined ? '' : ` /Reason ${pdfText(signing.reason)}`} /M (${pdfDate(signing.at)})` +
  ` /ByteRange [${' '.repeat(rangeRoom)}] /Contents <${'0'.repeat(contentsRoom * 2)}> >>`;

const widgetBody = (name: string, signature: number, appearance: number, signing: PdfSigning): string => {
  const { x, y, width, height } = signing.visible ?? { x: 0, y: 0, width: 0, height: 0 };
  // Flags: print and locked; a widget of no size is invisible.
  return (
    `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${name}) /V ${signature} 0 R /P 3 0 R /F 132` +
    ` /Rect [${x} ${y} ${x + width} ${y + height}] /AP << /N ${appearance} 0 R >> >>`
  );
};

/** A framed box with the lines inside: red for an agency's seal, blue for a person (NĐ 30/2020, annex I). */
const appearanceBody = (signing: PdfSigning): Uint8Array => {
  const { width, height, lines } = signing.visible ?? { width: 0, height: 0, lines: [] };
  const colour = signing.party.kind === 'agency' ? '0.8 0 0' : '0 0.2 0.7';
  const box = `q ${colour} RG ${colour} rg 1 w 1 1 ${width - 2} ${height - 2} re S\n`;
  const text = lines.map((line, index) => lineOperators({ text: line, x: 5, y: height - 11 - index * 10, size: 8 })).join('');
  const dictionary = `/Type /XObject /Subtype /Form /BBox [0 0 ${width} ${height}] /Resources << /Font << /F1 4 0 R >> >>`;
  return streamBody(dictionary, Buffer.from(signing.visible === undefined ? '' : `${box}${text}Q`, 'latin1'));
};

/** Fills ByteRange and Contents of the signature object that starts at `offset`. */
const fillSignature = (bytes: Uint8Array, offset: number, signing: PdfSigning): Uint8Array => {
  const filled = Buffer.from(bytes);
  const rangeAt = filled.indexOf('/ByteRange [', offset) + '/ByteRange ['.length;
  const open = filled.indexOf('/Contents <', offset) + '/Contents '.length;
  const close = open + 2 + contentsRoom * 2;
  filled.write(`0 ${open} ${close} ${filled.length - close}`.padEnd(rangeRoom), rangeAt, 'latin1');
  const digest = createHash('sha256').update(filled.subarray(0, open)).update(filled.subarray(close)).digest();
  const cms = signCms({
    digest,
    certificate: signing.party.certificate,
    key: signing.party.key,
    chain: signing.chain ?? [],
    ...(signing.claimInCms === true ? { signingTime: signing.at } : {}),
    ...(signing.algorithm === undefined ? {} : { algorithm: signing.algorithm }),
    ...(signing.timestamper === undefined ? {} : { unsigned: timestampedBy({ ...signing.timestamper, at: signing.at }) }),
  });
  if (cms.length > contentsRoom) throw new Error(`The CMS of ${cms.length} bytes does not fit`);
  filled.write(Buffer.from(cms).toString('hex'), open + 1, 'latin1');
  return filled;
};

/** Signs the file as it stands: one more revision. Call again for the next signer. */
export const signPdf = (pdf: Pdf, signing: PdfSigning): Pdf => {
  const signature = pdf.size;
  const [widget, appearance] = [signature + 1, signature + 2];
  const fields = [...pdf.fields, widget];
  const objects: readonly PdfObject[] = [
    { number: 1, body: catalogBody(fields) },
    { number: 3, body: pageBody(fields, hasBallast(pdf)) },
    { number: signature, body: signatureBody(signing) },
    { number: widget, body: widgetBody(`ChuKy${fields.length}`, signature, appearance, signing) },
    { number: appearance, body: appearanceBody(signing) },
  ];
  const revised = revisePdf(pdf, objects, fields);
  const offset = revised.offsets.get(signature) ?? 0;
  return { ...revised.pdf, bytes: fillSignature(revised.pdf.bytes, offset, signing) };
};
