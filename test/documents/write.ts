/** The parts of the documents that are made from the code: the tables of settings, of errors and of algorithms. */
import { variableFor } from '../../src/config.ts';
import { type Blame, failures } from '../../src/errors.ts';
import { settings } from '../../src/settings.ts';
import { lastDays } from '../../src/signature/cms/strength.ts';

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<', '&lt;')).join(' | ')} |`;
const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** README, between its markers. */
export const settingsTable = (): string =>
  [
    row('Variable', 'Default', 'Ý nghĩa', 'Meaning'),
    '|---|---|---|---|',
    ...Object.entries(settings).map(([field, { preset, means, secret }]) =>
      row(code(variableFor(field)), code(preset), means[0], `${means[1]}${secret ? ' (masked in the log)' : ''}`),
    ),
  ].join('\n');

/** Who acts, and what each door does about it: architecture of errors, one row a blame. */
const blames: Readonly<Record<Blame | 'bug', readonly [acts: string, broker: string, exit: number]>> = {
  sender: ['fix the message and send again', 'ack; the problem in the reply queue', 65],
  caller: ['get access, or slow down', 'ack; the problem in the reply queue', 77],
  dependency: ['wait; `Retry-After` says how long', 'again after 5 s, 30 s, then every 5 min for a day; then parked', 75],
  bug: ['us: HTTP 500 with one bland sentence', 'one redelivery, then parked with the reason', 70],
};

/** spec/errors.md, whole. */
export const errorsPage = (): string =>
  [
    '# Errors',
    '',
    'Every way the hub says no. This page is made from `src/errors.ts` by `npm run docs`; a test compares the two.',
    'Answers over HTTP are problem documents (RFC 9457), see [contract.md](contract.md#problems).',
    '',
    row('Blame', 'Who acts', 'Message broker', 'CLI exit'),
    '|---|---|---|--:|',
    ...Object.entries(blames).map(([blame, [acts, broker, exit]]) => row(blame, acts, broker, String(exit))),
    '',
    row('Code', 'HTTP', 'Blame', 'Tiếng Việt', 'English'),
    '|---|--:|---|---|---|',
    ...Object.entries(failures).map(([name, one]) => row(code(name), String(one.status), one.blame, one.vi, one.en)),
    '',
    'Four codes exist as warnings only: `envelope.leading-bytes` (bytes or a BOM before the XML declaration),',
    '`envelope.missing-business` (no `Bussiness` element, taken as type 0), `attachment.type-mismatch` (the bytes are not',
    'what ContentType says) and `signature.placeholder` (an empty signature element in the header). From the key of a',
    'hub, many of the codes above are warnings too: see [contract.md](contract.md#reading-strictly-and-leniently).',
    '',
  ].join('\n');

/** spec/signature.md, between its markers: the built-in rows under the names that a rules file uses. */
const algorithmTable = (): string =>
  [
    row('Name in rules', 'Believed until (that day included)'),
    '|---|---|',
    ...Object.entries(lastDays).map(([name, last]) => row(code(name), last)),
  ].join('\n');

/** A page with the part between two markers put right. Throws when a marker is gone. */
const between = (page: string, opening: string, closing: string, made: string): string => {
  const [start, end] = [page.indexOf(opening), page.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`A page has lost its marker ${opening}`);
  return `${page.slice(0, start + opening.length)}\n${made}\n${page.slice(end)}`;
};

export const withSettings = (readme: string): string =>
  between(readme, '<!-- settings: made from src/settings.ts by `npm run docs` -->', '<!-- /settings -->', settingsTable());

export const withAlgorithms = (page: string): string =>
  between(page, '<!-- algorithms: made from src/signature/cms/strength.ts by `npm run docs` -->', '<!-- /algorithms -->', algorithmTable());
