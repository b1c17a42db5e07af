/** The sending organ of a message, and whether this caller may send as it. */
import type { Message } from '../envelope/types.ts';
import { type Fault, fault, type Warning } from '../errors.ts';
import type { Caller } from '../records/key.ts';
import { type Directory, isOpen, type Organ, organFor } from '../records/organ.ts';
import { speaksFor } from './caller.ts';

export type Sender = { readonly organ: Organ | null; readonly faults: readonly Fault[]; readonly warnings: readonly Warning[] };

const senderAt = 'MessageHeader/From/OrganId';

/** The sending organ, which must be the caller's own, open and not locked. */
export const senderOf = (directory: Directory, caller: Caller, day: string, message: Message): Sender => {
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
