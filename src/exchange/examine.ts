/**
 * Everything that is decided about a message before anything is kept: who sends it, what is wrong with
 * it, where it goes, whether it is known already and what the policy makes of it. Changes nothing; the
 * real call and `?check=true` share it.
 */
import { vietnamDay } from '../envelope/dates.ts';
import { type Secrecy, secrecyFor } from '../envelope/secrecy.ts';
import type { Envelope, Message, Status } from '../envelope/types.ts';
import { type Fault, fault, type Problem, type Warning } from '../errors.ts';
import type { Hub, Inspection, Spooled } from '../hub.ts';
import type { EvidenceList } from '../records/judgement.ts';
import type { Caller } from '../records/key.ts';
import type { Directory, Organ } from '../records/organ.ts';
import type { Proof } from '../signature/proof.ts';
import type { Judgement } from './judge.ts';
import { type Route, type RoutingFacts, routeFor, routesFor } from './route.ts';
import { type Acceptable, conflictFault, type Sameness, samenessFor } from './same.ts';
import { type Sender, senderOf } from './sender.ts';
import type { SignerFinding } from './signers/findings.ts';
import type { Lesson } from './signers/lesson.ts';
import { lookAtSigners, type SignerLook } from './signers/look.ts';

/** Bytes that a caller handed in; `expects` is set at the door that takes statuses only. */
export type Submitted = { readonly caller: Caller; readonly spooled: Spooled; readonly expects?: 'status' };

type Found = { readonly at: Date; readonly directory: Directory; readonly warnings: readonly Warning[] };

/** What is wrong, and as much as could be read, for the record of the refusal. */
export type Faulty = Found & {
  readonly kind: 'faulty';
  readonly faults: readonly [Fault, ...Fault[]];
  readonly message: Message | null;
  readonly sender: Organ | null;
  /** The record with the same DocumentId, where `envelope.conflict` is among the faults. */
  readonly existing: NonNullable<Problem['existing']> | null;
};

/** What the problem document says beside its faults. */
export const problemOf = ({ existing }: Faulty): Problem => (existing === null ? {} : { existing });

export type ExaminedDocument = Found & {
  readonly kind: 'document';
  readonly envelope: Envelope;
  readonly sender: Organ;
  readonly proof: Proof;
  /** What the proof rests on. */
  readonly evidence: EvidenceList;
  readonly contentDigest: string;
  readonly routes: readonly Route[];
  readonly secrecy: Secrecy;
  readonly judgement: Judgement;
  /** What is to be told of whose signatures they are, and what was learnt from them. */
  readonly findings: readonly SignerFinding[];
  readonly lesson: Lesson;
  readonly same: Acceptable;
};

export type ExaminedStatus = Found & {
  readonly kind: 'status';
  readonly status: Status;
  readonly sender: Organ;
  readonly route: Route;
  readonly proof: Proof;
};

export type Examined = Faulty | ExaminedDocument | ExaminedStatus;

const loopFaults = (hub: Hub, envelope: Envelope): readonly Fault[] => {
  const own = envelope.traces.findIndex((trace) => hub.code !== '' && trace.organId === hub.code);
  return own < 0 ? [] : [fault('trace.loop', `TraceHeaderList/TraceHeader[${own + 1}]/OrganId`)];
};

const secrecyFaults = (secrecy: Secrecy): readonly Fault[] => (secrecy.kind === 'secret' ? [fault('document.secret', secrecy.at)] : []);

const placeholderWarnings = (proof: Proof | null): readonly Warning[] =>
  proof?.envelope.reason === 'placeholder'
    ? [
        {
          code: 'signature.placeholder',
          at: 'Signature',
          vi: 'Chữ ký của thông điệp chỉ là giá trị mẫu, không kiểm tra được',
          en: 'The envelope signature is a placeholder',
        },
      ]
    : [];

const faulty = (found: Found, faults: readonly Fault[], message: Message | null, sender: Organ | null): Faulty => {
  const [first = fault('envelope.malformed'), ...rest] = faults;
  return { ...found, kind: 'faulty', faults: [first, ...rest.slice(0, 99)], message, sender, existing: null };
};

/** The place of the file that the verdict comes from: an invalid one before the main one. */
const judgedAt = ({ verdict, attachments }: Proof): string => {
  const broken = verdict === 'invalid' ? attachments.findIndex((file) => file.verdict === 'invalid') : -1;
  const index = broken < 0 ? attachments.findIndex((file) => file.role === 'main') : broken;
  return index < 0 ? 'AttachmentEncoded' : `Attachment[${index + 1}]`;
};

const refusedByPolicy = (proof: Proof, judgement: Judgement | null): readonly Fault[] =>
  judgement?.action === 'refuse'
    ? [
        fault('signature.invalid', judgedAt(proof), {
          vi: `Chữ ký số không được chấp nhận: ${proof.vi}`,
          en: `Refused by policy: ${proof.en}`,
        }),
      ]
    : [];

/** What both kinds of message are examined with. */
type Look = {
  readonly hub: Hub;
  readonly submitted: Submitted;
  readonly inspection: Inspection;
  readonly found: Found;
  readonly sender: Sender;
};

const routingFacts = ({ hub, submitted, found }: Look): RoutingFacts => ({
  directory: found.directory,
  caller: submitted.caller,
  policy: hub.policy,
  day: vietnamDay(found.at),
});

const signersOf = async (look: Look, envelope: Envelope, secrecy: Secrecy): Promise<SignerLook | null> => {
  const { hub, submitted, inspection, found, sender } = look;
  const { proof } = inspection;
  if (sender.organ === null || proof === null) return null;
  const judged = { envelope, sender: sender.organ, proof, suspectedSecret: secrecy.kind === 'suspected' };
  return lookAtSigners(hub, judged, { ...found, direct: submitted.caller.role === 'agency' });
};

/** A closed code does not hinder the comparison with what was accepted before it closed. */
const mayCompare = ({ faults }: Sender): boolean => faults.every(({ code }) => code === 'organ.closed');

/**
 * "For ever" (contract §4): what was accepted once is answered by its receipt, though its recipients may
 * have been locked or closed since. Rebuilt bytes must be sound in themselves.
 */
const replays = (same: Sameness | null, others: readonly Fault[]): boolean =>
  same?.kind === 'replay' && (same.sameBytes || others.length === 0);

const examineDocument = async (look: Look, envelope: Envelope): Promise<Examined> => {
  const { hub, submitted, inspection, sender } = look;
  const { contentDigest } = inspection;
  const evidence = inspection.evidence?.list ?? null;
  const secrecy = secrecyFor(envelope);
  const { routes, unrouted, ...routing } = routesFor(routingFacts(look), envelope);
  const signers = await signersOf(look, envelope, secrecy);
  const proof = signers?.proof ?? null;
  const before = [...secrecyFaults(secrecy), ...inspection.faults];
  const after = [...loopFaults(hub, envelope), ...(proof === null ? [] : refusedByPolicy(proof, signers?.judgement ?? null))];
  const warnings = [...inspection.warnings, ...sender.warnings, ...routing.warnings, ...placeholderWarnings(inspection.proof)];
  const found = { ...look.found, warnings };
  const same =
    sender.organ === null || contentDigest === null || !mayCompare(sender)
      ? null
      : await samenessFor(hub, { from: sender.organ.code, envelope, contentDigest, sha256: submitted.spooled.sha256, unrouted, routes });
  const conflict = same?.kind === 'conflict' ? same : null;
  const faults = replays(same, [...before, ...after])
    ? []
    : [...sender.faults, ...before, ...routing.faults, ...after, ...(conflict === null ? [] : [conflictFault])];
  if (
    faults.length > 0 ||
    sender.organ === null ||
    signers === null ||
    evidence === null ||
    contentDigest === null ||
    same === null ||
    same.kind === 'conflict'
  ) {
    return { ...faulty(found, faults, envelope, sender.organ), existing: conflict?.existing ?? null };
  }
  return { ...found, kind: 'document', envelope, sender: sender.organ, ...signers, evidence, contentDigest, routes, secrecy, same };
};

const examineStatus = (look: Look, status: Status): Examined => {
  const { inspection, sender } = look;
  const addressed = routeFor(routingFacts(look), { organId: status.responseFor.organId, name: null }, 'MessageHeader/ResponseFor/OrganId');
  const faults = [...sender.faults, ...secrecyFaults(secrecyFor(status)), ...inspection.faults, ...addressed.faults];
  const found = { ...look.found, warnings: [...inspection.warnings, ...sender.warnings, ...addressed.warnings] };
  if (faults.length > 0 || sender.organ === null || addressed.route === null || inspection.proof === null) {
    return faulty(found, faults, status, sender.organ);
  }
  return { ...found, kind: 'status', status, sender: sender.organ, route: addressed.route, proof: inspection.proof };
};

export const examine = async (hub: Hub, submitted: Submitted, inspection: Inspection, at: Date): Promise<Examined> => {
  const directory = await hub.organs.directory();
  const found: Found = { at, directory, warnings: inspection.warnings };
  const { message } = inspection;
  if (message === null) return faulty(found, inspection.faults, null, null);
  const sender = senderOf(directory, submitted.caller, vietnamDay(at), message);
  const look = { hub, submitted, inspection, found, sender };
  if (message.kind === 'status') return examineStatus(look, message);
  if (submitted.expects === 'status') {
    const says = { vi: 'Đây là văn bản, không phải trạng thái', en: 'This is a document, not a status' };
    return faulty(found, [fault('envelope.invalid', 'MessageHeader/StatusCode', says)], message, sender.organ);
  }
  return examineDocument(look, message);
};
