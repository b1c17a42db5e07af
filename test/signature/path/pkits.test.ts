import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allRules } from '../../../src/signature/context.ts';
import { asked, beliefIn, type Case, cases, certificatesOf, contextFor, expectedOf, listsOf, pkitsTrust, present } from './pkits.ts';
import { pkitsTable } from './pkits-table.ts';

const namesIn = (kind: 'certs' | 'crls'): readonly string[] =>
  readdirSync(new URL(`../../../../shared/corpora/pkits/${kind}/`, import.meta.url).pathname);

const classOf = (one: Case): string => one.error?.class ?? 'valid';

/** When it was revoked, by the suite's own words. */
const revokedAt = ({ error }: Case): string | null => {
  const [, time, day] = /revoked at (\S+) on (\d{4}-\d\d-\d\d)/.exec(error?.msg_regex ?? '') ?? [];
  return error?.class === 'RevokedError' ? `${day}T${time}.000Z` : null;
};

describe.skipIf(!present)('the NIST PKITS suite', () => {
  it('has its 246 cases, of every class', () => {
    const counts = Map.groupBy(cases, classOf);
    expect(Object.fromEntries([...counts].map(([name, list]) => [name, list.length]))).toEqual({
      valid: 110,
      PathValidationError: 90,
      RevokedError: 22,
      InsufficientRevinfoError: 22,
      StaleRevinfoError: 2,
    });
    expect(cases.filter((one) => one.revocation === false)).toHaveLength(25);
  });

  it.each(cases.map((one) => [`${one.id} ${one.name}`, one] as const))('%s', (_, one) => {
    const belief = beliefIn(one);
    expect({ fault: belief.fault, rule: belief.rule }).toEqual(expectedOf(one));
    expect(belief.revocation.find((row) => row.status === 'revoked')?.revokedAt ?? null).toBe(revokedAt(one));
    // The suite counts the anchor too; where no path was built, its intention cannot be compared.
    if (belief.fault === null) expect(belief.chain).toHaveLength(one.path_len);
  });

  it('comes to the same with every certificate and list of the suite at hand', () => {
    const others = certificatesOf(namesIn('certs').filter((name) => !name.endsWith('EE.crt')));
    const lists = listsOf(namesIn('crls'));
    const trust = pkitsTrust();
    const different = cases.flatMap((one) => {
      const { rules } = contextFor(one);
      const belief = beliefIn(one, { trust, at: asked, revocation: lists, ...(rules && { rules }) }, others);
      const { fault } = expectedOf(one);
      return belief.fault === fault ? [] : [`${one.id} ${one.name}: ${belief.fault} instead of ${fault}`];
    });
    expect(different).toEqual([]);
  });

  it('stands in spec/signature.md as it is', () => {
    expect(readFileSync(new URL('../../../spec/signature.md', import.meta.url), 'utf8')).toContain(pkitsTable());
  });

  it('finds its DSA keys too weak without a word from the operator', () => {
    const dsa = cases.filter((one) => one.id === '40104' || one.id === '40105');
    expect(dsa.map((one) => beliefIn(one, contextFor(one, { rules: { ...allRules, revocation: false } })).fault)).toEqual([
      'weak-algorithm',
      'weak-algorithm',
    ]);
  });
});
