/** `verify FILE…`: the signatures of PDF files and of what stands in envelopes (contract §3, §7). */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { findingWords } from '../../oversight/words.ts';
import type { Trust } from '../../signature/path/trust.ts';
import { verifyPdf } from '../../signature/pdf/verify.ts';
import { type AttachmentProof, type Finding, findingOf, type SignatureProof, type Verdict } from '../../signature/proof.ts';
import type { Given } from '../command.ts';
import { type Exit, exits } from '../ending.ts';
import { answer, progress, type Terminal } from '../terminal.ts';
import { digestOf, inspectEnvelope, instantOf, openFile, trustOf } from './inspection.ts';

/** An attachment object of contract §3 with the file it came from. */
type Verified = AttachmentProof & { readonly file: string };
/** Everything a file holds, and the verdict it counts with. */
type Outcome = { readonly verdict: Verdict; readonly items: readonly Verified[] };

const exitOf: Readonly<Record<Verdict, Exit>> = {
  valid: exits.done,
  undetermined: exits.later,
  invalid: exits.input,
  unsigned: exits.input,
  unreadable: exits.input,
};

const worst = (verdicts: readonly Verdict[]): Exit => {
  const found = verdicts.map((verdict) => exitOf[verdict]);
  if (found.includes(exits.input)) return exits.input;
  return found.includes(exits.later) ? exits.later : exits.done;
};

/** PDF readers accept junk before the header within the first kilobyte (ISO 32000-1, annex H.3.4.1). */
const isPdf = (head: Uint8Array): boolean => Buffer.from(head).includes('%PDF-');
/** `<` behind a BOM, white space, or the stray bytes that some systems send. */
const isXml = (head: Uint8Array): boolean => /<\?xml|<[A-Za-z:]*edXML/.test(Buffer.from(head).toString('latin1'));

const single = async (
  file: string,
  kind: string,
  found: Finding & { readonly signatures: readonly SignatureProof[] },
): Promise<Outcome> => {
  const { verdict, reason, vi, en, signatures } = found;
  const { size } = await stat(file);
  const sha256 = await digestOf(file);
  return {
    verdict,
    items: [{ name: basename(file), contentId: '', sha256, size, role: 'main', kind, verdict, reason, vi, en, signatures, file }],
  };
};

const verifyEnvelope = async (file: string, trust: Trust, at: Date): Promise<Outcome> => {
  const { proof } = await inspectEnvelope(file, { profile: 'hub', trust, at });
  if (proof === null) return single(file, 'xml', { ...findingOf('damaged'), signatures: [] });
  if (proof.attachments.length === 0) return single(file, 'xml', { ...proof, signatures: [] });
  return { verdict: proof.verdict, items: proof.attachments.map((one) => ({ ...one, file })) };
};

const verifyFile = async (file: string, trust: Trust, at: Date): Promise<Outcome> => {
  const source = openFile(file);
  try {
    const head = source.read(0, 1024);
    if (isPdf(head) && !isXml(head.subarray(0, 64))) return await single(file, 'pdf', verifyPdf(source, { trust, at }));
    if (isXml(head)) return await verifyEnvelope(file, trust, at);
    return await single(file, 'other', { ...findingOf('unsignable-format'), signatures: [] });
  } finally {
    source.close();
  }
};

/** A file that is not there or cannot be opened is one unreadable file among the others. */
const attempt = async (file: string, trust: Trust, at: Date): Promise<Outcome> => {
  try {
    return await verifyFile(file, trust, at);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR') throw error;
    const { verdict, reason } = findingOf('damaged');
    const [vi, en] = [`Không đọc được tệp (${code})`, `The file cannot be read (${code})`];
    const item: Verified = {
      name: basename(file),
      contentId: '',
      sha256: '',
      size: 0,
      role: 'main',
      kind: 'other',
      verdict,
      reason,
      vi,
      en,
      signatures: [],
      file,
    };
    return { verdict, items: [item] };
  }
};

const signatureLines = (one: SignatureProof): readonly string[] => {
  const { signer, covers } = one;
  const who = [signer.name, signer.organisation].filter((text) => text !== null).join(', ') || 'không rõ người ký';
  const kind = one.kind === 'document-timestamp' ? 'Dấu thời gian' : 'Chữ ký';
  return [
    `  ${kind} ${one.index + 1}: ${who} – ${findingWords(one.verdict, one.reason)}`,
    `      ${one.vi}; phiên bản ${covers.revision}/${covers.of}${one.claimedAt === null ? '' : `; ghi thời điểm ký ${one.claimedAt}`}`,
    ...one.laterChanges.map((change) => `      Sau khi ký, phiên bản ${change.revision}: ${change.what} (${change.class})`),
  ];
};

const linesFor = ({ items }: Outcome): readonly string[] =>
  items.flatMap((item) => [
    `${item.file}${item.contentId === '' ? '' : ` › ${item.name}`}: ${findingWords(item.verdict, item.reason)} – ${item.vi}`,
    ...item.signatures.flatMap(signatureLines),
  ]);

export const verify = async (terminal: Terminal, files: readonly string[], given: Given): Promise<Exit> => {
  const [trust, at] = [trustOf(terminal, given), instantOf(terminal, given)];
  const bar = progress(terminal, 'Kiểm tra', files.length);
  const outcomes: Outcome[] = [];
  for (const file of files) {
    outcomes.push(await attempt(file, trust, at));
    bar.step(1);
  }
  bar.stop();
  answer(
    terminal,
    outcomes.flatMap((one) => one.items),
    outcomes.flatMap(linesFor),
  );
  return worst(outcomes.map((one) => one.verdict));
};
