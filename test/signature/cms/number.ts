/** Arithmetic and encodings that tests need to make signature values by hand. */
import { constants, createHash, type KeyObject, privateEncrypt, randomBytes } from 'node:crypto';

export const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);

export const toBytes = (value: bigint, length: number): Buffer => Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex');

/** The largest number whose cube is not above `value`. */
export const cubeRoot = (value: bigint): bigint => {
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(value.toString(2).length / 3) + 1);
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** 3n <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
};

/** The RSA private operation on an encoded message of the length of the modulus. */
export const rawSign = (key: KeyObject, encoded: Uint8Array): Buffer => privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);

export const modulusOf = (publicKey: KeyObject): bigint => toNumber(Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url'));

const hash = (digest: string, ...parts: readonly Uint8Array[]): Buffer => createHash(digest).update(Buffer.concat(parts)).digest();

const mask = (digest: string, seed: Uint8Array, length: number): Buffer => {
  const blocks: Buffer[] = [];
  for (let i = 0; Buffer.concat(blocks).length < length; i += 1) blocks.push(hash(digest, seed, toBytes(BigInt(i), 4)));
  return Buffer.concat(blocks).subarray(0, length);
};

export type PssChoice = {
  readonly digest?: string;
  readonly mask?: string;
  readonly salt?: Uint8Array;
  readonly trailer?: number;
  /** What stands where 01 should. */
  readonly one?: number;
  /** Set in the padding, which should be zeros. */
  readonly padding?: number;
  /** Set the highest bit, which should be zero, in a message drawn anew until its number is below this modulus: nothing else is wrong with it. */
  readonly topBelow?: bigint;
};

/** EMSA-PSS-ENCODE (RFC 8017 9.1.1) for a modulus of `bits`, with any one thing wrong. */
export const encodePss = (message: Uint8Array, bits: number, choice: PssChoice = {}): Buffer => {
  const digest = choice.digest ?? 'sha256';
  const salt = choice.salt ?? randomBytes(32);
  const length = Math.ceil((bits - 1) / 8);
  const digested = hash(digest, Buffer.alloc(8), hash(digest, message), salt);
  const block = Buffer.alloc(length - digested.length - 1);
  block[block.length - salt.length - 1] = choice.one ?? 1;
  block.set(salt, block.length - salt.length);
  if (choice.padding !== undefined) block[4] = choice.padding;
  const masked = Buffer.from(mask(choice.mask ?? digest, digested, block.length).map((byte, i) => byte ^ (block[i] ?? 0)));
  masked[0] = (masked[0] ?? 0) & (0xff >> (8 * length - (bits - 1)));
  if (choice.topBelow !== undefined) masked[0] = (masked[0] ?? 0) | 0x80;
  const encoded = Buffer.concat([masked, digested, Buffer.from([choice.trailer ?? 0xbc])]);
  if (choice.topBelow !== undefined && toNumber(encoded) >= choice.topBelow) return encodePss(message, bits, choice);
  return Buffer.concat([Buffer.alloc(Math.ceil(bits / 8) - length), encoded]);
};
