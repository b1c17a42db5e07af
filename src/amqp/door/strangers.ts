/** Messages of nobody known promise nothing to anybody: a few are kept so that someone may wonder, a flood is not. */
export type Strangers = {
  /** Whether this one is still kept. */
  admit(now: Date): boolean;
};

/** Parked by one process in an hour. */
const mostAnHour = 100;
const hour = 3_600_000;

export const countStrangers = (): Strangers => {
  let [since, count] = [0, 0];
  return {
    admit: (now) => {
      if (now.getTime() - since >= hour) [since, count] = [now.getTime(), 0];
      count += 1;
      return count <= mostAnHour;
    },
  };
};
