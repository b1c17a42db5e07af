/** Every attachment of a message, judged by what its bytes are; a detached .p7s with the file it is over. */
import type { RandomAccess } from '../envelope/bytes.ts';
import type { Attachment } from '../envelope/types.ts';
import { verifyCms } from './cms/detached.ts';
import type { VerificationContext } from './context.ts';
import { isCms } from './kind.ts';
import { findingOfCompound } from './office/compound.ts';
import { findingOfPackage } from './office/package.ts';
import { verifyPdf } from './pdf/verify.ts';
import { type AttachmentProof, type Finding, findingOf, type SignatureProof } from './proof.ts';
import { findingOfFile } from './verdict.ts';
import { verifyXml } from './xml/verify.ts';

export type ProvableFile = Attachment & { open(): RandomAccess };

type Judged = Finding & { readonly signatures: readonly SignatureProof[] };

const bare = (finding: Finding): Judged => ({ ...finding, signatures: [] });

/** Read whole: no signature is this long, and content that is has other forms. */
const longestCms = 64 * 1024 * 1024;

const judgeCms = (file: RandomAccess, beside: RandomAccess | null, context: VerificationContext): Judged =>
  file.size > longestCms ? bare(findingOf('over-limits')) : verifyCms(file.read(0, file.size), beside, context);

/** An unsigned file of a form whose signatures are judged here is `no-signature`; of any other `unsignable-format`. */
const judge = (file: ProvableFile, context: VerificationContext): Judged => {
  switch (file.kind) {
    case 'pdf':
      return verifyPdf(file.open(), context);
    case 'xml':
      return verifyXml(file.open(), context);
    case 'ooxml':
    case 'zip':
      return bare(findingOfPackage(file.open()));
    case 'ole':
      return bare(findingOfCompound(file.open()));
    case 'image':
      return bare(findingOf('unsignable-format'));
    case 'other': {
      const opened = file.open();
      return isCms(opened) ? judgeCms(opened, null, context) : bare(findingOf('unsignable-format'));
    }
  }
};

const folded = (name: string): string => name.normalize('NFC').trim().toLowerCase();

/** A CMS without content inside answers nothing until it has the file beside it: "van-ban.doc.p7s" that of "van-ban.doc". */
const isDetached = (file: ProvableFile, found: Judged): boolean =>
  file.kind === 'other' && found.reason === 'unsupported' && found.signatures.length === 0 && folded(file.name).endsWith('.p7s');

/** A file's own signatures and those that lie beside it; its own form counts unless it has none. */
const joinedTo = (own: Judged, beside: Judged): Judged => {
  const signatures = [...own.signatures, ...beside.signatures].map((one, index) => ({ ...one, index }));
  if (own.verdict === 'unsigned') return { ...beside, signatures };
  return own.signatures.length === 0 ? { ...own, signatures } : { ...findingOfFile(signatures), signatures };
};

/** In the order of `files`; `main` is one of them. */
export const proveFiles = (
  files: readonly ProvableFile[],
  main: ProvableFile | null,
  context: VerificationContext,
): readonly AttachmentProof[] => {
  const found = new Map(files.map((file) => [file, judge(file, context)]));
  for (const file of files) {
    const own = found.get(file);
    const over = files.find((other) => other !== file && `${folded(other.name)}.p7s` === folded(file.name));
    if (own === undefined || over === undefined || !isDetached(file, own)) continue;
    const judged = judgeCms(file.open(), over.open(), context);
    found.set(file, judged);
    found.set(over, joinedTo(found.get(over) ?? bare(findingOf('unsignable-format')), judged));
  }
  return [...found].map(([file, { verdict, reason, vi, en, signatures }]) => {
    const { name, contentId, sha256, size, kind } = file;
    return { name, contentId, sha256, size, role: file === main ? 'main' : 'annex', kind, verdict, reason, vi, en, signatures };
  });
};
