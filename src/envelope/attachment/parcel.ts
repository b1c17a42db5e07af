/** The attachments of one message as found: element, manifest line, decoded file. */
import type { Limits } from '../limits.ts';
import type { Scratch } from '../place.ts';
import type { DecodedRun } from '../skeleton/base64.ts';
import type { DecodedFile } from '../types.ts';
import { childOf, childrenOf, textAt } from '../wire/fields.ts';
import { type Letter, plainContentId } from '../wire/letter.ts';
import type { Element } from '../wire/tree.ts';
import { type ClearFile, unwrap } from './unwrap.ts';

export type Parcel = {
  readonly element: Element;
  /** The manifest line with the same ContentId. */
  readonly reference: Element | null;
  readonly contentId: string;
  /** The attachment's own name, else the manifest's; '' when neither has one. */
  readonly name: string;
  readonly run: DecodedRun;
  /** Null where the base64 is broken. */
  readonly clear: ClearFile | null;
};

const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** An attachment without content is still an attachment, an empty one. */
const emptyRun: DecodedRun = {
  place: { bytes: Buffer.alloc(0) },
  sha256: emptySha256,
  size: 0,
  head: Buffer.alloc(0),
  lines: 0,
  problem: null,
};

/** Unwraps in order, within one budget for all that inflates. */
export const openParcels = async (
  letter: Letter,
  runs: ReadonlyMap<string, DecodedRun>,
  scratch: Scratch,
  limits: Limits,
): Promise<readonly Parcel[]> => {
  const references = new Map(
    childrenOf(letter.manifest, 'Reference').map((reference) => [plainContentId(textAt(reference, 'ContentId')), reference]),
  );
  const parcels: Parcel[] = [];
  let budget = limits.inflatedBytes;
  for (const [index, element] of letter.attachments.entries()) {
    const contentId = plainContentId(textAt(element, 'ContentId'));
    const reference = references.get(contentId) ?? null;
    const name = textAt(element, 'AttachmentName') || textAt(reference, 'AttachmentName');
    const run = runs.get(childOf(element, 'ContentTransferEncoded')?.text ?? '') ?? emptyRun;
    const clear = run.problem === null ? await unwrap(run, name, { scratch, name: `${index + 1}.clear`, limits, budget }) : null;
    budget -= clear?.inflated ?? 0;
    parcels.push({ element, reference, contentId, name, run, clear });
  }
  return parcels;
};

/** What the rest of the hub sees of them; broken ones are left out, their faults refuse the message. */
export const filesOf = (parcels: readonly Parcel[]): readonly DecodedFile[] =>
  parcels.flatMap(({ element, reference, contentId, name, clear }) => {
    if (clear === null) return [];
    const { place, sha256, size, kind } = clear;
    const description = textAt(element, 'Description') || textAt(reference, 'Description') || null;
    const contentType = textAt(element, 'ContentType') || textAt(reference, 'ContentType') || null;
    return [{ contentId, name, description, contentType, kind, sha256, size, place }];
  });
