/**
 * The organs whose seal may lawfully stand under a document of one organ: itself, whatever it was or became,
 * the other code of the same office, and its parent. Pure; derived once per directory value.
 */
import { type Directory, type Organ, organFor } from '../../records/organ.ts';

/** Code -> codes that name it as successor, or are counted under it. */
type Reverse = { readonly successors: ReadonlyMap<string, readonly string[]>; readonly counted: ReadonlyMap<string, readonly string[]> };
const reverses = new WeakMap<Directory, Reverse>();

const gather = (directory: Directory, column: 'successor' | 'statisticsAs'): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const organ of directory.organs.values()) {
    const named = organ[column] === null ? null : organFor(directory, organ[column]);
    if (named !== null) found.set(named.code, [...(found.get(named.code) ?? []), organ.code]);
  }
  return found;
};

const reverseOf = (directory: Directory): Reverse => {
  const known = reverses.get(directory) ?? { successors: gather(directory, 'successor'), counted: gather(directory, 'statisticsAs') };
  reverses.set(directory, known);
  return known;
};

/** Everything that can be reached from these codes by `next`, themselves included. */
const closure = (start: readonly string[], next: (code: string) => readonly string[]): ReadonlySet<string> => {
  const seen = new Set(start);
  const waiting = [...start];
  for (let code = waiting.pop(); code !== undefined; code = waiting.pop())
    for (const one of next(code))
      if (!seen.has(one)) {
        seen.add(one);
        waiting.push(one);
      }
  return seen;
};

const codeOf = (directory: Directory, code: string | null): readonly string[] => {
  const organ = code === null ? null : organFor(directory, code);
  return organ === null ? [] : [organ.code];
};

/** Before and after a merger or renaming it is the same agency: certificates outlive codes by years. */
const throughTime = (directory: Directory, codes: readonly string[]): ReadonlySet<string> => {
  const { successors } = reverseOf(directory);
  const before = closure(codes, (code) => successors.get(code) ?? []);
  const after = closure(codes, (code) => codeOf(directory, directory.organs.get(code)?.successor ?? null));
  return new Set([...before, ...after]);
};

export type Kin = {
  /** The organ itself through all changes, and the other codes under which the same office is counted. */
  readonly self: ReadonlySet<string>;
  /** Those whose seal it may use besides: its parent (an office sends its superior's documents). */
  readonly above: ReadonlySet<string>;
};

export const kinOf = (directory: Directory, organ: Organ): Kin => {
  const { counted } = reverseOf(directory);
  const office = codeOf(directory, organ.statisticsAs);
  const self = throughTime(directory, [organ.code, ...office, ...[organ.code, ...office].flatMap((code) => counted.get(code) ?? [])]);
  const parents = [...self].flatMap((code) => codeOf(directory, directory.organs.get(code)?.parent ?? null));
  return { self, above: throughTime(directory, parents) };
};

/** Codes of an organ and of every organ above it. */
export const lineOf = (directory: Directory, organ: Organ): ReadonlySet<string> =>
  closure([organ.code], (code) => codeOf(directory, directory.organs.get(code)?.parent ?? null));

/** What the organ is today: the end of its chain of successors. */
export const todayOf = (directory: Directory, code: string): string => {
  const [start = code] = codeOf(directory, code);
  return [...closure([start], (one) => codeOf(directory, directory.organs.get(one)?.successor ?? null))].at(-1) ?? start;
};
