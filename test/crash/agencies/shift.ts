/** The working day that all agencies share: how much they may send, and until when. */
export type Shift = {
  /** Envelopes accepted that end the sending. */
  readonly wanted: number;
  /** Nobody begins another while so many were begun: faults and traffic keep step. */
  allowed: number;
  begun: number;
  accepted: number;
  collecting: boolean;
  /** Whether nothing more is sent. */
  isEnough(): boolean;
  /** Everybody goes home at once. */
  over: boolean;
};

export const openShift = (wanted: number, enough?: AbortSignal): Shift => {
  const shift: Shift = {
    ...{ wanted, allowed: 0, begun: 0, accepted: 0, collecting: true, over: false },
    isEnough: () => shift.over || shift.accepted >= wanted || enough?.aborted === true,
  };
  return shift;
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for a turn to send; false when enough was accepted. */
export const mayBegin = async (shift: Shift): Promise<boolean> => {
  while (!shift.isEnough() && shift.begun >= shift.allowed) await pause(20);
  if (shift.isEnough()) return false;
  shift.begun += 1;
  return true;
};
