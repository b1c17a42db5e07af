/** The table of spec/signature.md, from the rows that the suites are held to. */
import { type Disagreement, disagreements } from './disagreements.ts';

const judges = { pyhanko: 'pyHanko', dss: 'EU DSS', pdfsig: 'pdfsig' } as const;
const suites = { made: 'pyHanko’s files', own: 'our files', attacks: 'attacks' } as const;

const rowFor = (row: Disagreement): string => {
  const which = row.files?.join(', ') ?? (row.said === undefined ? 'all such' : `all with “${row.said}”`);
  const files = `${suites[row.suite]}: ${which}`;
  return `| ${judges[row.judge]} ${row.they}s | ${row.we ?? 'valid'} | ${files} | ${row.right} | ${row.why} |`;
};

export const disagreementTable = (): string =>
  ['| judge | we | files | right | why |', '|---|---|---|---|---|', ...disagreements.map(rowFor)].join('\n').replaceAll('*', '\\*');
