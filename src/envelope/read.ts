/** Bytes -> message: the one way in. Never throws for what a sender wrote; what is wrong is in the answer. */
import { mkdirSync } from 'node:fs';
import { type Fault, fault, type Warning } from '../errors.ts';
import { filesOf, openParcels, type Parcel } from './attachment/parcel.ts';
import type { RandomAccess } from './bytes.ts';
import { checkMessage } from './check.ts';
import { vietnamDay } from './dates.ts';
import { contentDigest } from './digest.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { Scratch } from './place.ts';
import type { DecodedRun } from './skeleton/base64.ts';
import { readProlog } from './skeleton/prolog.ts';
import { type Skeleton, splitSkeleton } from './skeleton/split.ts';
import type { DecodedFile, Message, Profile, Reading, UnknownElement } from './types.ts';
import { readDocument } from './wire/document.ts';
import { fieldsOf, houseName } from './wire/fields.ts';
import { isEdxml, type Letter, openLetter } from './wire/letter.ts';
import { namespaceFault } from './wire/namespace.ts';
import { readStatus } from './wire/status.ts';
import { type Element, parseTree } from './wire/tree.ts';

export type ReadOptions = {
  readonly profile: Profile;
  /** The instant against which dates are judged. */
  readonly now: Date;
  /** Folder for the decoded attachments that are too large for memory; made if absent, emptied by the caller. */
  readonly scratch: string;
  readonly limits?: Partial<Limits>;
};

const unread = (found: Fault, warnings: readonly Warning[]): Reading => ({
  message: null,
  contentDigest: null,
  faults: [found],
  warnings,
  files: [],
  signatureCertificate: null,
});

const leadingBytes = (junk: number): readonly Warning[] =>
  junk === 0
    ? []
    : [
        {
          code: 'envelope.leading-bytes',
          at: '',
          vi: `Có ${junk} byte thừa trước khai báo XML`,
          en: `${junk} stray bytes stand before the XML declaration`,
        },
      ];

const undeclared: Warning = {
  code: 'envelope.namespace',
  at: '',
  vi: 'Có tiền tố XML chưa được khai báo',
  en: 'An XML prefix is used without being declared',
};

/** Every mark the splitter left must stand in an attachment: else the two saw different documents, or a content stands astray. */
const strayMark = (root: Element, letter: Letter, runs: ReadonlyMap<string, DecodedRun>): Fault | null => {
  const inPlace = letter.attachments.flatMap(({ children }) => children.filter((child) => houseName(child) === 'ContentTransferEncoded'));
  const claimed = new Set(inPlace.map(({ text }) => text));
  if (inPlace.length <= letter.attachments.length && [...runs.keys()].every((mark) => claimed.has(mark))) return null;
  const vi = 'Nội dung tệp (ContentTransferEncoded) nằm ngoài Attachment hoặc bị lặp';
  return fault('envelope.malformed', root.name, { vi, en: 'A ContentTransferEncoded stands outside an Attachment, or twice in one' });
};

const knownInAttachment = ['ContentId', 'AttachmentName', 'Description', 'ContentType', 'ContentTransferEncoded'];

/** Whatever else an Attachment says (FieldName, MimeType, Format, anything). */
const unknownInParcels = (parcels: readonly Parcel[]): readonly UnknownElement[] => {
  const unknown: UnknownElement[] = [];
  parcels.forEach(({ element }, index) => {
    const fields = fieldsOf(element, `Attachment[${index + 1}]`, unknown);
    for (const name of knownInAttachment) fields.text(name);
    fields.close();
  });
  return unknown;
};

const messageOf = (letter: Letter, parcels: readonly Parcel[], files: readonly DecodedFile[]): Message => {
  if (letter.kind === 'status') return readStatus(letter);
  const document = readDocument(
    letter,
    files.map(({ place: _place, ...attachment }) => attachment),
  );
  return { ...document, unknown: [...document.unknown, ...unknownInParcels(parcels)] };
};

/** First X509Certificate below the signature, whatever its namespace. */
const certificateIn = (element: Element): string | null => {
  if (element.name === 'X509Certificate') return element.text;
  for (const child of element.children) {
    const found = certificateIn(child);
    if (found !== null) return found;
  }
  return null;
};

/** The options with everything filled in. */
type Means = Pick<ReadOptions, 'profile' | 'now'> & { readonly scratch: Scratch; readonly limits: Limits };

const readTree = async (root: Element, runs: ReadonlyMap<string, DecodedRun>, means: Means): Promise<Reading> => {
  if (!isEdxml(root)) return unread(namespaceFault(root), []);
  const letter = openLetter(root);
  const stray = strayMark(root, letter, runs);
  if (stray !== null) return unread(stray, []);
  const parcels = await openParcels(letter, runs, means.scratch, means.limits);
  const files = filesOf(parcels);
  const message = messageOf(letter, parcels, files);
  const checked = checkMessage({ letter, parcels, profile: means.profile, today: vietnamDay(means.now) });
  const digest =
    letter.kind === 'status'
      ? null
      : contentDigest(
          letter,
          files.map(({ sha256 }) => sha256),
        );
  const signatureCertificate = letter.signature === null ? null : (certificateIn(letter.signature) ?? '');
  return { message, contentDigest: digest, ...checked, files, signatureCertificate };
};

/** Line in the message of a line in the skeleton: the cuts took line breaks out. */
const lineIn = ({ bytes, runs }: Skeleton, line: number): number => {
  const lines = bytes.toString('latin1').split('\n');
  const above = lines.slice(0, line).join('\n');
  return [...runs].reduce((at, [mark, run]) => (above.includes(mark) ? at + run.lines : at), line);
};

const malformed = (skeleton: Skeleton, { line, why }: { line: number; why: string }): Fault => {
  const place = line > 0 ? lineIn(skeleton, line) : 0;
  return fault('envelope.malformed', '', {
    vi: `Thông điệp không phải là XML hợp lệ${place > 0 ? ` (dòng ${place})` : ''}`,
    en: `The message is not well-formed XML${place > 0 ? ` (line ${place})` : ''}: ${why.slice(0, 200)}`,
  });
};

/** Mostly synchronous inside, and heavy: call it in a worker. */
export const readEnvelope = async (source: RandomAccess, options: ReadOptions): Promise<Reading> => {
  const { profile, now } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const scratch: Scratch = { folder: options.scratch, room: limits.heldBytes };
  mkdirSync(scratch.folder, { recursive: true });
  const prolog = readProlog(source);
  if (prolog.kind === 'refused') return unread(prolog.fault, []);
  const early = leadingBytes(prolog.junk);
  const split = splitSkeleton(source, prolog.start, scratch, limits);
  if (split.kind === 'refused') return unread(split.fault, early);
  const parsed = parseTree(split.bytes);
  if (parsed.kind === 'malformed') return unread(malformed(split, parsed), early);
  const reading = await readTree(parsed.root, split.runs, { profile, now, scratch, limits });
  return { ...reading, warnings: [...early, ...(parsed.undeclaredPrefix ? [undeclared] : []), ...reading.warnings] };
};
