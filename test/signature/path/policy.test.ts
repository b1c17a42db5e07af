import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Extension } from '../../../src/signature/asn1/extension.ts';
import { type Der, oid, readTlv, sequence } from '../../../src/signature/asn1/write.ts';
import type { Certificate } from '../../../src/signature/path/certificate.ts';
import { policiesHold } from '../../../src/signature/path/constraint/policy.ts';
import { inhibitAny, make, mappings, policies, policyConstraints } from './authority.ts';
import { type Inputs, type Link, treeHolds } from './policy-tree.ts';

const any = '2.5.29.32.0';
const base = make({ name: 'Anybody' }).certificate;
const other = make({ name: 'Somebody' }).certificate;

/** The value inside an extension that was written whole. */
const extensionIn = (written: Der): Extension => {
  const { contents } = readTlv(written);
  const id = readTlv(contents);
  const next = readTlv(contents, id.end);
  const value = next.tag === 0x01 ? readTlv(contents, next.end) : next;
  return { critical: next.tag === 0x01, value: value.contents };
};

const certificateOf = (link: Link): Certificate => {
  const extensions = new Map<string, Extension>();
  if (link.policies !== null) extensions.set('2.5.29.32', extensionIn(policies(...link.policies)));
  if (link.mappings.length > 0) extensions.set('2.5.29.33', extensionIn(mappings(...link.mappings)));
  if (link.requireExplicit !== null || link.inhibitMapping !== null) {
    extensions.set('2.5.29.36', extensionIn(policyConstraints(link.requireExplicit ?? undefined, link.inhibitMapping ?? undefined)));
  }
  if (link.inhibitAny !== null) extensions.set('2.5.29.54', extensionIn(inhibitAny(link.inhibitAny)));
  return { ...base, extensions, issuer: link.selfIssued ? base.subject : other.subject };
};

const few = ['1.1', '1.2', '1.3'];
const policy = fc.constantFrom(...few);
const counter = fc.option(fc.nat({ max: 2 }), { nil: null, freq: 2 });
const links: fc.Arbitrary<Link> = fc.record({
  policies: fc.option(fc.uniqueArray(fc.constantFrom(...few, any), { minLength: 1, maxLength: 3 }), { nil: null, freq: 8 }),
  mappings: fc.uniqueArray(fc.tuple(policy, policy), { maxLength: 3, selector: (pair) => pair.join() }),
  requireExplicit: counter,
  inhibitMapping: counter,
  inhibitAny: counter,
  selfIssued: fc.boolean(),
});
const inputs: fc.Arbitrary<Inputs> = fc.record({
  acceptable: fc.oneof(fc.constant([any]), fc.uniqueArray(policy, { minLength: 1, maxLength: 2 })),
  explicit: fc.boolean(),
  noMapping: fc.boolean(),
  noAny: fc.boolean(),
});

describe('certificate policies', () => {
  it('come to the same by the graph of RFC 9618 as by the tree of RFC 5280', () => {
    let held = 0;
    let failed = 0;
    fc.assert(
      fc.property(fc.array(links, { minLength: 1, maxLength: 5 }), inputs, (path, asked) => {
        const tree = treeHolds(path, asked);
        const graph = policiesHold(path.map(certificateOf), null, {
          acceptable: asked.acceptable,
          explicit: asked.explicit,
          inhibitMapping: asked.noMapping,
          inhibitAny: asked.noAny,
        });
        if (tree) held += 1;
        else failed += 1;
        return graph === tree;
      }),
      { numRuns: 3000 },
    );
    // Neither outcome is rare, so that agreement says something.
    expect(Math.min(held, failed)).toBeGreaterThan(500);
  });

  it('mapped crosswise by every authority, take no longer for it', () => {
    const ids = Array.from({ length: 60 }, (_, i) => `1.2.3.${i}`);
    const everyPair = ids.flatMap((from) => ids.map((to): [string, string] => [from, to]));
    const bomb: Link = {
      policies: ids,
      mappings: everyPair,
      requireExplicit: null,
      inhibitMapping: null,
      inhibitAny: null,
      selfIssued: false,
    };
    const path = Array.from({ length: 11 }, () => certificateOf(bomb));
    const started = performance.now();
    expect(policiesHold(path, null, { acceptable: 'any', explicit: true })).toBe(true);
    expect(policiesHold(path, null, { acceptable: ['1.9.9'], explicit: true })).toBe(false);
    // The tree would have 60^11 nodes; this is a second even on a slow machine.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('of an anchor narrow what may stand below it', () => {
    const plain: Link = { policies: null, mappings: [], requireExplicit: null, inhibitMapping: null, inhibitAny: null, selfIssued: false };
    const path = [certificateOf(plain)];
    expect(policiesHold(path, null, { acceptable: 'any' })).toBe(true);
    expect(policiesHold(path, certificateOf({ ...plain, requireExplicit: 0 }), { acceptable: 'any' })).toBe(false);
  });

  it('standing twice in one certificate are refused', () => {
    const twice = {
      ...base,
      extensions: new Map([['2.5.29.32', { critical: false, value: sequence(sequence(oid('1.1')), sequence(oid('1.1'))) }]]),
    };
    expect(() => policiesHold([twice], null, { acceptable: 'any' })).toThrow('twice');
  });
});
