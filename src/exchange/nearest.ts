/** "Did you mean": the three organs whose code or name is nearest to one that is not in the directory. */
import { foldText } from '../envelope/text.ts';
import type { Directory, Organ } from '../records/organ.ts';

const most = 3;
// A larger directory is looked through only by code: comparing 125,000 names would hold up the caller.
const mostNames = 20_000;

/** Pairs of neighbouring characters, the usual measure for names that are nearly equal. */
const pairsOf = (text: string): ReadonlySet<string> => {
  const pairs = new Set<string>();
  for (let index = 0; index + 1 < text.length; index += 1) pairs.add(text.slice(index, index + 2));
  return pairs;
};

const likeness = (left: ReadonlySet<string>, right: ReadonlySet<string>): number => {
  let shared = 0;
  for (const pair of left) if (right.has(pair)) shared += 1;
  return left.size + right.size === 0 ? 0 : (2 * shared) / (left.size + right.size);
};

/** Phrases to put behind the sentence; empty when nothing is near. */
export const nearestNames = (directory: Directory, code: string, name: string | null): { readonly vi: string; readonly en: string } => {
  const codePairs = pairsOf(code.toUpperCase());
  const namePairs = name === null || directory.organs.size > mostNames ? null : pairsOf(foldText(name));
  const ranked: { organ: Organ; score: number }[] = [];
  for (const organ of directory.organs.values()) {
    const byName = namePairs === null ? 0 : likeness(namePairs, pairsOf(foldText(organ.name)));
    const score = Math.max(likeness(codePairs, pairsOf(organ.code)), byName);
    if (score < 0.4) continue;
    ranked.push({ organ, score });
    ranked.sort((left, right) => right.score - left.score);
    ranked.length = Math.min(ranked.length, most);
  }
  if (ranked.length === 0) return { vi: '', en: '' };
  const names = ranked.map(({ organ }) => `${organ.code} (${organ.name})`).join('; ');
  return { vi: `; gần nhất là: ${names}`, en: `; the nearest are: ${names}` };
};
