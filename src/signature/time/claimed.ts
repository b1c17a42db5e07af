/**
 * The time a signer claims beside the times that are proven. It is never corrected and never a fault:
 * nobody vouches for it. But people should know when it cannot be right.
 */
import type { Remark } from '../proof.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Việt Nam is seven hours ahead of UTC the whole year; the tool's clock may be off by up to one. */
const offset = { least: 6 * hour, most: 8 * hour };
/** Clocks differ a little. */
const tolerance = 10 * minute;
/** A stamp follows its signature within this, unless somebody stamped it later on purpose. */
const delay = 24 * hour;

export type ProvenTimes = {
  /** The signature existed at this instant: its earliest time stamp, or the hub's acceptance. */
  readonly existedAt: Date;
  /** When its own time stamp was made; null without one. */
  readonly stampedAt: Date | null;
  /** It was made after this instant: content time stamps. */
  readonly madeAfter: Date | null;
};

const hours = (ms: number): string => {
  const total = Math.round(Math.abs(ms) / minute);
  return total < 60 ? `${total} phút` : `${Math.floor(total / 60)} giờ${total % 60 === 0 ? '' : ` ${total % 60} phút`}`;
};
const spoken = (ms: number): string => {
  const total = Math.round(Math.abs(ms) / minute);
  return total < 60 ? `${total} min` : `${Math.floor(total / 60)} h${total % 60 === 0 ? '' : ` ${total % 60} min`}`;
};

const differs = (vi: string, en: string): Remark => ({ code: 'claimed-differs', vi, en });

/** What is to be said of the claimed time; at most one thing. */
export const claimedRemarks = (claimed: Date | null, { existedAt, stampedAt, madeAfter }: ProvenTimes): readonly Remark[] => {
  if (claimed === null) return [];
  const ahead = claimed.getTime() - existedAt.getTime();
  if (ahead >= offset.least && ahead <= offset.most) {
    return [
      {
        code: 'claimed-local-as-utc',
        vi: 'Giờ ký ghi trong chữ ký lệch khoảng 7 giờ so với thời điểm đã được chứng minh: phần mềm ký ghi giờ Việt Nam nhưng đánh dấu là giờ UTC',
        en: 'The claimed signing time is about 7 hours ahead of what is proven: the signing tool wrote Vietnamese time marked as UTC',
      },
    ];
  }
  if (ahead > tolerance) {
    const vi = `Giờ ký ghi trong chữ ký muộn hơn thời điểm chữ ký đã được chứng minh là tồn tại ${hours(ahead)}`;
    return [differs(vi, `The claimed signing time is ${spoken(ahead)} after the signature is proven to have existed`)];
  }
  if (madeAfter !== null && claimed.getTime() < madeAfter.getTime() - tolerance) {
    const vi = 'Giờ ký ghi trong chữ ký sớm hơn dấu thời gian của nội dung được ký';
    return [differs(vi, 'The claimed signing time is before the time stamp over the content that was signed')];
  }
  if (stampedAt !== null && stampedAt.getTime() - claimed.getTime() > delay) {
    const apart = stampedAt.getTime() - claimed.getTime();
    const vi = `Giờ ký ghi trong chữ ký sớm hơn dấu thời gian ${hours(apart)}`;
    return [differs(vi, `The claimed signing time is ${spoken(apart)} before the time stamp`)];
  }
  return [];
};
