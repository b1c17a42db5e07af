/**
 * In the manner of Wycheproof: every known way of writing a signature value wrongly, each in a CMS of its
 * own, through the reader and verifier that judge real files. All are refused, and the same makers make
 * values that are accepted, so that the refusals mean something.
 */
import { constants, createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { integer, nothing, oid, sequence, setOf, tagged, tlv } from '../../../src/signature/asn1/write.ts';
import { content, digestIdentifier, makeCms, oids, outcomeOf, plainAttributes, type Shape, signerFor } from './maker.ts';
import { cubeRoot, encodePss, modulusOf, type PssChoice, rawSign, toBytes, toNumber } from './number.ts';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const faultOf = (shape: Shape): string | null => outcomeOf(makeCms(shape)).fault;
const refused = ['signature-mismatch', 'malformed-signature', 'unsupported'];

describe('an RSA PKCS#1 v1.5 value', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const signer = signerFor(keys);
  const algorithm = sequence(oid(oids.rsa), nothing);
  const prefix = hex('30 31 30 0d 06 09 60 86 48 01 65 03 04 02 01 05 00 04 20');
  /** 00 01 FF… 00 and the rest, as long as the modulus. */
  const padded = (info: Uint8Array, start = '00 01', filler = 0xff, separator = '00'): Buffer => {
    const [head, zero] = [hex(start), hex(separator)];
    return Buffer.concat([head, Buffer.alloc(256 - head.length - zero.length - info.length, filler), zero, info]);
  };
  const shapeOf = (value: Shape['value']): Shape => ({ signer, algorithm, value });
  const encoded = (make: (digest: Buffer) => Uint8Array) => shapeOf((signed) => rawSign(keys.privateKey, make(sha256(signed))));
  const right = (signed: Uint8Array): Buffer => rawSign(keys.privateKey, padded(Buffer.concat([prefix, sha256(signed)])));
  const n = modulusOf(keys.publicKey);

  it('made by hand as RFC 8017 says is accepted', () => {
    expect(faultOf(shapeOf(right))).toBeNull();
    expect(faultOf(encoded((digest) => padded(Buffer.concat([prefix, digest]))))).toBeNull();
  });

  const sha512prefix = hex('30 51 30 0d 06 09 60 86 48 01 65 03 04 02 03 05 00 04 40');
  const wrong: readonly (readonly [string, (digest: Buffer) => Uint8Array])[] = [
    ['without NULL', (d) => padded(Buffer.concat([hex('30 2f 30 0b 06 09 60 86 48 01 65 03 04 02 01 04 20'), d]))],
    ['with NULL of one byte', (d) => padded(Buffer.concat([hex('30 32 30 0e 06 09 60 86 48 01 65 03 04 02 01 05 01 00 04 20'), d]))],
    ['with parameters instead of NULL', (d) => padded(Buffer.concat([hex('30 31 30 0d 06 09 60 86 48 01 65 03 04 02 01 04 00 04 20'), d]))],
    ['with a BER length outside', (d) => padded(Buffer.concat([hex('30 81 31'), prefix.subarray(2), d]))],
    ['with a BER length at the digest', (d) => padded(Buffer.concat([hex('30 32'), prefix.subarray(2, -1), hex('81 20'), d]))],
    ['of indefinite length', (d) => padded(Buffer.concat([hex('30 80'), prefix.subarray(2), d, hex('00 00')]))],
    ['with bytes after the digest', (d) => padded(Buffer.concat([prefix, d, hex('00 00')]))],
    ['with bytes after it inside the length', (d) => padded(Buffer.concat([hex('30 33'), prefix.subarray(2), d, hex('05 00')]))],
    ['with a short digest', (d) => padded(Buffer.concat([hex('30 30'), prefix.subarray(2, -1), hex('1f'), d.subarray(1)]))],
    ['with the bare digest', (d) => padded(d)],
    ['with the OID of SHA-512', (d) => padded(Buffer.concat([sha512prefix.subarray(0, -1), hex('20'), d]))],
    ['with a real SHA-512', () => padded(Buffer.concat([sha512prefix, createHash('sha512').update('').digest()]))],
    ['with block type 2', (d) => padded(Buffer.concat([prefix, d]), '00 02')],
    ['with block type 0', (d) => padded(Buffer.concat([prefix, d]), '00 00')],
    ['with a first byte that is not zero', (d) => padded(Buffer.concat([prefix, d]), '01 01')],
    ['padded with other bytes', (d) => padded(Buffer.concat([prefix, d]), '00 01', 0xfe)],
    ['padded with zeros', (d) => padded(Buffer.concat([prefix, d]), '00 01', 0x00)],
    ['without separator', (d) => padded(Buffer.concat([prefix, d]), '00 01', 0xff, 'ff')],
    [
      'without padding, garbage behind',
      (d) => Buffer.concat([hex('00 01 00'), prefix, d, randomBytes(256 - 3 - prefix.length - d.length)]),
    ],
    [
      'with eight bytes of padding, garbage behind',
      (d) => {
        const head = Buffer.concat([hex('00 01 ffffffffffffffff 00'), prefix, d]);
        return Buffer.concat([head, randomBytes(256 - head.length)]);
      },
    ],
    [
      'with garbage hidden in parameters',
      (d) => {
        const room = 256 - 11 - 20 - 34;
        const algorithmId = Buffer.concat([hex('06 09 60 86 48 01 65 03 04 02 01 04 81'), Buffer.from([room - 4]), Buffer.alloc(room - 4)]);
        const inner = Buffer.concat([tlv(0x30, algorithmId), hex('04 20'), d]);
        const info = tlv(0x30, inner);
        return Buffer.concat([hex('00 01'), Buffer.alloc(256 - 3 - info.length, 0xff), hex('00'), info]);
      },
    ],
    ['of MD5 and SHA-1 as TLS had it', () => padded(randomBytes(36))],
  ];
  it.each(wrong)('%s is refused', (_, make) => {
    expect(refused).toContain(faultOf(encoded(make)));
  });

  const numbers: readonly (readonly [string, (value: bigint) => Uint8Array])[] = [
    ['0', () => Buffer.alloc(256)],
    ['1', () => toBytes(1n, 256)],
    ['the modulus', () => toBytes(n, 256)],
    ['the modulus less 1', () => toBytes(n - 1n, 256)],
    ['the value and the modulus', (s) => toBytes(s + n, 257)],
    ['with a zero before', (s) => toBytes(s, 257)],
    ['the modulus less the value', (s) => toBytes(n - s, 256)],
    ['cut', (s) => toBytes(s, 256).subarray(1)],
    ['with a zero behind', (s) => Buffer.concat([toBytes(s, 256), hex('00')])],
    ['empty', () => Buffer.alloc(0)],
  ];
  it.each(numbers)('that is %s is refused', (_, change) => {
    expect(refused).toContain(faultOf(shapeOf((signed) => change(toNumber(right(signed))))));
  });

  it('forged as a cube root for a key of exponent 3 is refused, and a real one of that key accepted', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    const other = signerFor(small);
    const forged = (signed: Uint8Array): Buffer => {
      const head = Buffer.concat([hex('00 01 ffffffffffffffff 00'), prefix, sha256(signed)]);
      const top = toNumber(Buffer.concat([head, Buffer.alloc(256 - head.length, 0xff)]));
      const root = cubeRoot(top);
      // The forgery is real: its cube begins with everything a careless verifier looks at.
      expect(
        toBytes(root ** 3n, 256)
          .subarray(0, head.length)
          .equals(head),
      ).toBe(true);
      return toBytes(root, 256);
    };
    expect(refused).toContain(faultOf({ signer: other, algorithm, value: forged }));
    expect(faultOf({ signer: other, algorithm, value: (signed) => sign('sha256', signed, small.privateKey) })).toBeNull();
  });
  it('under an algorithm identifier with odd parameters is refused', () => {
    const odd = { ...shapeOf(right), algorithm: sequence(oid(oids.rsa), integer(1)) };
    expect(refused).toContain(faultOf(odd));
  });
});

const pssParameters = (choice: { digest?: string; mask?: string; salt?: number; trailer?: number }) => {
  const { digest = 'sha256', mask = digest, salt = 32 } = choice;
  return sequence(
    tagged(0, digestIdentifier(digest)),
    tagged(1, sequence(oid(oids.mgf1), digestIdentifier(mask))),
    tagged(2, integer(salt)),
    ...(choice.trailer === undefined ? [] : [tagged(3, integer(choice.trailer))]),
  );
};

describe('an RSA-PSS value', () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const odd = generateKeyPairSync('rsa', { modulusLength: 2041 });
  const signer = signerFor(keys);
  const pss = (parameters: Uint8Array | null) => sequence(oid(oids.pss), ...(parameters === null ? [] : [parameters]));
  const shapeOf = (choice: PssChoice, parameters: Uint8Array | null = pssParameters({})): Shape => ({
    signer,
    algorithm: pss(parameters),
    value: (signed) => rawSign(keys.privateKey, encodePss(signed, 2048, choice)),
  });
  it.each<readonly [string, PssChoice, Uint8Array | null]>([
    ['as usual', {}, pssParameters({})],
    ['with the trailer written out', {}, pssParameters({ trailer: 1 })],
    ['without salt', { salt: Buffer.alloc(0) }, pssParameters({ salt: 0 })],
    ['with the longest salt', { salt: Buffer.alloc(222, 9) }, pssParameters({ salt: 222 })],
    ['with all defaults left out (SHA-1, 20)', { digest: 'sha1', salt: Buffer.alloc(20, 1) }, sequence()],
    ['with no parameters at all', { digest: 'sha1', salt: Buffer.alloc(20, 1) }, null],
    ['with SHA-512', { digest: 'sha512', salt: Buffer.alloc(64, 3) }, pssParameters({ digest: 'sha512', salt: 64 })],
    ['with a mask of another digest', { mask: 'sha1' }, pssParameters({ mask: 'sha1' })],
    ['with a mask of a longer digest', { mask: 'sha512' }, pssParameters({ mask: 'sha512' })],
  ])('%s is accepted', (_, choice, parameters) => {
    expect(faultOf(shapeOf(choice, parameters))).toBeNull();
  });
  it('of a modulus whose encoded message is a byte shorter is accepted, with either mask', () => {
    for (const mask of ['sha256', 'sha384']) {
      const value = (signed: Uint8Array) => rawSign(odd.privateKey, encodePss(signed, 2041, { mask }));
      expect(faultOf({ signer: signerFor(odd), algorithm: pss(pssParameters({ mask })), value })).toBeNull();
    }
  });

  const wrong: readonly (readonly [string, PssChoice, Uint8Array | null])[] = [
    ['with a shorter salt than stated', { salt: Buffer.alloc(20, 1) }, pssParameters({})],
    ['with a longer salt than stated', { salt: Buffer.alloc(48, 1) }, pssParameters({})],
    ['without salt where 32 are stated', { salt: Buffer.alloc(0) }, pssParameters({})],
    ['with trailer CC', { trailer: 0xcc }, pssParameters({})],
    ['with trailer 00', { trailer: 0 }, pssParameters({})],
    ['with 00 for 01', { one: 0 }, pssParameters({})],
    ['with 02 for 01', { one: 2 }, pssParameters({})],
    ['with padding that is not zero', { padding: 1 }, pssParameters({})],
    ['with the highest bit set', { topBelow: modulusOf(keys.publicKey) }, pssParameters({})],
    ['masked with another digest than stated', { mask: 'sha1' }, pssParameters({})],
    ['with another digest than stated', { digest: 'sha512' }, pssParameters({})],
    ['under trailer field 2', {}, pssParameters({ trailer: 2 })],
    ['under a salt length of 223', { salt: Buffer.alloc(222, 1) }, pssParameters({ salt: 223 })],
    ['under a salt length of a million', {}, pssParameters({ salt: 1_000_000 })],
    [
      'under a negative salt length',
      {},
      sequence(
        tagged(0, digestIdentifier('sha256')),
        tagged(1, sequence(oid(oids.mgf1), digestIdentifier('sha256'))),
        tagged(2, hex('02 01 e0')),
      ),
    ],
    [
      'under fields out of order',
      {},
      sequence(
        tagged(2, integer(32)),
        tagged(1, sequence(oid(oids.mgf1), digestIdentifier('sha256'))),
        tagged(0, digestIdentifier('sha256')),
      ),
    ],
    [
      'under a field twice',
      {},
      sequence(
        tagged(0, digestIdentifier('sha256')),
        tagged(0, digestIdentifier('sha256')),
        tagged(1, sequence(oid(oids.mgf1), digestIdentifier('sha256'))),
        tagged(2, integer(32)),
      ),
    ],
    [
      'under another mask function',
      {},
      sequence(
        tagged(0, digestIdentifier('sha256')),
        tagged(1, sequence(oid(oids.rsa), digestIdentifier('sha256'))),
        tagged(2, integer(32)),
      ),
    ],
    ['under NULL for parameters', {}, nothing],
  ];
  it.each(wrong)('%s is refused', (_, choice, parameters) => {
    expect(refused).toContain(faultOf(shapeOf(choice, parameters)));
  });
  it.each(wrong.filter(([, choice]) => choice.mask === undefined && choice.digest === undefined).slice(0, 9))(
    '%s is refused by the own check of other masks too',
    (_, choice) => {
      expect(refused).toContain(faultOf(shapeOf({ ...choice, mask: 'sha384' }, pssParameters({ mask: 'sha384' }))));
    },
  );
  it('as PKCS#1 v1.5 and the reverse are refused', () => {
    const swapped = { ...shapeOf({}), value: (signed: Uint8Array) => sign('sha256', signed, keys.privateKey) };
    expect(refused).toContain(faultOf(swapped));
    expect(refused).toContain(faultOf({ ...shapeOf({}), algorithm: sequence(oid(oids.rsa), nothing) }));
  });

  const keyFor = (options: object): { publicKey: KeyObject; privateKey: KeyObject } =>
    generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...options });
  const signedBy = (pair: { publicKey: KeyObject; privateKey: KeyObject }, salt: number, digest = 'sha256'): Shape => ({
    signer: signerFor(pair),
    algorithm: pss(pssParameters({ digest, salt })),
    value: (signed) => sign(digest, signed, { key: pair.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt }),
  });
  it('by a key made for PSS is accepted, within what the key allows', () => {
    expect(faultOf(signedBy(keyFor({}), 32))).toBeNull();
    const bound = keyFor({ hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 });
    expect(faultOf(signedBy(bound, 32))).toBeNull();
    expect(faultOf(signedBy(bound, 40))).toBeNull();
  });
  it('by a key made for PSS is refused where the identifier says less than the key demands', () => {
    const bound = keyFor({ hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 });
    const good = makeCms(signedBy(bound, 32));
    expect(outcomeOf(good).fault).toBeNull();
    const stated = (choice: Parameters<typeof pssParameters>[0]) =>
      faultOf({ ...signedBy(bound, 32), algorithm: pss(pssParameters(choice)) });
    expect(refused).toContain(stated({ salt: 20 }));
    expect(refused).toContain(stated({ digest: 'sha1', salt: 32 }));
    expect(refused).toContain(stated({ mask: 'sha1' }));
    expect(refused).toContain(faultOf({ ...signedBy(bound, 32), algorithm: sequence(oid(oids.rsa), nothing) }));
  });
});

const orders: Readonly<Record<string, bigint>> = {
  'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  'P-384': 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  'P-521':
    0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
};

describe.each(['P-256', 'P-384', 'P-521'])('an ECDSA value over %s', (curve) => {
  const keys = generateKeyPairSync('ec', { namedCurve: curve });
  const signer = signerFor(keys);
  const n = orders[curve] ?? 0n;
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const shapeOf = (value: Shape['value']): Shape => ({ signer, algorithm, value });
  const pairOf = (signed: Uint8Array): readonly [bigint, bigint] => {
    const plain = sign('sha256', signed, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' });
    return [toNumber(plain.subarray(0, plain.length / 2)), toNumber(plain.subarray(plain.length / 2))];
  };
  const bytesOf = (value: bigint): Buffer => toBytes(value, Math.ceil(value.toString(16).length / 2));
  const whole = (value: bigint) => integer(bytesOf(value));
  const pair = (r: bigint, s: bigint) => sequence(whole(r), whole(s));

  it('is accepted, and as its mirror (r, n − s), which is the same signature', () => {
    expect(faultOf(shapeOf((signed) => pair(...pairOf(signed))))).toBeNull();
    const mirrored = (signed: Uint8Array): Uint8Array => {
      const [r, s] = pairOf(signed);
      return pair(r, n - s);
    };
    expect(faultOf(shapeOf(mirrored))).toBeNull();
  });

  const wrong: readonly (readonly [string, (r: bigint, s: bigint) => Uint8Array])[] = [
    [
      'with a length in long form',
      (r, s) => {
        const inner = Buffer.concat([whole(r), whole(s)]);
        return Buffer.concat([inner.length < 0x80 ? hex('30 81') : hex('30 82 00'), Buffer.from([inner.length]), inner]);
      },
    ],
    ['of indefinite length', (r, s) => Buffer.concat([hex('30 80'), whole(r), whole(s), hex('00 00')])],
    ['with a zero before r', (r, s) => sequence(tlv(2, hex('00'), whole(r).subarray(2)), whole(s))],
    ['with a zero before s', (r, s) => sequence(whole(r), tlv(2, hex('00 00'), whole(s).subarray(2)))],
    ['with r in long form', (r, s) => sequence(Buffer.concat([hex('02 81'), whole(r).subarray(1)]), whole(s))],
    ['with r = 0', (_, s) => pair(0n, s)],
    ['with s = 0', (r) => pair(r, 0n)],
    ['with both 0', () => pair(0n, 0n)],
    ['with both 1', () => pair(1n, 1n)],
    ['with r = n', (_, s) => pair(n, s)],
    ['with s = n', (r) => pair(r, n)],
    ['with r + n', (r, s) => pair(r + n, s)],
    ['with s + n', (r, s) => pair(r, s + n)],
    ['with r = n − r', (r, s) => pair(n - r, s)],
    ['with a negative r', (r, s) => sequence(tlv(2, hex('ff'), bytesOf(r)), whole(s))],
    ['with a negative s', (r, s) => sequence(whole(r), tlv(2, hex('80'), bytesOf(s)))],
    ['with r and s changed', (r, s) => pair(s, r)],
    ['with a third number', (r, s) => sequence(whole(r), whole(s), integer(0))],
    ['with bytes behind', (r, s) => Buffer.concat([pair(r, s), hex('00')])],
    ['with bytes behind inside', (r, s) => sequence(whole(r), whole(s), hex('05 00'))],
    ['with one number', (r) => sequence(whole(r))],
    ['that is an empty sequence', () => sequence()],
    ['that is a set', (r, s) => setOf(whole(r), whole(s))],
    ['with octet strings', (r, s) => sequence(tlv(4, bytesOf(r)), tlv(4, bytesOf(s)))],
    ['as r‖s', (r, s) => Buffer.concat([toBytes(r, 66), toBytes(s, 66)])],
    ['cut', (r, s) => pair(r, s).subarray(0, -1)],
    ['that is empty', () => Buffer.alloc(0)],
    ['far too long', (r, s) => pair(r + n ** 40n, s)],
  ];
  it.each(wrong)('%s is refused', (_, make) => {
    expect(refused).toContain(faultOf(shapeOf((signed) => make(...pairOf(signed)))));
  });
  it('in the plain form of TR-03111 is accepted at its exact length only', () => {
    const plain = (change: (value: Buffer) => Uint8Array): Shape => ({
      signer,
      algorithm: sequence(oid('0.4.0.127.0.7.1.1.4.1.3')),
      value: (signed) => change(sign('sha256', signed, { key: keys.privateKey, dsaEncoding: 'ieee-p1363' })),
    });
    expect(faultOf(plain((value) => value))).toBeNull();
    expect(refused).toContain(faultOf(plain((value) => value.subarray(1))));
    expect(refused).toContain(faultOf(plain((value) => Buffer.concat([value, hex('00')]))));
    expect(refused).toContain(faultOf(plain((value) => Buffer.concat([hex('00'), value, hex('00')]))));
  });
});

describe.each([
  ['Ed25519', 'ed25519', '1.3.101.112', 'sha512', 32, 2n ** 252n + 27742317777372353535851937790883648493n],
  ['Ed448', 'ed448', '1.3.101.113', 'sha512', 57, 2n ** 446n - 13818066809895115352007386748515426880336692474882178609894547503885n],
] as const)('an %s value', (_, kind, id, digest, half, order) => {
  const keys = kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448');
  const signer = signerFor(keys);
  const shapeOf = (change: (value: Buffer) => Uint8Array, more: Partial<Shape> = {}): Shape => ({
    signer,
    digest,
    algorithm: sequence(oid(id)),
    value: (signed) => change(sign(null, signed, keys.privateKey)),
    ...more,
  });
  const little = (bytes: Uint8Array): bigint => toNumber(Buffer.from(bytes).reverse());
  const littleBytes = (value: bigint, length: number): Buffer => toBytes(value, length).reverse();
  it('is accepted with signed attributes and over the content itself (RFC 8419)', () => {
    expect(faultOf(shapeOf((value) => value))).toBeNull();
    expect(faultOf(shapeOf((value) => value, { attributes: null }))).toBeNull();
  });
  it.each<readonly [string, (value: Buffer) => Uint8Array]>([
    ['with S + L', (v) => Buffer.concat([v.subarray(0, half), littleBytes(little(v.subarray(half)) + order, half)])],
    ['with S = 0', (v) => Buffer.concat([v.subarray(0, half), Buffer.alloc(half)])],
    ['with R = 0', (v) => Buffer.concat([Buffer.alloc(half), v.subarray(half)])],
    ['of zeros', (v) => Buffer.alloc(v.length)],
    ['of ones', (v) => Buffer.alloc(v.length, 0xff)],
    ['cut', (v) => v.subarray(0, -1)],
    ['with a byte behind', (v) => Buffer.concat([v, hex('00')])],
    ['with its halves changed', (v) => Buffer.concat([v.subarray(half), v.subarray(0, half)])],
    ['that is empty', () => Buffer.alloc(0)],
  ])('%s is refused', (_name, change) => {
    expect(refused).toContain(faultOf(shapeOf(change)));
  });
  it('over other content is refused', () => {
    const cms = makeCms(shapeOf((value) => value, { attributes: null }));
    expect(outcomeOf(cms, Buffer.from('khác')).fault).toBe('signature-mismatch');
  });
  it('under an identifier with parameters is refused', () => {
    expect(refused).toContain(faultOf(shapeOf((value) => value, { algorithm: sequence(oid(id), nothing) })));
  });
});

describe('a key of one kind', () => {
  it('never verifies under the algorithm of another', () => {
    const pairs = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      generateKeyPairSync('ed25519'),
    ] as const;
    const algorithms = [sequence(oid(oids.rsa), nothing), sequence(oid('1.2.840.10045.4.3.2')), sequence(oid('1.3.101.112'))] as const;
    pairs.forEach((keys, i) => {
      algorithms.forEach((algorithm, j) => {
        const value = (signed: Uint8Array) => sign(i === 2 ? null : 'sha256', signed, keys.privateKey);
        const fault = faultOf({ signer: signerFor(keys), algorithm, value, attributes: plainAttributes() });
        if (i === j) expect(fault).toBeNull();
        else expect(refused).toContain(fault);
      });
    });
  });
  it('of brainpool and secp256k1 is accepted as node:crypto knows it', () => {
    for (const namedCurve of ['brainpoolP256r1', 'brainpoolP384r1', 'brainpoolP512r1', 'secp256k1']) {
      const keys = generateKeyPairSync('ec', { namedCurve });
      const shape = {
        signer: signerFor(keys),
        algorithm: sequence(oid('1.2.840.10045.4.3.2')),
        value: (signed: Uint8Array) => sign('sha256', signed, keys.privateKey),
      };
      expect([namedCurve, faultOf(shape)]).toEqual([namedCurve, null]);
      expect(outcomeOf(makeCms(shape), Buffer.concat([content, hex('00')])).fault).toBe('digest-mismatch');
    }
  });
});
