/** Programs by others agree: xmlsec1 on our receipts; openssl and pdfsig on the demo's good files. */
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificatePem } from '../../src/demo/pki.ts';
import { temporaryFolder } from '../support/hub.ts';
import { documentMessage } from '../support/message.ts';
import { hasOracle } from '../support/oracle.ts';
import { openProvince, type Province } from '../support/province.ts';
import { seedAnchors } from '../support/seed.ts';
import { makeSignedFiles, type SignedFiles } from '../support/signed-files.ts';

let province: Province;
let files: SignedFiles;
let folder: string;
beforeAll(async () => {
  [files, folder] = await Promise.all([makeSignedFiles(new Date()), temporaryFolder()]);
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  province = await openProvince({ folder });
});
afterAll(() => province.hub.remove());

/** Output and exit code, whatever it is. */
const ask = (program: string, ...words: readonly string[]): { readonly code: number; readonly text: string } => {
  try {
    return { code: 0, text: execFileSync(program, words, { encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, text: `${stdout}${stderr}` };
  }
};
const saved = async (name: string, content: Uint8Array | string): Promise<string> => {
  const path = join(folder, `oracle-${name}`);
  await writeFile(path, content);
  return path;
};
/** What the hub says of one PDF. */
const hubOn = async (bytes: Uint8Array) => {
  const id = randomUUID();
  const letter = { from: 'H99.1', to: ['H99.2'], documentId: id, number: id, files: [{ name: 'van-ban.pdf', bytes }] };
  const { body } = await province.as.so1.post(documentMessage(letter));
  return body.proof.attachments[0];
};

describe.skipIf(!hasOracle('xmlsec1'))('xmlsec1', () => {
  const receipt = async (): Promise<string> => {
    const id = randomUUID();
    const letter = { from: 'H99.1', to: ['H99.2', 'H99.11'], documentId: id, number: id, subject: 'V/v "đối chiếu" <số liệu> & báo cáo' };
    const page = { name: 'van-ban.pdf', bytes: files.signed(5_000, id) };
    const answer = await province.as.so1.post(documentMessage({ ...letter, files: [page] }), '/v1/envelopes', {
      accept: 'application/xml',
    });
    expect(answer.status).toBe(202);
    return answer.body;
  };
  const verify = async (xml: string) => {
    const { body } = await province.as.none.get('/v1/hub');
    const [certificate, path] = [await saved('hub.pem', body.certificates[0]), await saved('receipt.xml', xml)];
    return ask('xmlsec1', '--verify', '--enabled-key-data', 'x509', '--pubkey-cert-pem', certificate, path);
  };

  it("verifies the hub's receipt with the certificate of /v1/hub", async () => {
    const xml = await receipt();
    expect(xml).toContain('urn:lienthong:receipt:1');
    expect(await verify(xml)).toMatchObject({ code: 0 });
  });
  it.each([
    ['a digest', /(<(?:\w+:)?Sha256>)./, '$1x'],
    ['a recipient', 'H99.11', 'H99.12'],
  ] as const)('rejects it with %s changed', async (_, from, to) => {
    const xml = await receipt();
    const changed = xml.replace(from, to);
    expect(changed).not.toBe(xml);
    expect((await verify(changed)).code).not.toBe(0);
  });
});

/** The CMS and the signed bytes of the last signature, cut out of the file by its ByteRange. */
const partsOf = (pdf: Buffer): { readonly cms: Buffer; readonly content: Buffer } => {
  const ranges = [...pdf.toString('latin1').matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)];
  const [, , first = 0, second = 0, length = 0] = (ranges.at(-1) ?? []).map(Number);
  const hex = pdf.subarray(first + 1, second - 1).toString('latin1');
  const padded = Buffer.from(hex, 'hex');
  // DER says its own length; the rest of Contents is padding.
  const lengthBytes = (padded[1] ?? 0) & 0x7f;
  const size = 2 + lengthBytes + padded.readUIntBE(2, lengthBytes);
  return { cms: padded.subarray(0, size), content: Buffer.concat([pdf.subarray(0, first), pdf.subarray(second, second + length)]) };
};

describe.skipIf(!hasOracle('openssl', 'version'))('openssl', () => {
  it('agrees on sound and altered files, chain included', async () => {
    for (const [kind, verdict, code] of [
      ['signed', 'undetermined/revocation-unknown', 0],
      ['altered', 'invalid/digest-mismatch', 4],
    ] as const) {
      const bytes = Buffer.from(files[kind](8_000, 'openssl'));
      const found = await hubOn(bytes);
      expect(`${found.verdict}/${found.reason}`).toBe(verdict);
      expect(found.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      const { cms, content } = partsOf(bytes);
      const paths = [await saved('cms.der', cms), await saved('content.bin', content)];
      const above = [files.pki.root, files.pki.issuing].map(({ certificate }) => certificatePem(certificate));
      const anchors = await saved('above.pem', above.join(''));
      const words = ['-inform', 'DER', '-in', paths[0] ?? '', '-content', paths[1] ?? '', '-binary', '-purpose', 'any'];
      const answer = ask('openssl', 'cms', '-verify', ...words, '-CAfile', anchors, '-out', '/dev/null');
      expect(answer.code, answer.text).toBe(code);
    }
  });
});

describe.skipIf(!hasOracle('pdfsig', '-v'))('pdfsig', () => {
  it('agrees on sound, altered and unsigned files', async () => {
    // Without its look at certificates: trust is the hub's own business here.
    for (const [kind, integrity, said] of [
      ['signed', 'intact', /Signature Validation: Signature is Valid/],
      ['altered', 'broken', /Signature Validation: Digest Mismatch/],
      ['unsigned', undefined, /does not contain any signatures/],
    ] as const) {
      const bytes = files[kind](8_000, 'pdfsig');
      const found = await hubOn(bytes);
      expect(found.signatures[0]?.integrity).toBe(integrity);
      expect(ask('pdfsig', '-nocert', await saved(`${kind}.pdf`, bytes)).text).toMatch(said);
    }
  });
});
