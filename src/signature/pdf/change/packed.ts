/**
 * Objects that an update changes without listing them: those in an object stream (ISO 32000-2 7.5.7) that it
 * writes anew under its old number, or whose Length it changes.
 */
import type { View } from '../read/document.ts';
import { isStream } from '../read/object.ts';
import { numOf, refTo } from './effect.ts';

/** Numbers of the members of these object streams, as any section of the view ever placed them. */
export const membersOf = (view: View, streams: ReadonlySet<number>): readonly number[] =>
  view.sections.flatMap((section) => {
    const members: number[] = [];
    view.tick();
    for (const [num, entry] of section.entries) if (entry.kind === 'in' && streams.has(entry.stream)) members.push(num);
    return members;
  });

const lengths = new WeakMap<View, ReadonlySet<number>>();

const readLengths = (view: View): ReadonlySet<number> => {
  const streams = new Set<number>();
  for (const section of view.sections) for (const entry of section.entries.values()) if (entry.kind === 'in') streams.add(entry.stream);
  const nums = [...streams].map((num) => {
    view.tick();
    const stream = view.resolve(refTo(num));
    return isStream(stream) ? numOf(stream.dict.entries.get('Length')) : null;
  });
  return new Set(nums.filter((num) => num !== null));
};

/** Objects that hold the Length of an object stream: another value, and readers see other members, or none. */
export const packLengths = (view: View): ReadonlySet<number> => {
  const nums = lengths.get(view) ?? readLengths(view);
  lengths.set(view, nums);
  return nums;
};

/** The generation under which a reference finds the object; null where none is in use. */
const generationOf = (view: View, num: number): number | null => {
  const entry = view.lookup(num);
  if (entry.kind === 'free') return null;
  return entry.kind === 'at' ? entry.gen : 0;
};

/** Under another generation strict readers no longer find it (7.3.10), though it stands where it stood. */
export const hasMovedOn = (before: View, after: View, num: number): boolean => {
  const [old, young] = [generationOf(before, num), generationOf(after, num)];
  return old !== null && young !== null && old !== young;
};
