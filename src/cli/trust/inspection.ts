/** Looking at one file on this machine alone: no store, no network, nothing kept. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Place, RandomAccess } from '../../envelope/bytes.ts';
import { type Opened, openPlace } from '../../envelope/place.ts';
import { readEnvelope } from '../../envelope/read.ts';
import { secrecyFor } from '../../envelope/secrecy.ts';
import type { Message, Profile, Reading } from '../../envelope/types.ts';
import { type Fault, fault } from '../../errors.ts';
import type { VerificationContext } from '../../signature/context.ts';
import type { Proof } from '../../signature/proof.ts';
import { proveMessage } from '../../signature/prove.ts';

export const digestOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
};

export type Inspected = {
  readonly reading: Omit<Reading, 'files'>;
  /** Those of reading, a recipient named twice, and a state secret that the hub would refuse. */
  readonly faults: readonly Fault[];
  /** Null where no message could be read. */
  readonly proof: Proof | null;
};

const proofOf = (reading: Reading, source: RandomAccess, context: VerificationContext): Proof | null => {
  const opened: Opened[] = [];
  const open = (place: Place) => (): RandomAccess => {
    const file = openPlace(place);
    opened.push(file);
    return file;
  };
  try {
    const files = reading.files.map((file) => ({ ...file, open: open(file.place) }));
    const { message, signatureCertificate } = reading;
    return message === null ? null : proveMessage({ message, files, signatureCertificate, source }, context);
  } finally {
    for (const file of opened) file.close();
  }
};

/** Without a directory only the same code can be told to be the same organ; from another hub it is no fault. */
const repeatedFaults = (message: Message | null, profile: Profile): readonly Fault[] => {
  if (message === null || message.kind === 'status' || profile === 'hub') return [];
  const codes = message.to.map((one) => one.organId);
  return codes.flatMap((code, index) => {
    const says = { vi: `Nơi nhận ${code} được ghi hơn một lần`, en: `The recipient ${code} is named more than once` };
    return codes.indexOf(code) < index ? [fault('recipient.duplicate', `MessageHeader/To[${index + 1}]/OrganId`, says)] : [];
  });
};

/** Reads an envelope and judges its signatures; the decoded attachments are gone afterwards. */
export const inspectEnvelope = async (place: Place, profile: Profile, context: VerificationContext): Promise<Inspected> => {
  const scratch = await mkdtemp(join(tmpdir(), 'lienthong-check-'));
  const source = openPlace(place);
  try {
    const { files, ...reading } = await readEnvelope(source, { profile, now: context.at, scratch });
    const secrecy = reading.message === null ? null : secrecyFor(reading.message);
    const secret = secrecy?.kind === 'secret' ? [fault('document.secret', secrecy.at)] : [];
    const faults = [...reading.faults, ...repeatedFaults(reading.message, profile), ...secret];
    return { reading, faults, proof: proofOf({ ...reading, files }, source, context) };
  } finally {
    source.close();
    await rm(scratch, { recursive: true, force: true });
  }
};
