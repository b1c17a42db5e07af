/**
 * Everything that is decided about a message before anything is kept: who sends it, what is wrong with
 * it, where it goes, whether it is known already and what the policy makes of it. Changes nothing; the
 * real call and `?check=true` share it.
 */
import { vietnamDay } from '../envelope/dates.ts';
import { type Secrecy, secrecyFor } from '../envelope/secrecy.ts';
import type { Envelope, Message, Status } from '../envelope/types.ts';
import { type Fault, fault, type Warning } from '../errors.ts';
import type { Hub, Inspection, Spooled } from '../hub.ts';
import type { Caller } from '../records/key.ts';
import { type Directory, isOpen, type Organ, organFor } from '../records/organ.ts';
import type { Proof } from '../signature/proof.ts';
import { speaksFor } from './caller.ts';
import { type Judgement, judge } from './judge.ts';
import { type Route, type Routing, routeFor, routesFor } from './route.ts';
import { type Sameness, samenessFor } from './same.ts';

/** Bytes that a caller handed in; `expects` is set at the door that takes statuses only. */
export type Submitted = { readonly caller: Caller; readonly spooled: Spooled; readonly expects?: 'status' };

type Found = { readonly at: Date; readonly directory: Directory; readonly warnings: readonly Warning[] };

/** What is wrong, and as much as could be read, for the record of the refusal. */
export type Faulty = Found & {
  readonly kind: 'faulty';
  readonly faults: readonly [Fault, ...Fault[]];
  readonly message: Message | null;
  readonly sender: Organ | null;
};

export type ExaminedDocument = Found & {
  readonly kind: 'document';
  readonly envelope: Envelope;
  readonly sender: Organ;
  readonly proof: Proof;
  readonly contentDigest: string;
  readonly routes: readonly Route[];
  readonly secrecy: Secrecy;
  readonly judgement: Judgement;
  readonly same: Sameness;
};

export type ExaminedStatus = Found & {
  readonly kind: 'status';
  readonly status: Status;
  readonly sender: Organ;
  readonly route: Route;
  readonly proof: Proof;
};

export type Examined = Faulty | ExaminedDocument | ExaminedStatus;

type Sender = { readonly organ: Organ | null; readonly faults: readonly Fault[]; readonly warnings: readonly Warning[] };

const senderAt = 'MessageHeader/From/OrganId';

/** The sending organ, which must be the caller's own, open and not locked. */
const senderOf = (directory: Directory, caller: Caller, day: string, message: Message): Sender => {
  const code = message.from.organId;
  const organ = organFor(directory, code);
  if ((code as string) === '') return { organ, faults: [], warnings: [] };
  if (organ === null) {
    const says = {
      vi: `Mã cơ quan gửi "${code}" không có trong danh mục`,
      en: `The sender "${code}" is not in the directory`,
      legacyCode: 'M.MessageHeader.From',
    };
    return { organ, faults: [fault('organ.unknown', senderAt, says)], warnings: [] };
  }
  if (!speaksFor(caller, organ)) {
    const says = {
      vi: `Hệ thống ${caller.system} không được gửi thay ${organ.code} (${organ.name})`,
      en: `${caller.system} does not speak for ${organ.code}`,
    };
    return { organ, faults: [fault('sender.not-caller', senderAt, says)], warnings: [] };
  }
  if (organ.locked) return { organ, faults: [fault('sender.locked', senderAt)], warnings: [] };
  if (isOpen(organ, day)) return { organ, faults: [], warnings: [] };
  const closed = fault('organ.closed', senderAt, {
    vi: `Mã cơ quan gửi ${organ.code} đã đóng${organ.successor === null ? '' : `; mã kế thừa: ${organ.successor}`}`,
    en: `The sender's code ${organ.code} is closed`,
  });
  return caller.role === 'hub' ? { organ, faults: [], warnings: [closed] } : { organ, faults: [closed], warnings: [] };
};

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
  return { ...found, kind: 'faulty', faults: [first, ...rest.slice(0, 99)], message, sender };
};

const refusedByPolicy = (proof: Proof, judgement: Judgement | null): readonly Fault[] =>
  judgement?.action === 'refuse'
    ? [
        fault('signature.invalid', proof.main === null ? 'AttachmentEncoded' : 'Attachment[1]', {
          vi: `Chữ ký số không được chấp nhận: ${proof.vi}`,
          en: `Refused by policy: ${proof.en}`,
        }),
      ]
    : [];

const examineDocument = async (
  hub: Hub,
  submitted: Submitted,
  inspection: Inspection,
  envelope: Envelope,
  found: Found,
  sender: Sender,
): Promise<Examined> => {
  const { directory, at } = found;
  const facts = { directory, caller: submitted.caller, policy: hub.policy, day: vietnamDay(at) };
  const secrecy = secrecyFor(envelope);
  const routing: Routing = routesFor(facts, envelope);
  const { proof } = inspection;
  const judgement =
    sender.organ === null || proof === null
      ? null
      : judge(hub.policy, { envelope, sender: sender.organ, proof, suspectedSecret: secrecy.kind === 'suspected' });
  const faults = [
    ...sender.faults,
    ...secrecyFaults(secrecy),
    ...inspection.faults,
    ...routing.faults,
    ...loopFaults(hub, envelope),
    ...(proof === null ? [] : refusedByPolicy(proof, judgement)),
  ];
  const warnings = [...inspection.warnings, ...sender.warnings, ...routing.warnings, ...placeholderWarnings(proof)];
  if (faults.length > 0 || sender.organ === null || proof === null || judgement === null || inspection.contentDigest === null) {
    return faulty({ ...found, warnings }, faults, envelope, sender.organ);
  }
  const { contentDigest } = inspection;
  const same = await samenessFor(hub, {
    from: sender.organ.code,
    envelope,
    contentDigest,
    sha256: submitted.spooled.sha256,
    routes: routing.routes,
  });
  return {
    ...found,
    kind: 'document',
    warnings,
    envelope,
    sender: sender.organ,
    proof,
    contentDigest,
    routes: routing.routes,
    secrecy,
    judgement,
    same,
  };
};

const examineStatus = (hub: Hub, submitted: Submitted, inspection: Inspection, status: Status, found: Found, sender: Sender): Examined => {
  const facts = { directory: found.directory, caller: submitted.caller, policy: hub.policy, day: vietnamDay(found.at) };
  const secrecy = secrecyFor(status);
  const addressed = routeFor(facts, { organId: status.responseFor.organId, name: null }, 'MessageHeader/ResponseFor/OrganId');
  const faults = [...sender.faults, ...secrecyFaults(secrecy), ...inspection.faults, ...addressed.faults];
  const warnings = [...inspection.warnings, ...sender.warnings, ...addressed.warnings];
  if (faults.length > 0 || sender.organ === null || addressed.route === null || inspection.proof === null) {
    return faulty({ ...found, warnings }, faults, status, sender.organ);
  }
  return { ...found, kind: 'status', warnings, status, sender: sender.organ, route: addressed.route, proof: inspection.proof };
};

export const examine = async (hub: Hub, submitted: Submitted, inspection: Inspection, at: Date): Promise<Examined> => {
  const directory = await hub.organs.directory();
  const found: Found = { at, directory, warnings: inspection.warnings };
  const { message } = inspection;
  if (message === null) return faulty(found, inspection.faults, null, null);
  const sender = senderOf(directory, submitted.caller, vietnamDay(at), message);
  if (message.kind === 'status') return examineStatus(hub, submitted, inspection, message, found, sender);
  if (submitted.expects === 'status') {
    const says = { vi: 'Đây là văn bản, không phải trạng thái', en: 'This is a document, not a status' };
    return faulty(found, [fault('envelope.invalid', 'MessageHeader/StatusCode', says)], message, sender.organ);
  }
  return examineDocument(hub, submitted, inspection, message, found, sender);
};
