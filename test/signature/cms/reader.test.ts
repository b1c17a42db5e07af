/** The TLV reader and what stands on it, fed with anything: an answer or a DerError, soon and in little memory. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalOf } from '../../../src/signature/asn1/canonical.ts';
import { childrenOf, DerError, DerLimitError, readTlv, readWhole, type Tlv } from '../../../src/signature/asn1/der.ts';
import { tlv } from '../../../src/signature/asn1/write.ts';
import { readSignedData } from '../../../src/signature/cms/read.ts';

type Node =
  | { readonly tag: number; readonly bytes: Uint8Array }
  | { readonly tag: number; readonly children: readonly Node[]; readonly indefinite: boolean };

const primitive = fc.record({
  tag: fc.constantFrom(0x01, 0x02, 0x04, 0x05, 0x06, 0x0c, 0x17, 0x80, 0x83),
  bytes: fc.uint8Array({ maxLength: 200 }),
});
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    primitive,
    fc.record({
      tag: fc.constantFrom(0x30, 0x31, 0xa0, 0xa1),
      children: fc.array(tie('node'), { maxLength: 5 }),
      indefinite: fc.boolean(),
    }),
  ),
}));

const written = (one: Node, ber: boolean): Uint8Array => {
  if ('bytes' in one) return tlv(one.tag, one.bytes);
  const parts = one.children.map((child) => written(child, ber));
  if (ber && one.indefinite) return Buffer.concat([Buffer.from([one.tag, 0x80]), ...parts, Buffer.alloc(2)]);
  return tlv(one.tag, ...(!ber && one.tag === 0x31 ? parts.toSorted(Buffer.compare) : parts));
};

const shapeOf = (element: Tlv): unknown =>
  element.constructed ? childrenOf(element).map(shapeOf) : [element.tagClass, element.tag, Buffer.from(element.content).toString('hex')];
const shapeOfNode = (one: Node): unknown =>
  'bytes' in one ? [one.tag >> 6, one.tag & 0x1f, Buffer.from(one.bytes).toString('hex')] : one.children.map(shapeOfNode);

/** Milliseconds, and the error's name or `read`. */
const timed = (work: () => unknown): { readonly ms: number; readonly end: string } => {
  const start = performance.now();
  let end = 'read';
  try {
    work();
  } catch (error) {
    end = error instanceof DerLimitError ? 'DerLimitError' : error instanceof DerError ? 'DerError' : String(error);
  }
  return { ms: performance.now() - start, end };
};

describe('the TLV reader', () => {
  it('reads whatever can be written, in DER and in BER, and hands out its exact bytes', () => {
    fc.assert(
      fc.property(node, fc.boolean(), (one, ber) => {
        const bytes = written(one, ber);
        const element = readWhole(bytes);
        expect(shapeOf(element)).toEqual(ber ? shapeOfNode(one) : shapeOf(readWhole(bytes)));
        expect(Buffer.from(element.bytes).equals(bytes)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
  it('brings BER to the DER that would have been written at first', () => {
    fc.assert(
      fc.property(node, (one) => {
        expect(Buffer.from(canonicalOf(readWhole(written(one, true)))).equals(written(one, false))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
  it('answers or refuses any bytes that begin like a signed message', () => {
    const head = Buffer.from('308006092a864886f70d010702a080308002010131', 'hex');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(['read', 'DerError', 'DerLimitError']).toContain(timed(() => readSignedData(Buffer.concat([head, bytes]))).end);
        expect(['read', 'DerError', 'DerLimitError']).toContain(timed(() => readSignedData(bytes)).end);
      }),
      { numRuns: 1000 },
    );
  });
  it('says of more than anybody writes that it was too much, not that it was wrong', () => {
    expect(timed(() => readTlv(Buffer.alloc(1000, Buffer.from('3080', 'hex')))).end).toBe('DerLimitError');
    expect(timed(() => childrenOf(readTlv(tlv(0x30, Buffer.alloc(300_000, Buffer.from('0500', 'hex')))))).end).toBe('DerLimitError');
    expect(timed(() => readTlv(Buffer.from('3005', 'hex'))).end).toBe('DerError');
  });
  const million = 1_000_000;
  it.each<readonly [string, () => Uint8Array]>([
    ['nested without end', () => Buffer.alloc(million, Buffer.from('3080', 'hex'))],
    ['nested and closed', () => Buffer.concat([Buffer.alloc(million, Buffer.from('3080', 'hex')), Buffer.alloc(million)])],
    ['a million empty elements', () => tlv(0x30, Buffer.alloc(2 * million, Buffer.from('0500', 'hex')))],
    [
      'a million empty indefinite ones',
      () => Buffer.concat([Buffer.from('3080', 'hex'), Buffer.alloc(4 * million, Buffer.from('30800000', 'hex')), Buffer.alloc(2)]),
    ],
    [
      'forty deep and wide',
      () => {
        let inner: Uint8Array = Buffer.alloc(200_000, Buffer.from('30800000', 'hex'));
        for (let depth = 0; depth < 38; depth += 1) inner = Buffer.concat([Buffer.from('3080', 'hex'), inner, Buffer.alloc(2)]);
        return inner;
      },
    ],
    ['a string in a million pieces', () => tlv(0x24, Buffer.alloc(3 * million, Buffer.from('040161', 'hex')))],
    ['lengths of four gigabytes', () => Buffer.concat([Buffer.from('3084ffffffff', 'hex'), Buffer.alloc(1000)])],
    ['tags without end', () => Buffer.alloc(million, 0xff)],
  ])('is done soon and in little memory with %s', (_, make) => {
    const bytes = make();
    const before = process.memoryUsage().rss;
    const whole = timed(() => {
      const element = readTlv(bytes);
      for (const child of childrenOf(element)) if (child.constructed) childrenOf(child);
    });
    const message = timed(() => readSignedData(bytes));
    expect(['read', 'DerError', 'DerLimitError']).toContain(whole.end);
    expect(['read', 'DerError', 'DerLimitError']).toContain(message.end);
    expect(whole.ms + message.ms).toBeLessThan(3000);
    expect((process.memoryUsage().rss - before) / million).toBeLessThan(300);
  });
});
