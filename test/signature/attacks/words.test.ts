/** What strangers write into names is shown to people: it may not act on the screen, nor read otherwise than it is compared. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verifyPdf } from '../../../src/signature/pdf/verify.ts';
import { run } from '../../cli/line.ts';
import { makeKit } from '../kit.ts';
import { signAs } from './makers.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const deceiving = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/;

it('names of certificates and fields act on no screen', async () => {
  const kit = await makeKit();
  const name = 'Sở Nội vụ\u202Egnod\u009B2J\u2066\u200B';
  const stranger = kit.pki.issue({ kind: 'agency', name, organisation: 'UBND\u202E tỉnh Mẫu' });
  const first = signAs(kit.letter(), { party: kit.person });
  const pdf = signAs(first, { party: stranger, name: '\\033[2J\\033[HKET LUAN: HOP LE\\n' });
  // Not for the other judges: pyHanko stumbles over such a name.
  const { bytes } = pdf;
  const access = {
    size: bytes.length,
    read: (offset: number, length: number) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
  };
  const proof = verifyPdf(access, kit.context);
  expect(proof.signatures.map(({ signer }) => signer.name)).toEqual(['Nguyễn Văn Ả', 'Sở Nội vụgnod2J']);
  expect(JSON.stringify(proof.signatures.map(({ signer, laterChanges, chain }) => [signer, laterChanges, chain]))).not.toMatch(
    /\\u001b|[\u200B-\u200F\u202A-\u202E\u2066-\u2069]/i,
  );
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-words-'));
  const file = join(folder, 'van-ban.pdf');
  writeFileSync(file, pdf.bytes);
  const { out } = await run({ env: { LIENTHONG_DATA: folder }, words: ['verify', file] });
  rmSync(folder, { recursive: true });
  expect(out).toContain('gnod');
  expect(out).not.toMatch(deceiving);
});
