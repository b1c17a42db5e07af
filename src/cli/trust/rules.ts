/** The rules file of `verify --rules` (YAML or JSON): what counts for the verdict, and which signatures there must be. */
import { existsSync, readFileSync } from 'node:fs';
import { isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';
import { algorithmRuleFault } from '../../signature/cms/strength.ts';
import { allRules, type RequiredSignatures, type Rules } from '../../signature/context.ts';
import { type Given, textOf } from '../command.ts';
import { exits, Stopped } from '../ending.ts';

export type OperatorRules = { readonly rules: Rules /** Null: none are asked for. */; readonly signatures: RequiredSignatures | null };

type Mistake = { readonly line: number; readonly vi: string; readonly en: string };
type Written = {
  trust?: boolean;
  revocation?: boolean;
  expiry?: boolean;
  signatures?: RequiredSignatures;
  algorithms?: NonNullable<Rules['algorithms']>;
};

const switches = ['trust', 'revocation', 'expiry'] as const;
const signatureWords: readonly RequiredSignatures[] = ['both', 'agency', 'any'];
const fields = [...switches, 'signatures', 'algorithms'];

/** Rules that come with the program, by their bare name. */
const shippedFile = (name: string): URL => new URL(`../../../spec/rules/${name}.yaml`, import.meta.url);

const keyOf = ({ key }: Pair): string => (isScalar(key) ? String(key.value) : '');
const plain = (value: unknown): unknown => (isScalar(value) ? value.value : value);
const quoted = (value: unknown): string => (typeof value === 'string' ? `“${value}”` : (JSON.stringify(value) ?? String(value)));

type Reading = { readonly found: Written; readonly mistakes: Mistake[]; lineOf(node: unknown): number };

const readAlgorithms = ({ found, mistakes, lineOf }: Reading, { key, value }: Pair): void => {
  if (!isMap(value)) {
    mistakes.push({
      line: lineOf(key),
      vi: 'algorithms phải là các cặp tên: ngày cuối',
      en: 'algorithms must be name: last day pairs',
    });
    return;
  }
  const dates: Record<string, string> = {};
  for (const pair of value.items) {
    const [name, last] = [keyOf(pair), plain(pair.value)];
    const fault = algorithmRuleFault(name, last);
    if (fault === null) dates[name] = String(last);
    else mistakes.push({ line: lineOf(pair.key), ...fault });
  }
  found.algorithms = dates;
};

const readField = (reading: Reading, pair: Pair): void => {
  const { found, mistakes, lineOf } = reading;
  const [name, value, line] = [keyOf(pair), plain(pair.value), lineOf(pair.key)];
  const wrong = (vi: string, en: string): void => void mistakes.push({ line, vi, en });
  const known = switches.find((one) => one === name);
  if (known !== undefined) {
    if (typeof value === 'boolean') found[known] = value;
    else wrong(`${name} phải là true hoặc false, không phải ${quoted(value)}`, `${name} must be true or false, not ${quoted(value)}`);
  } else if (name === 'signatures') {
    const word = signatureWords.find((one) => one === value);
    if (word !== undefined) found.signatures = word;
    else
      wrong(
        `signatures phải là both, agency hoặc any, không phải ${quoted(value)}`,
        `signatures is both, agency or any, not ${quoted(value)}`,
      );
  } else if (name === 'algorithms') readAlgorithms(reading, pair);
  else wrong(`không có mục “${name}”; chỉ có ${fields.join(', ')}`, `no such rule “${name}”; known: ${fields.join(', ')}`);
};

/** All mistakes at once, each with its line. JSON is YAML too. */
export const readRules = (text: string): OperatorRules | { readonly mistakes: readonly Mistake[] } => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (node: unknown): number => lines.linePos((node as { range?: readonly number[] } | null)?.range?.[0] ?? 0).line;
  const broken = [...document.errors, ...document.warnings].map(
    ({ pos, message }): Mistake => ({
      line: lines.linePos(pos[0]).line,
      vi: 'không phải YAML đúng',
      en: message.split('\n')[0] ?? message,
    }),
  );
  if (broken.length > 0) return { mistakes: broken };
  const { contents } = document;
  if (!isMap(contents)) return { mistakes: [{ line: 1, vi: 'phải là các cặp tên: giá trị', en: 'must be name: value pairs' }] };
  const reading: Reading = { found: {}, mistakes: [], lineOf };
  for (const pair of contents.items) readField(reading, pair);
  if (reading.mistakes.length > 0) return { mistakes: reading.mistakes };
  const { signatures = null, ...rules } = reading.found;
  return { rules: { ...allRules, ...rules }, signatures };
};

const textOfRules = (name: string): string => {
  const shipped = /^[a-z][a-z0-9-]*$/.test(name) && existsSync(shippedFile(name));
  return readFileSync(shipped ? shippedFile(name) : name, 'utf8');
};

/** Of `--rules FILE`, or of the rules shipped under that bare name; without it everything counts and no signature is asked for. */
export const rulesOf = (given: Given): OperatorRules => {
  const name = textOf(given, 'rules');
  if (name === undefined) return { rules: allRules, signatures: null };
  const read = readRules(textOfRules(name));
  if (!('mistakes' in read)) return read;
  const list = (language: 'vi' | 'en', line: string): string =>
    read.mistakes.map((one) => `${name}, ${line} ${one.line}: ${one[language]}`).join('; ');
  throw new Stopped(exits.usage, list('vi', 'dòng'), list('en', 'line'));
};
