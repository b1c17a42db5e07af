import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Inspector, openInspector } from '../../src/worker/pool.ts';
import { documentMessage } from '../support/message.ts';
import { seedAnchors } from '../support/seed.ts';
import { makeSignedFiles, type SignedFiles } from '../support/signed-files.ts';

let folder: string;
let files: SignedFiles;
let inspector: Inspector;
beforeAll(async () => {
  [folder, files] = await Promise.all([mkdtemp(join(tmpdir(), 'inspect-')), makeSignedFiles(new Date())]);
  inspector = await openInspector({ threads: 2, anchors: join(folder, 'anchors'), scratch: join(folder, 'scratch'), version: '1.2.3' });
});
afterAll(async () => {
  await inspector.close();
  expect(await readdir(join(folder, 'scratch'))).toEqual([]);
  await rm(folder, { recursive: true });
});

const saved = async (name: string, bytes: Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};
const message = (...pages: readonly Uint8Array[]): Buffer =>
  documentMessage({
    ...{ from: 'H99.1', to: ['H99.2'], documentId: 'x', number: '1' },
    files: pages.map((bytes, index) => ({ name: `tep-${index + 1}.pdf`, bytes, description: index === 0 ? 'Văn bản chính' : 'Phụ lục' })),
  });
const inspect = async (bytes: Uint8Array, by = inspector) =>
  by.inspect({ path: await saved(`${Math.random()}.xml`, bytes) }, { at: new Date(), profile: 'member' });
const scratchFiles = async (): Promise<readonly string[]> =>
  (await readdir(join(folder, 'scratch'), { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).map(({ name }) => name);

describe('inspection in the threads', () => {
  it('reads, proves every file, and leaves no decoded file behind', async () => {
    const { message: read, faults, proof } = await inspect(message(files.signed(9_000, 'a'), files.unsigned(9_000, 'b')));
    expect([faults, read?.kind]).toEqual([[], 'document']);
    expect(proof?.attachments.map(({ role, verdict, reason }) => `${role} ${verdict}/${reason}`)).toEqual([
      'main undetermined/untrusted',
      'annex unsigned/no-signature',
    ]);
    expect(await scratchFiles()).toEqual([]);
  });

  it('sees an anchor that was added, within a second and without being told', async () => {
    const bytes = message(files.signed(9_000, 'a'));
    await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    // Both threads: each looks for itself.
    const found = await Promise.all([1, 2, 3, 4].map(() => inspect(bytes)));
    expect(found.map(({ proof }) => proof?.reason)).toEqual(Array(4).fill('revocation-unknown'));
  });

  it('sees at once that an anchor was withdrawn, when told to read them again', async () => {
    await seedAnchors(folder, [], [files.pki.issuing.certificate, files.pki.root.certificate]);
    await inspector.reload();
    expect((await inspect(message(files.signed(9_000, 'a')))).proof?.reason).toBe('untrusted');
  });

  it('answers faults for what cannot be read, and goes on', async () => {
    expect((await inspect(Buffer.from('không phải XML'))).faults[0]?.code).toBe('envelope.malformed');
    expect((await inspect(message(files.altered(9_000, 'a')))).proof).toMatchObject({ verdict: 'invalid', reason: 'digest-mismatch' });
  });

  it('gives up on an envelope that takes longer than it may', async () => {
    const hasty = await openInspector({
      threads: 1,
      anchors: null,
      scratch: join(folder, 'scratch'),
      version: '1.2.3',
      limits: { timeMs: 1 },
    });
    const { faults, proof } = await inspect(message(files.signed(20_000_000, 'long')), hasty);
    expect([faults[0]?.code, proof?.reason]).toSatisfy(([code, reason]) => code === 'envelope.too-complex' || reason === 'over-limits');
    await hasty.close();
  });

  it('fails for a file that is not there: that is no fault of a sender', async () => {
    await expect(inspector.inspect({ path: join(folder, 'absent.xml') }, { at: new Date(), profile: 'member' })).rejects.toThrow('ENOENT');
  });
});
