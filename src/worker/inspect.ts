/** One envelope, read and judged: what a thread does with a task. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Place, RandomAccess } from '../envelope/bytes.ts';
import { type Opened, openPlace } from '../envelope/place.ts';
import { readEnvelope } from '../envelope/read.ts';
import type { Message, Reading } from '../envelope/types.ts';
import type { Inspection } from '../hub.ts';
import type { VerificationContext } from '../signature/context.ts';
import type { Trust } from '../signature/path/trust.ts';
import type { Proof } from '../signature/proof.ts';
import { proveMessage } from '../signature/prove.ts';
import type { KnownRevocation } from '../signature/revocation/known.ts';
import { unjudgedProof } from './abandoned.ts';
import { evidenceUnder, type Handed, told } from './evidence.ts';
import { isExhaustion } from './exhaustion.ts';
import type { Judgement, Task } from './task.ts';

/** What a thread has besides the task: a folder for decoded files, whom to trust, what is known of revocation. */
export type Surroundings = {
  readonly scratch: string;
  readonly trust: Trust;
  readonly revocation?: KnownRevocation;
  readonly version: string;
  /** Which evidence this thread has handed out. */
  readonly handed: Handed;
};

/**
 * Reads, tells `onRead` what it has, then verifies every signature as it stood at acceptance, none of a
 * message that is refused. Throws only for the machine's faults, for our own bugs in reading, and where the thread must end.
 */
export const inspectFile = async (
  task: Task,
  { scratch, trust, revocation, version, handed }: Surroundings,
  onRead: (read: Inspection) => void,
): Promise<Judgement> => {
  const [at, now] = [new Date(task.at), new Date(task.now)];
  const source = openPlace(task.place);
  // Another process may have swept an idle thread's folder.
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  try {
    const reading = await readEnvelope(source, { profile: task.profile, now: at, scratch });
    const { message, contentDigest, faults, warnings } = reading;
    onRead({ message, contentDigest, faults, warnings, proof: null, evidence: null });
    if (message === null) return { proof: null, evidence: null };
    const evidence = evidenceUnder(trust);
    const context: VerificationContext = { trust, at, now, evidence, ...(revocation && { revocation }) };
    const proof = prove(message, reading, source, context);
    return { proof, evidence: told(evidence, trust, { version, at, now }, handed, task.everything) };
  } finally {
    source.close();
    for (const name of readdirSync(scratch)) rmSync(join(scratch, name), { recursive: true, force: true });
  }
};

/**
 * A verifier that stumbles over a file is our bug, but the file must not pass for it, nor the envelope
 * be lost: nobody could check it, so it says so and is alerted.
 */
const prove = (message: Message, reading: Reading, envelope: RandomAccess, context: VerificationContext): Proof => {
  const opened: Opened[] = [];
  const open = (place: Place) => (): RandomAccess => {
    const source = openPlace(place);
    opened.push(source);
    return source;
  };
  try {
    const files = reading.files.map((file) => ({ ...file, open: open(file.place) }));
    return proveMessage({ message, files, signatureCertificate: reading.signatureCertificate, source: envelope }, context);
  } catch (cause) {
    if (isExhaustion(cause) || (cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    process.emitWarning(cause instanceof Error ? cause : String(cause));
    return unjudgedProof(message, 'damaged', context.now ?? context.at);
  } finally {
    for (const source of opened) source.close();
  }
};
