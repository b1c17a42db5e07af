import { describe, expect, it } from 'vitest';
import { type Der, implicit, oid, sequence, setOf, tagged, utf8 } from '../../../src/signature/asn1/write.ts';
import { type Belief, verifyCertificate } from '../../../src/signature/path/verify.ts';
import { extension } from '../../../src/signature/sign/extension.ts';
import { alternativeNames, contextOf, general, make, nameConstraints, nameDer, now, trustIn } from './authority.ts';

const root = make({ name: 'Root', authority: {} });
const trust = trustIn([root]);
const rules = { trust: true, revocation: false, expiry: true };

const { mail, dns, uri, ip, directory } = general;

/** A leaf with these alternative names under an authority with these constraints. */
const judged = (constraints: Der, names: readonly Der[], subject: string | Der = 'Leaf'): Belief => {
  const sub = make({ name: 'Sub', by: root, authority: {}, extensions: [constraints] });
  const leaf = make({ name: subject, by: sub, extensions: names.length === 0 ? [] : [alternativeNames(...names)] });
  return verifyCertificate(leaf.certificate, [sub.certificate], { purpose: 'document', existedAt: now }, contextOf(trust, { rules }));
};

const outcome = (belief: Belief): string => (belief.fault === null ? 'within' : `${belief.fault}/${belief.rule}`);
const outside = 'certificate-misuse/name-constraints';

const rdn = (type: string, value: string): Der => setOf(sequence(oid(type), utf8(value)));
const organ = (...units: readonly string[]): Der =>
  sequence(rdn('2.5.4.10', 'UBND tỉnh Mẫu'), ...units.map((unit) => rdn('2.5.4.11', unit)));

describe('a name and one permitted subtree', () => {
  it.each([
    // RFC 5280 4.2.1.10, form by form.
    ['a mailbox', mail('a@mau.gov.vn'), mail('a@mau.gov.vn'), true],
    ['a mailbox, its host in capitals', mail('a@mau.gov.vn'), mail('a@MAU.gov.vn'), true],
    ['a mailbox, its local part in capitals', mail('a@mau.gov.vn'), mail('A@mau.gov.vn'), false],
    ['all mailboxes of a host', mail('mau.gov.vn'), mail('b@mau.gov.vn'), true],
    ['not those of a host below it', mail('mau.gov.vn'), mail('b@so.mau.gov.vn'), false],
    ['all below a domain', mail('.mau.gov.vn'), mail('b@so.mau.gov.vn'), true],
    ['not those of the domain itself', mail('.mau.gov.vn'), mail('b@mau.gov.vn'), false],
    ['an address without a host', mail('mau.gov.vn'), mail('b'), false],
    ['an address with a control character', mail('mau.gov.vn'), mail('b@evil.vn\u0000@mau.gov.vn\u0000'), false],
    ['a host', dns('mau.gov.vn'), dns('mau.gov.vn'), true],
    ['a host below it', dns('mau.gov.vn'), dns('So.Mau.gov.vn'), true],
    ['a host that only ends alike', dns('mau.gov.vn'), dns('lamau.gov.vn'), false],
    ['every host', dns(''), dns('anything.example'), true],
    ['only below', dns('.mau.gov.vn'), dns('mau.gov.vn'), false],
    ['a URI by its host', uri('mau.gov.vn'), uri('https://mau.gov.vn:8443/x?y@z'), true],
    ['a URI of a host below', uri('.mau.gov.vn'), uri('https://so.mau.gov.vn/'), true],
    ['a URI with another before the @', uri('mau.gov.vn'), uri('https://mau.gov.vn@evil.example/'), false],
    ['a URI with a backslash', uri('mau.gov.vn'), uri('https://evil.example\\@mau.gov.vn/'), false],
    ['a URI with an address for a host', uri('.1'), uri('http://10.0.0.1/'), false],
    ['a URI without a host', uri('mau.gov.vn'), uri('urn:mau.gov.vn'), false],
    ['an address in a network', ip([10, 1, 0, 0, 255, 255, 0, 0]), ip([10, 1, 2, 3]), true],
    ['an address beside it', ip([10, 1, 0, 0, 255, 255, 0, 0]), ip([10, 2, 2, 3]), false],
    ['an address of the other kind', ip([10, 1, 0, 0, 255, 255, 0, 0]), ip(Array.from({ length: 16 }, () => 0)), false],
    ['an address of no kind', ip([10, 1, 0, 0, 255, 255, 0, 0]), ip([10, 1, 2]), false],
    ['a name of another form', dns('mau.gov.vn'), mail('a@elsewhere.example'), true],
    // RFC 9598: the same rule where the address stands in an otherName.
    [
      'an address beyond ASCII, elsewhere',
      mail('mau.gov.vn'),
      tagged(0, oid('1.3.6.1.5.5.7.8.9'), tagged(0, utf8('ủy.ban@elsewhere.example'))),
      false,
    ],
    ['an address beyond ASCII', mail('mau.gov.vn'), tagged(0, oid('1.3.6.1.5.5.7.8.9'), tagged(0, utf8('ủy.ban@mau.gov.vn'))), true],
  ] as const)('%s', (_, constraint, name, within) => {
    expect(outcome(judged(nameConstraints([constraint]), [name]))).toBe(within ? 'within' : outside);
  });
});

describe('directory names', () => {
  it('stand within a prefix of their relative names, however written', () => {
    const constraint = nameConstraints([directory(organ())]);
    expect(outcome(judged(constraint, [], organ('Sở Nội vụ')))).toBe('within');
    expect(outcome(judged(constraint, [], sequence(rdn('2.5.4.10', ' ubnd  TỈNH mẫu'), rdn('2.5.4.3', 'x'))))).toBe('within');
    expect(outcome(judged(constraint, [], sequence(rdn('2.5.4.11', 'Sở Nội vụ'), rdn('2.5.4.10', 'UBND tỉnh Mẫu'))))).toBe(outside);
    expect(outcome(judged(constraint, [], 'Leaf'))).toBe(outside);
  });

  it('among the alternative names are bound as well', () => {
    const constraint = nameConstraints([directory(organ())]);
    expect(outcome(judged(constraint, [directory(nameDer('Elsewhere'))], organ('x')))).toBe(outside);
  });

  it('an empty subject with alternative names has nothing that is bound', () => {
    expect(outcome(judged(nameConstraints([directory(organ())]), [mail('a@b.vn')], sequence()))).toBe('within');
  });
});

describe('excluded subtrees', () => {
  it('win over permitted ones', () => {
    const constraint = nameConstraints([dns('gov.vn')], [dns('evil.gov.vn')]);
    expect(outcome(judged(constraint, [dns('mau.gov.vn')]))).toBe('within');
    expect(outcome(judged(constraint, [dns('mau.gov.vn'), dns('a.evil.gov.vn')]))).toBe(outside);
  });

  it('take in every name that is too odd to compare', () => {
    expect(outcome(judged(nameConstraints([], [mail('evil.vn')]), [mail('a@evil.vn\u0000')]))).toBe(outside);
    expect(outcome(judged(nameConstraints([], [uri('evil.vn')]), [uri('urn:x')]))).toBe(outside);
  });

  it('bind the addresses in the subject where there are no alternative names', () => {
    const subject = sequence(
      rdn('2.5.4.3', 'A'),
      setOf(sequence(oid('1.2.840.113549.1.9.1'), Buffer.concat([Buffer.from([0x16, 9]), Buffer.from('a@evil.vn')]))),
    );
    expect(outcome(judged(nameConstraints([], [mail('evil.vn')]), [], subject))).toBe(outside);
    expect(outcome(judged(nameConstraints([], [mail('evil.vn')]), [mail('a@good.vn')], subject))).toBe('within');
  });
});

describe('constraints along a path', () => {
  it('of several authorities all count', () => {
    const one = make({ name: 'One', by: root, authority: {}, extensions: [nameConstraints([dns('gov.vn')])] });
    const two = make({ name: 'Two', by: one, authority: {}, extensions: [nameConstraints([dns('mau.gov.vn'), dns('elsewhere.vn')])] });
    const under = (name: string) => {
      const leaf = make({ name: 'Leaf', by: two, extensions: [alternativeNames(dns(name))] });
      const embedded = [one.certificate, two.certificate];
      return outcome(verifyCertificate(leaf.certificate, embedded, { purpose: 'document', existedAt: now }, contextOf(trust, { rules })));
    };
    expect([under('a.mau.gov.vn'), under('la.gov.vn'), under('a.elsewhere.vn')]).toEqual(['within', outside, outside]);
  });

  it('an anchor sets for itself bind what stands below it', () => {
    const narrow = make({ name: 'Narrow', authority: {}, extensions: [nameConstraints([dns('gov.vn')])] });
    const leaf = make({ name: 'Leaf', by: narrow, extensions: [alternativeNames(dns('x.com'))] });
    const belief = verifyCertificate(
      leaf.certificate,
      [],
      { purpose: 'document', existedAt: now },
      contextOf(trustIn([narrow]), { rules }),
    );
    expect(outcome(belief)).toBe(outside);
  });

  it('of a form that is not understood make the path unsupported, but only where such a name occurs', () => {
    const upn = (value: string) => tagged(0, oid('1.3.6.1.4.1.311.20.2.3'), tagged(0, utf8(value)));
    const constraint = nameConstraints([upn('a')]);
    expect(outcome(judged(constraint, [dns('x.vn')]))).toBe('within');
    expect(outcome(judged(constraint, [upn('b')]))).toBe('unsupported/name-constraints');
    expect(outcome(judged(constraint, [tagged(0, oid('1.2.3'), tagged(0, utf8('b')))]))).toBe('within');
  });

  it('with distances, which RFC 5280 forbids, make the path unsupported', () => {
    const subtree = sequence(dns('gov.vn'), implicit(0, Buffer.from([2])));
    const distant = extension('2.5.29.30', true, sequence(tagged(0, subtree)));
    expect(outcome(judged(distant, [dns('a.gov.vn')]))).toBe('unsupported/unreadable-extension');
  });

  it('by the ten thousand against ten thousand names are refused, not compared', () => {
    const many = Array.from({ length: 3000 }, (_, i) => dns(`h${i}.vn`));
    const started = performance.now();
    expect(outcome(judged(nameConstraints(many), many))).toBe('unsupported/name-constraints');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
