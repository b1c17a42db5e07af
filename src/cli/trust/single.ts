/** One file of the command line: what it is, its verifier, and the objects of contract §3 that come out. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { kindOf } from '../../envelope/attachment/kind.ts';
import type { RandomAccess } from '../../envelope/bytes.ts';
import type { VerificationContext } from '../../signature/context.ts';
import { verifyPdf } from '../../signature/pdf/verify.ts';
import { type AttachmentProof, type Finding, findingOf, type SignatureProof, type Verdict } from '../../signature/proof.ts';
import { verifyXml } from '../../signature/xml/verify.ts';
import { digestOf, inspectEnvelope, openFile } from './inspection.ts';

/** An attachment object of contract §3 with the file it came from. */
export type Verified = AttachmentProof & { readonly file: string };
/** Everything a file holds, and the verdict it counts with. */
export type Outcome = { readonly verdict: Verdict; readonly items: readonly Verified[] };

type Judged = Finding & { readonly signatures: readonly SignatureProof[] };
/** `content`: what a detached signature is over. */
export type Judging = { readonly context: VerificationContext; readonly content: string | undefined };

const unsigned = (reason: 'unsignable-format' | 'damaged'): Judged => ({ ...findingOf(reason), signatures: [] });

const single = async (file: string, kind: string, found: Judged): Promise<Outcome> => {
  const { verdict, reason, vi, en, signatures } = found;
  const { size } = await stat(file);
  const sha256 = await digestOf(file);
  const item: Verified = {
    name: basename(file),
    contentId: '',
    sha256,
    size,
    role: 'main',
    kind,
    verdict,
    reason,
    vi,
    en,
    signatures,
    file,
  };
  return { verdict, items: [item] };
};

/** The root element of edXML, behind whatever some systems send before it. */
const isEnvelope = (source: RandomAccess): boolean =>
  /<(?:[A-Za-z][\w.-]*:)?edXML[\s>]/.test(Buffer.from(source.read(0, 16_384)).toString('latin1'));

/** PDF readers accept junk before the header within the first kilobyte (ISO 32000-1, annex H.3.4.1). */
const isPdf = (source: RandomAccess): boolean => Buffer.from(source.read(0, 1024)).includes('%PDF-');

const verifyEnvelope = async (file: string, { context }: Judging): Promise<Outcome> => {
  const { proof } = await inspectEnvelope(file, 'hub', context);
  if (proof === null) return single(file, 'xml', unsigned('damaged'));
  if (proof.attachments.length === 0) return single(file, 'xml', { ...proof, signatures: [] });
  return { verdict: proof.verdict, items: proof.attachments.map((one) => ({ ...one, file })) };
};

const verifySingle = (kind: string, source: RandomAccess, { context }: Judging): Judged => {
  if (kind === 'pdf') return verifyPdf(source, context);
  if (kind === 'xml') return verifyXml(source, context);
  return unsigned('unsignable-format');
};

const verifyFile = async (file: string, judging: Judging): Promise<Outcome> => {
  const source = openFile(file);
  try {
    const kind = kindOf(source);
    if (kind !== 'pdf' && isEnvelope(source)) return await verifyEnvelope(file, judging);
    const shown = kind === 'other' && isPdf(source) ? 'pdf' : kind;
    return await single(file, shown, verifySingle(shown, source, judging));
  } finally {
    source.close();
  }
};

/** A file that is not there or cannot be opened is one unreadable file among the others. */
export const outcomeOf = async (file: string, judging: Judging): Promise<Outcome> => {
  try {
    return await verifyFile(file, judging);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR') throw error;
    const { verdict, reason } = findingOf('damaged');
    const [vi, en] = [`Không đọc được tệp (${code})`, `The file cannot be read (${code})`];
    const nothing = { name: basename(file), contentId: '', sha256: '', size: 0, role: 'main' as const, kind: 'other', signatures: [] };
    return { verdict, items: [{ ...nothing, verdict, reason, vi, en, file }] };
  }
};
