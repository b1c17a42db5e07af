/** `crls import`, `crls list`, `crls fetch` and what doctor says of lists: on a data folder of its own, no hub running. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makePki, type Pki } from '../../src/demo/pki.ts';
import { type CrlRequest, writeCrl } from '../../src/signature/sign/crl.ts';
import { makeHubKey } from '../../src/signature/sign/own.ts';
import { root } from '../support/hub.ts';
import { seedAnchors } from '../support/seed.ts';
import { run, runJson } from './line.ts';

const day = 86_400_000;
const start = Date.now();
const days = (count: number): Date => new Date(start + count * day);
let pki: Pki;
let folder: string;
/** Made once: a hub without one makes its own, which takes a while. */
let key: Readonly<Record<string, string>>;
const env = (): Readonly<Record<string, string>> => ({ LIENTHONG_DATA: folder, LIENTHONG_HUB: 'H99', ...key });

beforeAll(async () => {
  pki = await makePki({ now: new Date(start), rsaKeys: 1 });
  const { keyPem, certificatePem } = await makeHubKey({ code: 'H99', name: 'tỉnh Mẫu', now: new Date(start) });
  key = { LIENTHONG_KEY: keyPem, LIENTHONG_CERT: certificatePem };
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-crls-'));
  await seedAnchors(folder, [pki.root.certificate], [pki.issuing.certificate]);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const list = async (name: string, differs: Partial<CrlRequest> = {}, pem = false): Promise<string> => {
  const by = pki.issuing;
  const der = writeCrl({
    ...{ issuer: by.name, issuerKey: by.keys.privateKey, entries: [], thisUpdate: days(-1), nextUpdate: days(6), number: 7 },
    ...differs,
  });
  const lines = Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n');
  const path = join(folder, name);
  await writeFile(path, pem ? `Ghi chú\n-----BEGIN X509 CRL-----\n${lines}\n-----END X509 CRL-----\n` : der);
  return path;
};
const take = (...files: readonly string[]) => runJson({ env: env(), words: ['crls', 'import', ...files] });
const kept = async (): Promise<readonly string[]> =>
  (await readdir(join(folder, 'crls')).catch(() => [])).filter((name) => !name.startsWith('.'));

describe('crls import', () => {
  it('takes in DER and PEM, says whose and of when, and replaces the older one', async () => {
    const entries = [
      { serial: '0a', revokedAt: days(-3) },
      { serial: '0b', revokedAt: days(-2) },
    ];
    const first = await take(await list('a.crl', { entries }));
    expect([first.code, first.value.errors]).toEqual([0, []]);
    expect(first.value.imported).toMatchObject([
      {
        ...{
          kind: 'crl',
          number: '7',
          entries: 2,
          added: true,
          stale: false,
          issuer: expect.stringContaining('CN=CA phục vụ các cơ quan Nhà nước'),
        },
        thisUpdate: `${days(-1).toISOString().slice(0, 19)}.000Z`,
        nextUpdate: `${days(6).toISOString().slice(0, 19)}.000Z`,
      },
    ]);
    const [name] = await kept();
    expect(first.value.imported[0].name).toBe(name);
    const second = await take(await list('b.crl', { thisUpdate: days(-0.5), number: 8 }, true));
    expect(second.value.imported).toMatchObject([{ number: '8', entries: 0, added: true }]);
    expect(await kept()).toEqual([second.value.imported[0].name]);
    // The older one never comes back, however it is brought.
    expect((await take(join(folder, 'a.crl'))).value.imported).toMatchObject([{ added: false, name: second.value.imported[0].name }]);
    expect(await kept()).toHaveLength(1);
  });

  it('keeps lists of other points and deltas beside each other, and leaves files it did not name', async () => {
    await take(await list('a.crl'));
    await take(await list('delta.crl', { thisUpdate: days(-0.5), deltaOf: 7 }));
    await writeFile(
      join(folder, 'crls', 'mang-den.crl'),
      writeCrl({
        ...{ issuer: pki.issuing.name, issuerKey: pki.issuing.keys.privateKey, entries: [] },
        ...{ thisUpdate: days(-9), nextUpdate: days(-2) },
      }),
    );
    await take(await list('c.crl', { thisUpdate: days(-0.4) }));
    const names = await kept();
    expect(names).toHaveLength(3);
    expect(names).toContain('mang-den.crl');
  });

  it('says that a list has ended, and keeps it all the same', async () => {
    const late = await take(await list('a.crl', { thisUpdate: days(-9), nextUpdate: days(-2) }));
    expect([late.code, late.value.imported[0].stale]).toEqual([0, true]);
    expect(late.err).toContain('đã quá hạn');
  });

  it('refuses by code, place and words what is damaged, of strangers, forged or not issued yet, and takes the rest', async () => {
    const strange = pki.strangerIssuing;
    const files = [
      await list('forged.crl', { issuerKey: strange.keys.privateKey }),
      await list('stranger.crl', { issuer: strange.name, issuerKey: strange.keys.privateKey }),
      await list('future.crl', { thisUpdate: days(1) }),
      join(root, 'README.md'),
      join(folder, 'none.crl'),
      await list('good.crl'),
    ];
    const { code, value, err } = await take(...files);
    expect([code, value.imported.length, (await kept()).length]).toEqual([65, 1, 1]);
    expect(value.errors.map((one: { code: string; at: string }) => [one.code, one.at])).toEqual([
      ['crl.signature-wrong', files[0]],
      ['crl.issuer-unknown', files[1]],
      ['crl.from-the-future', files[2]],
      ['crl.unreadable', files[3]],
      ['crl.unreadable', files[4]],
    ]);
    for (const { vi, en } of value.errors) expect(err).toContain(`${vi} / ${en}`);
    expect((await run({ env: env(), words: ['crls', 'import'] })).code).toBe(64);
    expect((await take(join(folder, 'none.crl'))).code).toBe(65);
  });

  it('believes no authority whose anchor is not pinned', async () => {
    await writeFile(join(folder, 'anchors', 'anchors.sha256'), '');
    expect((await take(await list('a.crl'))).value.errors).toMatchObject([{ code: 'crl.issuer-unknown' }]);
  });
});

describe('crls list and doctor', () => {
  it('tell what is missing, what has ended and what is current', async () => {
    const states = async () => {
      const { value } = await runJson({ env: env(), words: ['crls', 'list'] });
      return value.authorities.map(({ subject, state }: { subject: string; state: string }) => `${state} ${/CN=(\S+)/.exec(subject)?.[1]}`);
    };
    expect((await states()).sort()).toEqual(['missing CA', 'missing RootCA']);
    await take(await list('a.crl', { thisUpdate: days(-9), nextUpdate: days(-2) }));
    const byRoot = await list('b.crl', { issuer: pki.root.name, issuerKey: pki.root.keys.privateKey });
    await take(byRoot);
    expect(await states()).toEqual(['stale CA', 'current RootCA']);
    const { out } = await run({ env: env(), words: ['crls', 'list'] });
    expect(out).toMatch(/QUÁ HẠN.*CA phục vụ/);
    const { value } = await runJson({ env: env(), words: ['doctor'] });
    const checks = value.checks.filter(({ check }: { check: string }) => check === 'crls');
    expect(checks.map(({ health }: { health: string }) => health).sort()).toEqual(['ok', 'warning']);
  });
});

describe('crls fetch', () => {
  it('says that fetching is off, and what was not due', async () => {
    const { code, value } = await runJson({ env: env(), words: ['crls', 'fetch'] });
    expect([code, value.code]).toEqual([64, 'usage']);
    expect(value.vi).toContain('LIENTHONG_FETCH=on');
    await seedAnchors(folder, [pki.root.certificate]);
    for (const name of await readdir(join(folder, 'anchors'))) {
      if (name.startsWith('anchors')) continue;
      await rm(join(folder, 'anchors', name));
    }
    await seedAnchors(folder, [pki.root.certificate]);
    const on = await runJson({ env: { ...env(), LIENTHONG_FETCH: 'on' }, words: ['crls', 'fetch'] });
    expect([on.code, on.value]).toEqual([0, []]);
  });
});
