/**
 * RSASSA-PSS whose mask is made with another digest than the message's (RFC 8017 8.1.2, 9.1.2).
 * node:crypto cannot be told so; it does the RSA operation here, the padding is checked by hand.
 */
import { constants, createHash, type KeyObject, publicDecrypt } from 'node:crypto';

const hashed = (digest: string, ...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash(digest);
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** MGF1 (RFC 8017 B.2.1). */
const maskOf = (digest: string, seed: Uint8Array, length: number): Buffer => {
  const blocks: Buffer[] = [];
  const counter = Buffer.alloc(4);
  for (let made = 0; made < length; made += blocks.at(-1)?.length ?? length) {
    counter.writeUInt32BE(blocks.length);
    blocks.push(hashed(digest, seed, counter));
  }
  return Buffer.concat(blocks).subarray(0, length);
};

/** EMSA-PSS-VERIFY (9.1.2) of the encoded message `encoded`, of which `bits` count, for the digest `message`. */
const isEncoded = (
  encoded: Uint8Array,
  bits: number,
  message: Uint8Array,
  pss: { digest: string; mask: string; saltLength: number },
): boolean => {
  const { length } = message;
  const room = encoded.length - length - 1;
  if (room < pss.saltLength + 1 || encoded.at(-1) !== 0xbc) return false;
  const digest = encoded.subarray(room, room + length);
  const mask = maskOf(pss.mask, digest, room);
  const unmasked = encoded.subarray(0, room).map((byte, i) => byte ^ (mask[i] ?? 0));
  const spare = 8 * encoded.length - bits;
  const top = 0xff >> spare;
  // The bits beyond the modulus are zero in what was signed, whatever the mask makes of them.
  if (((encoded[0] ?? 0) & ~top) !== 0) return false;
  unmasked[0] = (unmasked[0] ?? 0) & top;
  const zeros = room - pss.saltLength - 1;
  if (unmasked.subarray(0, zeros).some((byte) => byte !== 0) || unmasked[zeros] !== 1) return false;
  return hashed(pss.digest, Buffer.alloc(8), message, unmasked.subarray(zeros + 1)).equals(digest);
};

/** `message` is the digest of what was signed. Throws what node:crypto throws for a value that is none. */
export const isPssSigned = (
  key: KeyObject,
  message: Uint8Array,
  value: Uint8Array,
  pss: { readonly digest: string; readonly mask: string; readonly saltLength: number },
): boolean => {
  const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) - 1;
  const opened = publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, value);
  const length = Math.ceil(bits / 8);
  // A modulus of 8k + 1 bits leaves one byte more than is encoded: it is zero (8.1.2, step 2c).
  if (opened.subarray(0, opened.length - length).some((byte) => byte !== 0)) return false;
  return isEncoded(opened.subarray(opened.length - length), bits, message, pss);
};
