/** What the province does with what verification found: a list, first match wins (contract §3). */
import type { Reason, Verdict } from '../signature/proof.ts';
import type { Level, OrganKind } from './organ.ts';

export type PolicyAction = 'accept' | 'alert' | 'hold' | 'refuse';

export type PolicyRule = {
  readonly level?: Level;
  readonly organ?: string;
  readonly kind?: OrganKind;
  readonly typeName?: string;
  readonly priority?: readonly number[];
  readonly verdict?: Verdict;
  readonly reason?: Reason;
  readonly action: PolicyAction;
};

export type Policy = { readonly name: string; readonly rules: readonly PolicyRule[]; readonly closedCode: 'redirect' | 'refuse' };
