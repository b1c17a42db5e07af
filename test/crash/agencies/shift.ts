/** The working day that all agencies share: how much they may send, and until when. */
export type Shift = {
  /** Envelopes accepted that end the sending. */
  readonly wanted: number;
  /** Nobody begins another while so many were begun: faults and traffic keep step. */
  allowed: number;
  begun: number;
  accepted: number;
  collecting: boolean;
  /** Everybody goes home at once. */
  over: boolean;
};

export const openShift = (wanted: number): Shift => ({ wanted, allowed: 0, begun: 0, accepted: 0, collecting: true, over: false });

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for a turn to send; false when enough was accepted. */
export const mayBegin = async (shift: Shift): Promise<boolean> => {
  while (!shift.over && shift.accepted < shift.wanted && shift.begun >= shift.allowed) await pause(20);
  if (shift.over || shift.accepted >= shift.wanted) return false;
  shift.begun += 1;
  return true;
};
