import { describe, expect, test } from 'vitest';
import { type Judged, judge, requiredFor } from '../../src/exchange/judge.ts';
import {
  type PolicyAction,
  type PolicyPreset,
  type PolicyReading,
  policyFor,
  policyPresets,
  presets,
  verdictOfReason,
} from '../../src/records/policy.ts';
import type { Reason, Verdict } from '../../src/signature/proof.ts';

type Facts = {
  readonly verdict: Verdict;
  readonly reason: Reason | null;
  readonly priority?: number;
  readonly level?: string;
  readonly organ?: string;
  readonly kind?: string;
  readonly typeName?: string;
  readonly suspectedSecret?: boolean;
};
/** Only what `judge` looks at; the rest of an envelope does not bear on policy. */
const judged = (facts: Facts): Judged =>
  ({
    envelope: { priority: facts.priority ?? 0, documentType: { typeName: facts.typeName ?? 'Công văn' } },
    sender: { code: facts.organ ?? 'H99.1', level: facts.level ?? 'commune', kind: facts.kind ?? 'administrative' },
    proof: { verdict: facts.verdict, reason: facts.reason },
    suspectedSecret: facts.suspectedSecret ?? false,
  }) as unknown as Judged;
const actionOf = (preset: PolicyPreset, facts: Facts): PolicyAction => judge(presets[preset], judged(facts)).action;

/** Contract §3, row by row: what monitor, guard and strict do at ordinary priority. */
const expected: readonly (readonly [Verdict, Reason | null, PolicyAction, PolicyAction, PolicyAction])[] = [
  ['valid', null, 'accept', 'accept', 'accept'],
  ['undetermined', 'revocation-unknown', 'accept', 'accept', 'accept'],
  ['undetermined', 'placeholder', 'accept', 'accept', 'accept'],
  ['undetermined', 'not-judged', 'accept', 'accept', 'accept'],
  ['undetermined', 'untrusted', 'alert', 'alert', 'alert'],
  ['undetermined', 'expired', 'alert', 'alert', 'alert'],
  ['undetermined', 'not-yet-valid', 'alert', 'alert', 'alert'],
  ['undetermined', 'weak-algorithm', 'alert', 'alert', 'alert'],
  ['undetermined', 'unsupported', 'alert', 'alert', 'alert'],
  ['invalid', 'digest-mismatch', 'alert', 'hold', 'hold'],
  ['invalid', 'signature-mismatch', 'alert', 'hold', 'hold'],
  ['invalid', 'malformed-signature', 'alert', 'hold', 'hold'],
  ['invalid', 'changed-after-signing', 'alert', 'hold', 'hold'],
  ['invalid', 'coverage', 'alert', 'hold', 'hold'],
  ['invalid', 'revoked', 'alert', 'hold', 'hold'],
  ['invalid', 'certificate-misuse', 'alert', 'hold', 'hold'],
  ['unsigned', 'no-signature', 'alert', 'alert', 'hold'],
  ['unsigned', 'unsignable-format', 'alert', 'alert', 'hold'],
  ['unsigned', 'no-attachment', 'alert', 'alert', 'hold'],
  ['unreadable', 'encrypted', 'alert', 'alert', 'alert'],
  ['unreadable', 'damaged', 'alert', 'alert', 'alert'],
  ['unreadable', 'over-limits', 'alert', 'alert', 'alert'],
];

describe('the presets (contract §3)', () => {
  test('the table below names every reason, under its verdict', () => {
    const reasons = expected.filter(([, reason]) => reason !== null).map(([verdict, reason]) => [reason, verdict]);
    expect(Object.fromEntries(reasons)).toEqual(verdictOfReason);
  });

  test.each(expected)('%s/%s: monitor %s, guard %s, strict %s', (verdict, reason, ...actions) => {
    expect(policyPresets.map((preset) => actionOf(preset, { verdict, reason }))).toEqual(actions);
  });

  test.each([
    [0, 'hold'],
    [1, 'hold'],
    [2, 'alert'],
    [3, 'alert'],
    [4, 'alert'],
    [5, 'hold'],
  ] as const)('invalid at priority %i: guard and strict %s', (priority, action) => {
    const facts: Facts = { verdict: 'invalid', reason: 'digest-mismatch', priority };
    expect([actionOf('guard', facts), actionOf('strict', facts)]).toEqual([action, action]);
  });

  test('strict holds unsigned at every priority', () => {
    for (const priority of [0, 1, 2, 3, 4])
      expect(actionOf('strict', { verdict: 'unsigned', reason: 'no-signature', priority })).toBe('hold');
  });

  test('a suspected secret is held in every preset, whatever the signature', () => {
    for (const [verdict, reason] of expected)
      for (const preset of policyPresets) expect(actionOf(preset, { verdict, reason, suspectedSecret: true })).toBe('hold');
  });

  test('no preset refuses, and closed codes are redirected', () => {
    for (const preset of Object.values(presets)) {
      expect(preset.rules.map((rule) => rule.action)).not.toContain('refuse');
      expect(preset.closedCode).toBe('redirect');
    }
  });
});

const policyOf = (reading: PolicyReading) => {
  if (reading.kind === 'mistakes') throw new Error(JSON.stringify(reading.mistakes));
  return reading.policy;
};
const placesOf = (source: unknown): readonly string[] => {
  const reading = policyFor(source);
  return reading.kind === 'mistakes' ? reading.mistakes.map((one) => one.at) : [];
};

describe('a policy of the province', () => {
  test('a preset by name', () => {
    for (const preset of policyPresets) expect(policyOf(policyFor(preset))).toBe(presets[preset]);
    expect(placesOf('gard')).toEqual(['']);
  });

  test('first match wins, and guard settles the rest', () => {
    const policy = policyOf(
      policyFor([
        { organ: 'H99.7', verdict: 'unsigned', action: 'accept' },
        { level: 'commune', verdict: 'unsigned', action: 'hold' },
        { verdict: 'invalid', priority: 0, action: 'refuse' },
        { typeName: 'Giấy mời', reason: 'expired', action: 'accept' },
        { kind: 'party', action: 'accept' },
      ]),
    );
    const action = (facts: Facts): PolicyAction => judge(policy, judged(facts)).action;
    const unsigned = { verdict: 'unsigned', reason: 'no-signature' } as const;
    expect(action({ ...unsigned, organ: 'H99.7' })).toBe('accept');
    expect(action(unsigned)).toBe('hold');
    expect(action({ ...unsigned, level: 'province' })).toBe('alert');
    expect(action({ verdict: 'invalid', reason: 'coverage' })).toBe('refuse');
    expect(action({ verdict: 'invalid', reason: 'coverage', priority: 1 })).toBe('hold');
    expect(action({ verdict: 'undetermined', reason: 'expired', typeName: 'Giấy mời' })).toBe('accept');
    expect(action({ verdict: 'undetermined', reason: 'expired' })).toBe('alert');
    expect(action({ verdict: 'invalid', reason: 'coverage', kind: 'party' })).toBe('refuse');
    expect(action({ verdict: 'invalid', reason: 'coverage', kind: 'party', priority: 1 })).toBe('accept');
  });

  test('one priority may stand for a list', () => {
    expect(policyOf(policyFor([{ priority: 3, action: 'alert' }])).rules[0]).toEqual({ priority: [3], action: 'alert' });
    expect(policyOf(policyFor([{ priority: [3, 4], action: 'alert' }])).rules[0]).toEqual({ priority: [3, 4], action: 'alert' });
  });

  test("asks for signatures, apart from what it does: the agency's, unless a rule says otherwise", () => {
    const policy = policyOf(
      policyFor([
        { organ: 'H99.7', signatures: 'both' },
        { level: 'commune', signatures: 'any', action: 'hold' },
        { verdict: 'valid', action: 'alert' },
      ]),
    );
    const required = (facts: Partial<Facts>) =>
      requiredFor(policy, judged({ verdict: 'valid', reason: null, level: 'province', ...facts }));
    expect([required({}), required({ organ: 'H99.7' }), required({ level: 'commune' }), required({ kind: 'party' })]).toEqual([
      'agency',
      'both',
      'any',
      'any',
    ]);
    const action = (facts: Partial<Facts>) => judge(policy, judged({ verdict: 'valid', reason: null, level: 'province', ...facts })).action;
    // A rule that only asks for signatures settles no action.
    expect([action({ organ: 'H99.7' }), action({ level: 'commune' })]).toEqual(['alert', 'hold']);
    for (const preset of policyPresets) {
      const ask = (kind: string) => requiredFor(presets[preset], judged({ verdict: 'valid', reason: null, kind }));
      expect([ask('administrative'), ask('party')]).toEqual(['agency', 'any']);
    }
  });

  test('a mapping may name it and say what happens to closed codes', () => {
    expect(policyOf(policyFor({ name: 'Tỉnh Mẫu', closedCode: 'refuse', rules: [] }))).toMatchObject({
      name: 'Tỉnh Mẫu',
      closedCode: 'refuse',
    });
  });

  test.each([
    ['neither list nor mapping', 7, ['']],
    ['null', null, ['']],
    ['rules that are no list', { rules: 'x' }, ['/rules']],
    ['an unknown field of the mapping', { rule: [] }, ['/rule']],
    ['a closedCode of its own', { closedCode: 'ignore', rules: [] }, ['/closedCode']],
    ['a rule that is text', ['hold'], ['/rules/0']],
    ['a rule without action', [{ verdict: 'invalid' }], ['/rules/0/action']],
    ['an unknown field', [{ verdit: 'invalid', action: 'hold' }], ['/rules/0/verdit']],
    ['an unknown verdict', [{ verdict: 'bad', action: 'hold' }], ['/rules/0/verdict']],
    ['an unknown reason', [{ reason: 'old', action: 'hold' }], ['/rules/0/reason']],
    ['a reason of another verdict', [{ verdict: 'invalid', reason: 'expired', action: 'hold' }], ['/rules/0/reason']],
    ['an unknown level', [{ level: 'ward', action: 'hold' }], ['/rules/0/level']],
    ['an unknown kind of organ', [{ kind: 'army', action: 'hold' }], ['/rules/0/kind']],
    ['an unknown action', [{ action: 'delete' }], ['/rules/0/action']],
    ['unknown signatures', [{ signatures: 'person' }], ['/rules/0/signatures']],
    ['a priority out of range', [{ priority: [1, 5], action: 'hold' }], ['/rules/0/priority']],
    ['a priority in words', [{ priority: 'urgent', action: 'hold' }], ['/rules/0/priority']],
    ['an organ that is a number', [{ organ: 12, action: 'hold' }], ['/rules/0/organ']],
    ['an empty type name', [{ typeName: ' ', action: 'hold' }], ['/rules/0/typeName']],
    ['several at once', [{ action: 'x' }, { level: 'y', action: 'hold' }], ['/rules/0/action', '/rules/1/level']],
  ])('%s is told with its place', (_name, source, places) => {
    expect(placesOf(source)).toEqual(places);
  });
});
