/**
 * `npm run bench -- signatures [--quick]`: whole verifications a second of signed PDFs, time-stamped and
 * with revocation lists at hand, beside the least that any verifier must do with the same bytes: SHA-256
 * over every ByteRange, and one RSA-2048 verification a signature and certificate with keys at hand. The
 * two alternate in one process; pdfsig, a process a file, and pkijs, for the CMS alone, stand beside them.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VerificationContext } from '../../src/signature/context.ts';
import { verifyPdf } from '../../src/signature/pdf/verify.ts';
import { type Bundle, makeSignedBundle, type SignedFile } from '../support/signed-bundle.ts';
import { median, rateOf, spread } from './measure.ts';
import { pdfsigRate, pkijsRate } from './rivals.ts';

type Say = (line: string) => void;
const rounds = 3;
const sizes = [
  { name: '100 KB', bytes: 100_000, aim: 0.15 },
  { name: '10 MB', bytes: 10_000_000, aim: 0.5 },
] as const;

type Raw = { readonly key: KeyObject; readonly message: Buffer; readonly value: Buffer };
const rawStage = (): Raw => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  // The size of what a certificate's issuer signs.
  const message = Buffer.alloc(1_000, 'a');
  return { key: publicKey, message, value: sign('sha256', message, privateKey) };
};

const rawPass = ({ key, message, value }: Raw, file: SignedFile, verifications: number): void => {
  for (const ranges of file.ranges) {
    const hash = createHash('sha256');
    for (const [from, length] of ranges) hash.update(file.bytes.subarray(from, from + length));
    hash.digest();
  }
  for (let i = 0; i < verifications; i += 1) if (!verify('sha256', message, key, value)) throw new Error('It was just signed');
};

/** Verifies, and answers how many signatures (those of time stamps too) and certificates below the anchor that took: the lists' own are remembered. */
const ownPass = ({ bytes }: SignedFile, context: VerificationContext): number => {
  const proof = verifyPdf({ size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) }, context);
  if (proof.verdict !== 'valid') throw new Error(`A sound file is ${proof.verdict}/${proof.reason}`);
  return proof.signatures.reduce((sum, one) => sum + (1 + (one.timestamps?.length ?? 0)) * Math.max(1, one.chain.length), 0);
};

const measure = async (say: Say, folder: string, size: (typeof sizes)[number], bundle: Bundle, seconds: number): Promise<void> => {
  const { files, context, signatures } = bundle;
  const raw = rawStage();
  const works = files.map((file) => ({ file, verifications: ownPass(file, context) }));
  const rates: Record<'raw' | 'own', number[]> = { raw: [], own: [] };
  for (let round = 0; round < rounds; round += 1) {
    rates.raw.push(rateOf(works, seconds, ({ file, verifications }) => rawPass(raw, file, verifications)));
    rates.own.push(rateOf(works, seconds, ({ file }) => ownPass(file, context)));
  }
  const path = join(folder, 'file.pdf');
  await writeFile(path, files[0]?.bytes ?? '');
  say(
    `${size.name}, ${signatures} signature(s), each time-stamped, CRLs: ${median(rates.own).toFixed(0)}/s (spread ${(spread(rates.own) * 100).toFixed(0)} %), ` +
      `raw ${median(rates.raw).toFixed(0)}/s (${works[0]?.verifications} RSA verifications); ` +
      `ratio ${(median(rates.own) / median(rates.raw)).toFixed(2)} (aim ${size.aim}); pdfsig ${pdfsigRate(path, seconds)}`,
  );
};

export const benchSignatures = async (say: Say, seconds: number): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-bench-'));
  for (const size of sizes) {
    for (const signatures of [1, 2]) await measure(say, folder, size, await makeSignedBundle(size.bytes, signatures), seconds);
  }
  say(await pkijsRate(seconds));
  await rm(folder, { recursive: true, force: true });
};
