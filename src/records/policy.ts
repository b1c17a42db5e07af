/** What the province does with what verification found: a list, first match wins (contract §3). */
import type { RequiredSignatures } from '../signature/context.ts';
import { allReasons, findingOf, type Reason, type Verdict, verdicts } from '../signature/proof.ts';
import { type Level, levels, type OrganKind, organKinds } from './organ.ts';

export const policyActions = ['accept', 'alert', 'hold', 'refuse'] as const;
export type PolicyAction = (typeof policyActions)[number];

export const requiredSignatures = ['both', 'agency', 'any'] as const satisfies readonly RequiredSignatures[];

/**
 * Every condition that is named must hold; a rule without conditions matches everything. What the first
 * matching rule with an `action` says is done; what the first with `signatures` says is asked of the main
 * document: the agency's signature (`agency`, where no rule says otherwise), the person's and the agency's
 * (`both`), or any. One rule may say either or both.
 */
export type PolicyRule = {
  readonly level?: Level;
  readonly organ?: string;
  readonly kind?: OrganKind;
  readonly typeName?: string;
  readonly priority?: readonly number[];
  readonly verdict?: Verdict;
  readonly reason?: Reason;
  readonly action?: PolicyAction;
  readonly signatures?: RequiredSignatures;
};

/** `closedCode`: whether what is addressed to a closed code goes to its successor or is refused. */
export type Policy = { readonly name: string; readonly rules: readonly PolicyRule[]; readonly closedCode: 'redirect' | 'refuse' };

/**
 * What every preset accepts without alert: a sound signature whose revocation is not yet known (judged
 * again when data arrive), an empty signature field, and messages that carry nothing to judge.
 */
const quiet: readonly PolicyRule[] = [
  { verdict: 'valid', action: 'accept' },
  { verdict: 'undetermined', reason: 'revocation-unknown', action: 'accept' },
  { verdict: 'undetermined', reason: 'placeholder', action: 'accept' },
  { verdict: 'undetermined', reason: 'not-judged', action: 'accept' },
];

/** Invalid is held, but an urgent document (Priority 2–4) goes through with its alert: a person decides, never the clock. */
const holdInvalid: readonly PolicyRule[] = [
  { verdict: 'invalid', priority: [2, 3, 4], action: 'alert' },
  { verdict: 'invalid', action: 'hold' },
];

/** NĐ 30/2020 does not bind the Party block (art. 2(2)): which signatures its documents carry is its own affair. */
const partyBlock: PolicyRule = { kind: 'party', signatures: 'any' };

/** The last rule of every preset: what no rule above named is delivered, and someone is told. */
const alertTheRest: PolicyRule = { action: 'alert' };

export const policyPresets = ['monitor', 'guard', 'strict'] as const;
export type PolicyPreset = (typeof policyPresets)[number];

/**
 * The three presets of contract §3. No preset refuses: the law lets the recipient return a document.
 * A suspected state secret is held whatever the policy says; that is not a matter of signatures and
 * not decided here.
 */
export const presets: Readonly<Record<PolicyPreset, Policy>> = {
  monitor: { name: 'monitor', rules: [partyBlock, ...quiet, alertTheRest], closedCode: 'redirect' },
  guard: { name: 'guard', rules: [partyBlock, ...quiet, ...holdInvalid, alertTheRest], closedCode: 'redirect' },
  strict: {
    name: 'strict',
    rules: [partyBlock, ...quiet, ...holdInvalid, { verdict: 'unsigned', action: 'hold' }, alertTheRest],
    closedCode: 'redirect',
  },
};

/** Which verdict a reason belongs to. */
export const verdictOfReason = Object.fromEntries(allReasons.map((reason) => [reason, findingOf(reason).verdict])) as Readonly<
  Record<Reason, Verdict>
>;

/** `at` is a JSON pointer into what was given: `/rules/2/verdict`. */
export type PolicyMistake = { readonly at: string; readonly vi: string; readonly en: string };
export type PolicyReading =
  | { readonly kind: 'policy'; readonly policy: Policy }
  | { readonly kind: 'mistakes'; readonly mistakes: readonly PolicyMistake[] };

/**
 * The policy for a preset's name, or for what a YAML file held: a list of rules, or
 * `{name?, closedCode?, rules}`. What no rule of the list settles, the rules of `guard` settle after it,
 * so that a short list never lets an altered document pass in silence. All mistakes are answered at once.
 */
export const policyFor = (source: unknown, name = 'custom'): PolicyReading => {
  if (typeof source === 'string') {
    const preset = policyPresets.find((one) => one === source);
    if (preset !== undefined) return { kind: 'policy', policy: presets[preset] };
    return { kind: 'mistakes', mistakes: [notOneOf('', source, policyPresets)] };
  }
  const mapping = Array.isArray(source) ? { rules: source as readonly unknown[] } : source;
  if (!isMapping(mapping)) return { kind: 'mistakes', mistakes: [mistake('', 'phải là một danh sách quy tắc', 'must be a list of rules')] };
  const mistakes = unknownFields('', mapping, ['name', 'closedCode', 'rules']);
  const closedCode = mapping.closedCode ?? 'redirect';
  if (closedCode !== 'redirect' && closedCode !== 'refuse') mistakes.push(notOneOf('/closedCode', closedCode, ['redirect', 'refuse']));
  const rules = mapping.rules ?? [];
  if (!Array.isArray(rules)) mistakes.push(mistake('/rules', 'phải là một danh sách', 'must be a list'));
  else mistakes.push(...rules.flatMap((rule: unknown, index) => mistakesOf(`/rules/${index}`, rule)));
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes };
  const own = (rules as readonly RuleAsWritten[]).map(ruleFrom);
  const title = typeof mapping.name === 'string' ? mapping.name : name;
  return {
    kind: 'policy',
    policy: { name: title, rules: [...own, ...presets.guard.rules], closedCode: closedCode === 'refuse' ? 'refuse' : 'redirect' },
  };
};

type Mapping = { readonly [field: string]: unknown };
/** A rule that passed `mistakesOf`: as `PolicyRule`, but a single priority may stand for a list of one. */
type RuleAsWritten = Omit<PolicyRule, 'priority'> & { readonly priority?: number | readonly number[] };

const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value);
const mistake = (at: string, vi: string, en: string): PolicyMistake => ({ at, vi, en });
const notOneOf = (at: string, found: unknown, allowed: readonly string[]): PolicyMistake =>
  mistake(at, `${JSON.stringify(found)} không thuộc ${allowed.join(', ')}`, `${JSON.stringify(found)} is none of ${allowed.join(', ')}`);

const unknownFields = (at: string, mapping: Mapping, known: readonly string[]): PolicyMistake[] =>
  Object.keys(mapping)
    .filter((field) => !known.includes(field))
    .map((field) => mistake(`${at}/${field}`, 'không có trường này', `no such field; known: ${known.join(', ')}`));

/** The fields whose values are closed lists. */
const closed: Readonly<Record<string, readonly string[]>> = {
  level: levels,
  kind: organKinds,
  verdict: verdicts,
  reason: Object.keys(verdictOfReason),
  action: policyActions,
  signatures: requiredSignatures,
};

const mistakesOf = (at: string, rule: unknown): readonly PolicyMistake[] => {
  if (!isMapping(rule)) return [mistake(at, 'phải là một quy tắc {…, action}', 'must be a rule {…, action}')];
  const found = unknownFields(at, rule, [...Object.keys(closed), 'organ', 'typeName', 'priority']);
  if (rule.action === undefined && rule.signatures === undefined) found.push(mistake(`${at}/action`, 'thiếu action', 'action is missing'));
  for (const [field, allowed] of Object.entries(closed)) {
    const value = rule[field];
    if (value !== undefined && !allowed.some((one) => one === value)) found.push(notOneOf(`${at}/${field}`, value, allowed));
  }
  for (const field of ['organ', 'typeName']) {
    const value = rule[field];
    if (value !== undefined && (typeof value !== 'string' || value.trim() === ''))
      found.push(mistake(`${at}/${field}`, 'phải là một chuỗi ký tự', 'must be text'));
  }
  const belongsTo = (verdictOfReason as Readonly<Record<string, Verdict>>)[String(rule.reason)];
  if (rule.verdict !== undefined && belongsTo !== undefined && belongsTo !== rule.verdict)
    found.push(mistake(`${at}/reason`, `lý do này thuộc ${belongsTo}`, `this reason belongs to ${belongsTo}`));
  const priorities = rule.priority === undefined ? [] : [rule.priority].flat();
  if (!priorities.every((one) => typeof one === 'number' && Number.isInteger(one) && one >= 0 && one <= 4))
    found.push(mistake(`${at}/priority`, 'phải là số từ 0 đến 4', 'must be numbers from 0 to 4'));
  return found;
};

const ruleFrom = ({ priority, ...rule }: RuleAsWritten): PolicyRule =>
  priority === undefined ? rule : { ...rule, priority: [priority].flat() };
