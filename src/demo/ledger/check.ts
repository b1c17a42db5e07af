/** One thing that was compared at the end, and what disagrees. */
export type Check = {
  readonly vi: string;
  readonly en: string;
  /** How many things were compared. */
  readonly compared: number;
  readonly problems: readonly string[];
};
