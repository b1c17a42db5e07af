/** Files for the attacks: signed with everything of the tester's choosing, and by tools that are not ours. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainAddPlaceholder } from '@signpdf/placeholder-plain';
import { SignPdf } from '@signpdf/signpdf';
import { Signer } from '@signpdf/utils';
import { catalogBody, type Pdf, type PdfObject, pageBody, revisePdf, streamBody } from '../../../src/demo/pdf.ts';
import type { Party } from '../../../src/demo/pki.ts';
import { signCms } from '../../../src/signature/sign/cms.ts';

export const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
export const form = (content: string, more = ''): Uint8Array =>
  streamBody(`/Type /XObject /Subtype /Form /BBox [0 0 200 60] ${more}`, latin(content));

export type Shape = {
  readonly party: Party;
  /** Put into the catalog, the page, the signature dictionary, the widget. */
  readonly catalog?: string | ((signature: number) => string);
  readonly page?: (body: string) => string;
  readonly dict?: string;
  readonly field?: string;
  /** Stands for the whole name ByteRange in the signature dictionary. */
  readonly byteRange?: string;
  readonly rect?: string;
  readonly appearance?: Uint8Array;
  readonly name?: string;
  /** Put into the form. */
  readonly form?: string;
  /** Further form fields, already objects of the file, before the signature's. */
  readonly others?: readonly number[];
};

const room = 5000;

/** Signs as one more revision; the field, dictionary, page and catalog are what the shape makes of them. */
export const signAs = (pdf: Pdf, shape: Shape): Pdf => {
  const [signature, widget, look] = [pdf.size, pdf.size + 1, pdf.size + 2];
  const fields = [...(shape.others ?? []), ...pdf.fields, widget];
  const more = typeof shape.catalog === 'function' ? shape.catalog(signature) : (shape.catalog ?? '');
  const rangeName = shape.byteRange ?? '/ByteRange';
  const objects: PdfObject[] = [
    {
      number: 1,
      body: catalogBody(fields)
        .replace('/Lang', `${more} /Lang`)
        .replace('/SigFlags 3', `/SigFlags 3 ${shape.form ?? ''}`),
    },
    { number: 3, body: (shape.page ?? String)(pageBody(fields, false)) },
    {
      number: signature,
      body: `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached ${shape.dict ?? ''} ${rangeName} [${' '.repeat(60)}] /Contents <${'0'.repeat(room)}> >>`,
    },
    {
      number: widget,
      body: `<< /Type /Annot /Subtype /Widget /FT /Sig /T (${shape.name ?? `Ky${fields.length}`}) /V ${signature} 0 R /P 3 0 R /F 132 /Rect [${shape.rect ?? '0 0 0 0'}]${shape.appearance === undefined ? '' : ` /AP << /N ${look} 0 R >>`} ${shape.field ?? ''} >>`,
    },
    ...(shape.appearance === undefined ? [] : [{ number: look, body: shape.appearance }]),
  ];
  const revised = revisePdf(pdf, objects, fields);
  const bytes = Buffer.from(revised.pdf.bytes);
  const from = revised.offsets.get(signature) ?? 0;
  const open = bytes.indexOf('/Contents <', from) + '/Contents '.length;
  const close = open + 2 + room;
  const at = bytes.indexOf(`${rangeName} [`, from) + rangeName.length + 2;
  bytes.write(`0 ${open} ${close} ${bytes.length - close}`.padEnd(60), at, 'latin1');
  const digest = createHash('sha256').update(bytes.subarray(0, open)).update(bytes.subarray(close)).digest();
  const cms = signCms({ digest, certificate: shape.party.certificate, key: shape.party.key });
  bytes.write(Buffer.from(cms).toString('hex'), open + 1, 'latin1');
  return { ...revised.pdf, bytes };
};

export const hasOpenssl = (): boolean => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    if (process.env.CI === 'true') throw new Error('openssl is missing');
    console.warn('SKIPPED: openssl is missing');
    return false;
  }
};

const pem = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END CERTIFICATE-----\n`;

/** A detached CMS over the bytes, made by openssl. */
export const opensslCms = (bytes: Uint8Array, party: Party): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-cms-'));
  try {
    const [content, certificate, key] = ['content', 'certificate.pem', 'key.pem'].map((name) => join(folder, name));
    writeFileSync(content ?? '', bytes);
    writeFileSync(certificate ?? '', pem(party.certificate));
    writeFileSync(key ?? '', party.key.export({ type: 'pkcs8', format: 'pem' }));
    const how = ['cms', '-sign', '-binary', '-md', 'sha256', '-cades', '-outform', 'DER', '-in', content ?? ''];
    return execFileSync('openssl', [...how, '-signer', certificate ?? '', '-inkey', key ?? '']);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Signed by @signpdf (placeholder and ByteRange) with a CMS of openssl's. */
export const signForeign = async (bytes: Uint8Array, party: Party, reason = 'Phe duyet'): Promise<Buffer> => {
  const prepared = plainAddPlaceholder({
    ...{ pdfBuffer: Buffer.from(bytes), reason, contactInfo: '', name: 'A', location: '', signatureLength: 4096 },
    subFilter: 'ETSI.CAdES.detached',
  });
  const signer = Object.assign(new Signer(), { sign: async (content: Buffer) => opensslCms(content, party) });
  return new SignPdf().sign(prepared, signer);
};

/** Appends objects to a file with tables, whoever made it: its last trailer says size and root. */
export const reviseForeign = (bytes: Uint8Array, objects: readonly PdfObject[]): Buffer => {
  const text = Buffer.from(bytes).toString('latin1');
  const xrefAt = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1]);
  const trailer = text.slice(text.lastIndexOf('trailer'));
  const [size, root] = [Number(/\/Size (\d+)/.exec(trailer)?.[1]), Number(/\/Root (\d+)/.exec(trailer)?.[1])];
  const { pdf } = revisePdf({ bytes, size, xrefAt, fields: [] }, objects);
  return Buffer.from(
    Buffer.from(pdf.bytes)
      .toString('latin1')
      .replace(/\/Root 1 0 R(?![\s\S]*\/Root 1 0 R)/, `/Root ${root} 0 R`),
    'latin1',
  );
};
