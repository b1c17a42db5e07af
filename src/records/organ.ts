/** The directory: organs (agencies with a code) and the systems that speak for them (contract §1). */

export const levels = ['central', 'province', 'district', 'commune'] as const;
export type Level = (typeof levels)[number];
export const organKinds = ['administrative', 'council', 'public-service', 'party', 'front-and-unions', 'vertical', 'enterprise'] as const;
export type OrganKind = (typeof organKinds)[number];

export type Organ = {
  readonly code: string;
  readonly oldCodes: readonly string[];
  readonly name: string;
  readonly level: Level;
  readonly kind: OrganKind;
  readonly parent: string | null;
  readonly successor: string | null;
  /** `yyyy-mm-dd`, both inclusive, null = open. */
  readonly validFrom: string | null;
  readonly validTo: string | null;
  /** Served by this hub; false = known but foreign. */
  readonly member: boolean;
  /** The system that speaks for it; a member without one is a system of its own, named by its code. Null: a foreign organ that waits for the upper link. */
  readonly system: string | null;
  readonly locked: boolean;
  /** The organ whose clerk collects for this one. */
  readonly delegate: string | null;
  /** The code under which it is counted. */
  readonly statisticsAs: string | null;
};

/** The whole directory at one version. Lookups are pure; a commit names the version it relied on. */
export type Directory = {
  readonly version: number;
  /** By current code. */
  readonly organs: ReadonlyMap<string, Organ>;
  /** Old code -> current code. */
  readonly aliases: ReadonlyMap<string, string>;
  /** System -> codes of the organs it speaks for. */
  readonly systems: ReadonlyMap<string, readonly string[]>;
};

/** What a store answers of its rows. */
export const directoryFor = (version: number, organs: readonly Organ[]): Directory => {
  const systems = new Map<string, string[]>();
  for (const { code, system } of organs) {
    if (system === null) continue;
    const codes = systems.get(system) ?? [];
    codes.push(code);
    systems.set(system, codes);
  }
  return {
    version,
    organs: new Map(organs.map((organ) => [organ.code, organ])),
    aliases: new Map(organs.flatMap(({ code, oldCodes }) => oldCodes.map((old) => [old, code] as const))),
    systems,
  };
};

export const organFor = (directory: Directory, code: string): Organ | null => {
  const current = directory.organs.get(code) ?? directory.organs.get(directory.aliases.get(code) ?? '');
  return current ?? null;
};

/** The system in whose inbox the organ's deliveries stand: its delegate's, else its own. */
export const collectorFor = (directory: Directory, organ: Organ): string | null => {
  const delegate = organ.delegate === null ? null : organFor(directory, organ.delegate);
  return (delegate ?? organ).system;
};

/** Whether the code stands on that Vietnamese day (`yyyy-mm-dd`). */
export const isOpen = (organ: Organ, day: string): boolean =>
  (organ.validFrom === null || organ.validFrom <= day) && (organ.validTo === null || day <= organ.validTo);

/** Where a closed code's mail goes on that day: the first open one down the chain of successors; null where it ends or turns in a circle. */
export const successorFor = (directory: Directory, organ: Organ, day: string): Organ | null => {
  const seen = new Set([organ.code]);
  let next = organ.successor === null ? null : organFor(directory, organ.successor);
  while (next !== null && !seen.has(next.code)) {
    if (isOpen(next, day)) return next;
    seen.add(next.code);
    next = next.successor === null ? null : organFor(directory, next.successor);
  }
  return null;
};

// Derived once per directory value; the value itself is replaced when the directory moves on.
const collectors = new WeakMap<Directory, ReadonlyMap<string, readonly string[]>>();

/** Codes of the organs whose deliveries stand in a system's inbox. */
export const collectsFor = (directory: Directory, system: string): readonly string[] => {
  let bySystem = collectors.get(directory);
  if (bySystem === undefined) {
    const groups = Map.groupBy(directory.organs.values(), (organ) => collectorFor(directory, organ) ?? '');
    bySystem = new Map([...groups].map(([name, organs]) => [name, organs.map((organ) => organ.code)]));
    collectors.set(directory, bySystem);
  }
  return system === '' ? [] : (bySystem.get(system) ?? []);
};
