/** The table of spec/signature.md: the suite's sections, what is asked of each and what came of it. */
import { beliefIn, type Case, cases, expectedOf } from './pkits.ts';

/** Titles of the suite's own chapters, by the first three digits of an id. */
const chapters: Readonly<Record<string, string>> = {
  '401': '4.1 Signatures (DSA and inherited parameters too)',
  '402': '4.2 Validity periods',
  '403': '4.3 Name chaining',
  '404': '4.4 Basic revocation',
  '405': '4.5 Self-issued certificates, separate keys for lists',
  '406': '4.6 Basic constraints, path length',
  '407': '4.7 Key usage',
  '408': '4.8 Policies',
  '409': '4.9 Required explicit policy',
  '410': '4.10 Policy mappings',
  '411': '4.11 Inhibited policy mapping',
  '412': '4.12 Inhibited anyPolicy',
  '413': '4.13 Name constraints',
  '414': '4.14 Distribution points, indirect lists',
  '415': '4.15 Delta lists',
  '416': '4.16 Critical extensions nobody knows',
};

const answerOf = ({ fault, rule }: { fault: string | null; rule?: string | null }): string =>
  fault === null ? 'valid' : rule === null || rule === undefined ? fault : `${fault} (${rule})`;

const rowOf = (chapter: string, list: readonly Case[]): string => {
  const outcomes = Map.groupBy(list, (one) => answerOf(expectedOf(one)));
  const wanted = [...outcomes]
    .map(([answer, some]) => `${some.length} ${answer}`)
    .sort((a, b) => Number(/ valid$/.test(b)) - Number(/ valid$/.test(a)) || (a < b ? -1 : 1));
  const agree = list.filter((one) => answerOf(beliefIn(one)) === answerOf(expectedOf(one))).length;
  return `| ${chapters[chapter] ?? chapter} | ${list.length} | ${wanted.join(', ')} | ${agree} |`;
};

export const pkitsTable = (): string => {
  const groups = Map.groupBy(cases, (one) => one.id.slice(0, 3));
  const rows = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([chapter, list]) => rowOf(chapter, list));
  return ['| chapter | cases | expected | as expected |', '|---|--:|---|--:|', ...rows].join('\n');
};
