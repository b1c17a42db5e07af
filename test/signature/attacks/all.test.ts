/** The files that other judges are shown, judged by us. */
import { expect, it } from 'vitest';
import { trustFrom } from '../../../src/signature/path/trust.ts';
import { verifyPdf } from '../../../src/signature/pdf/verify.ts';
import { bytesOf } from '../kit.ts';
import { attackFiles } from './all.ts';

it('every attack is invalid and every lawful twin is not', async () => {
  const { files, at } = await attackFiles();
  const rules = { trust: false, revocation: false, expiry: false };
  for (const { name, bytes, isLawful } of files) {
    const proof = verifyPdf(bytesOf(bytes), { trust: trustFrom({ anchors: [], pins: [] }), at, rules });
    expect(proof.verdict, name).toBe(isLawful ? 'valid' : 'invalid');
  }
  expect(files.filter((one) => one.isLawful)).toHaveLength(5);
  expect(files.filter((one) => !one.isLawful)).toHaveLength(13);
});
