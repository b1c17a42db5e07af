/** One file of the command line: what it is, its verifier, and the objects of contract §3 that come out. */
import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { kindOf as attachmentKindOf } from '../../envelope/attachment/kind.ts';
import type { RandomAccess } from '../../envelope/bytes.ts';
import { type Opened, openPlace } from '../../envelope/place.ts';
import { type ProvableFile, proveFiles } from '../../signature/attachments.ts';
import type { VerificationContext } from '../../signature/context.ts';
import { kindOf } from '../../signature/kind.ts';
import { type AttachmentProof, type Finding, findingOf, type Proof, type Verdict } from '../../signature/proof.ts';
import { digestOf, inspectEnvelope } from './inspection.ts';

/** An attachment object of contract §3 with the file it came from. */
export type Verified = AttachmentProof & { readonly file: string };
/** Everything a file holds, and the verdict it counts with. */
export type Outcome = {
  readonly verdict: Verdict;
  readonly items: readonly Verified[];
  /** Of an envelope: what is said of the message as a whole. */
  readonly envelope: Proof['envelope'] | null;
};

/** `content`: what a detached signature is over. */
export type Judging = { readonly context: VerificationContext; readonly content: string | undefined };

/** The root element of edXML, behind whatever some systems send before it. */
const isEnvelope = (source: RandomAccess): boolean =>
  /<(?:[A-Za-z][\w.-]*:)?edXML[\s>]/.test(Buffer.from(source.read(0, 16_384)).toString('latin1'));

const bareItem = async (file: string, kind: string, found: Finding): Promise<Verified> => {
  const { verdict, reason, vi, en } = found;
  const [name, { size }, sha256] = [basename(file), statSync(file), await digestOf(file)];
  return { name, contentId: '', sha256, size, role: 'main', kind, verdict, reason, vi, en, signatures: [], file };
};

const verifyEnvelope = async (file: string, { context }: Judging): Promise<Outcome> => {
  const { proof } = await inspectEnvelope({ path: file }, 'hub', context);
  if (proof !== null && proof.attachments.length > 0)
    return { verdict: proof.verdict, items: proof.attachments.map((one) => ({ ...one, file })), envelope: proof.envelope };
  const item = await bareItem(file, 'xml', proof ?? findingOf('damaged'));
  return { verdict: item.verdict, items: [item], envelope: proof?.envelope ?? null };
};

const ending = /\.p7s$/i;

/** Named by the caller, or the file whose name it carries: `van-ban.doc` beside `van-ban.doc.p7s`. */
const contentOf = (file: string, { content }: Judging): string | null => {
  if (content !== undefined) return content;
  const beside = file.replace(ending, '');
  return beside !== file && existsSync(beside) ? beside : null;
};

const provable = async (file: string, source: RandomAccess, name: string): Promise<ProvableFile> => ({
  ...{ name, contentId: '', description: null, contentType: '' },
  ...{ kind: attachmentKindOf(source), sha256: await digestOf(file), size: source.size },
  open: () => source,
});

/** A detached signature and its content are judged as two files of one message are: paired by name. */
const verifySingle = async (file: string, source: Opened, judging: Judging): Promise<Outcome> => {
  const kind = kindOf(source);
  const content = kind === 'cms' ? contentOf(file, judging) : null;
  const own = await provable(file, source, content === null ? basename(file) : 'content.p7s');
  const beside = content === null ? null : openPlace({ path: content });
  try {
    const files = beside === null || content === null ? [own] : [own, await provable(content, beside, 'content')];
    const [found] = proveFiles(files, own, judging.context);
    if (found === undefined) throw new Error(`No verdict on ${file}`);
    const item = { ...found, name: basename(file), kind, file };
    return { verdict: item.verdict, items: [item], envelope: null };
  } finally {
    beside?.close();
  }
};

const verifyFile = async (file: string, judging: Judging): Promise<Outcome> => {
  const source = openPlace({ path: file });
  try {
    return kindOf(source) !== 'pdf' && isEnvelope(source) ? await verifyEnvelope(file, judging) : await verifySingle(file, source, judging);
  } finally {
    source.close();
  }
};

/** A file that is not there or cannot be opened is one unreadable file among the others. */
export const outcomeOf = async (file: string, judging: Judging): Promise<Outcome> => {
  try {
    return await verifyFile(file, judging);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if ((code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR') || path === judging.content) throw error;
    const { verdict, reason } = findingOf('damaged');
    const [vi, en] = [`Không đọc được tệp (${code})`, `The file cannot be read (${code})`];
    const nothing = { name: basename(file), contentId: '', sha256: '', size: 0, role: 'main' as const, kind: 'other', signatures: [] };
    return { verdict, items: [{ ...nothing, verdict, reason, vi, en, file }], envelope: null };
  }
};
