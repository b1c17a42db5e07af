import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { integer, sequence, time } from '../../../src/signature/asn1/write.ts';
import { readCertificate } from '../../../src/signature/path/certificate.ts';
import { type Belief, verifyCertificate } from '../../../src/signature/path/verify.ts';
import { revocationFrom, withEmbedded } from '../../../src/signature/revocation/known.ts';
import { at, contextOf, issuingPoint, type Made, make, makeList, makeListOf, now, point, trustIn } from './authority.ts';

const root = make({ name: 'Root', authority: {} });
const leaf = make({ name: 'Leaf', by: root });
const trust = trustIn([root]);

const date = time(at('2026-01-01'));
const entry = (serial: Uint8Array): Uint8Array => sequence(integer(serial), date);
const randomSerial = (): Uint8Array => randomBytes(16).fill(0x3b, 0, 1);

const beliefWith = (lists: readonly Uint8Array[], embedded: readonly Made[] = [], one = leaf): Belief =>
  verifyCertificate(
    one.certificate,
    embedded.map((other) => other.certificate),
    { purpose: 'document', existedAt: now },
    contextOf(trust, { revocation: withEmbedded(undefined, lists) }),
  );

/** Bounds that an exponential or quadratic way would miss by far, and that a busy machine keeps. */
const seconds = 10_000;
const within = <T>(work: () => T): T => {
  const started = performance.now();
  const result = work();
  expect(performance.now() - started).toBeLessThan(seconds);
  return result;
};

describe('big lists', () => {
  const serials = Array.from({ length: 100_000 }, randomSerial);
  const list = makeListOf({ by: root }, Buffer.concat([...serials.map(entry), entry(leaf.certificate.serialBytes)]));

  it('are indexed once, in a few bytes an entry, and found in', () => {
    const other = make({ name: 'Other', by: root });
    const known = revocationFrom([list]);
    const before = process.memoryUsage();
    const judge = (one: Made) =>
      verifyCertificate(one.certificate, [], { purpose: 'document', existedAt: now }, contextOf(trust, { revocation: known })).fault;
    expect([judge(leaf), judge(other)]).toEqual(['revoked', null]);
    expect(process.memoryUsage().arrayBuffers - before.arrayBuffers).toBeLessThan(100_000 * 16);
    // What was read stays read: a hundred more ask nothing of four megabytes again.
    within(() => {
      for (let i = 0; i < 100; i++) judge(other);
    });
  });

  it('as PEM are the same', () => {
    const pem = `-----BEGIN X509 CRL-----\n${Buffer.from(list).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END X509 CRL-----\n`;
    const known = revocationFrom([Buffer.from(`lists of today\n${pem}${pem}`)]);
    const belief = verifyCertificate(
      leaf.certificate,
      [],
      { purpose: 'document', existedAt: now },
      contextOf(trust, { revocation: known }),
    );
    expect(belief.fault).toBe('revoked');
  });
});

describe('hostile lists', () => {
  it('of one serial number a hundred thousand times are given up', () => {
    const same = entry(randomSerial());
    const list = makeListOf({ by: root }, Buffer.concat(Array.from({ length: 100_000 }, () => same)));
    expect(within(() => beliefWith([list]).fault)).toBe('revocation-unknown');
  });

  it('of entries that reach beyond their end are no lists', () => {
    const cut = Buffer.from(entry(randomSerial()));
    cut[1] = 0x7f;
    expect(beliefWith([makeListOf({ by: root }, cut)]).fault).toBe('revocation-unknown');
    expect(beliefWith([makeListOf({ by: root }, Buffer.from([0x30, 0x80, 0, 0]))]).fault).toBe('revocation-unknown');
  });

  it('by the hundred, each by a stranger with the name of the authority, are paid for only so far', () => {
    const strangers = Array.from({ length: 100 }, () => make({ name: 'Root', by: { name: 'Root', keys: leaf.keys }, authority: {} }));
    const lists = strangers.map((by) => makeList({ by }));
    expect(within(() => beliefWith(lists, strangers).fault)).toBe('revocation-unknown');
    // The authority's own word is heard among them.
    expect(beliefWith([...lists, makeList({ by: root, thisUpdate: at('2026-11-18') })], strangers).fault).toBeNull();
    const revoking = makeList({ by: root, thisUpdate: at('2026-11-18'), revoked: [{ of: leaf, reason: 1 }] });
    expect(beliefWith([...lists, revoking], strangers).fault).toBe('revoked');
  });

  it('whose signers refer to each other without end, end', () => {
    const clerks = Array.from({ length: 40 }, (_, i) =>
      make({ name: `Clerk ${i}`, by: root, usage: 0x02, extensions: [point({ issuer: `Clerk ${i + 1}` })] }),
    );
    const sent = make({ name: 'Sent', by: root, extensions: [point({ issuer: 'Clerk 0' })] });
    const lists = clerks.map((by) => makeList({ by, extensions: [issuingPoint({ indirect: true })] }));
    expect(within(() => beliefWith(lists, clerks, sent).fault)).toBe('revocation-unknown');
  });
});

describe('hostile certificates', () => {
  it('nested without end are unreadable, not a full stack', () => {
    const nested = Buffer.from('3080'.repeat(100_000), 'hex');
    expect(() => readCertificate(nested)).toThrow('nested too deep');
    let definite: Uint8Array = new Uint8Array();
    for (let i = 0; i < 2000; i++) definite = sequence(definite);
    expect(() => readCertificate(definite)).toThrow();
    expect(revocationFrom([nested, definite])).toHaveLength(1);
  });

  it('with ten thousand distribution points cost no more than reading them', () => {
    const many = make({ name: 'Many', by: root, extensions: [manyPoints(10_000)] });
    const lists = Array.from({ length: 50 }, (_, i) =>
      makeList({ by: root, thisUpdate: new Date(at('2026-11-18').getTime() + i * 60_000) }),
    );
    expect(within(() => beliefWith(lists, [], many).fault)).toBeNull();
  });
});

/** One extension with so many points, none of which any list has. */
function manyPoints(count: number): Uint8Array {
  const one = sequence(Buffer.from([0xa0, 8, 0xa0, 6, 0x86, 4, ...Buffer.from('http')]));
  const points = sequence(Buffer.concat(Array.from({ length: count }, () => one)));
  const value = Buffer.concat([Buffer.from([0x04, 0x83, points.length >> 16, (points.length >> 8) & 0xff, points.length & 0xff]), points]);
  return sequence(Buffer.from([0x06, 3, 0x55, 0x1d, 0x1f]), value);
}
