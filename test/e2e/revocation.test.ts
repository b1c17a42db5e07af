/** A document that could not be checked for revocation is judged again when a list comes, in a running hub and over its death. */

import { randomUUID } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { letterContent } from '../../src/demo/letter.ts';
import { makePdf } from '../../src/demo/pdf.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { makePki, type Party, type Pki } from '../../src/demo/pki.ts';
import { runJson } from '../cli/line.ts';
import { lienthong } from '../support/cli.ts';
import { temporaryFolder } from '../support/hub.ts';
import { documentMessage } from '../support/message.ts';
import { openProvince, type Province } from '../support/province.ts';
import { seedAnchors } from '../support/seed.ts';
import { letter } from '../support/signed-files.ts';

const hour = 3_600_000;
let folder: string;
let pki: Pki;
let province: Province;

beforeAll(async () => {
  pki = await makePki({ now: new Date(), rsaKeys: 2 });
  folder = await temporaryFolder();
  await seedAnchors(folder, [pki.root.certificate], [pki.issuing.certificate]);
  province = await openProvince({ folder });
});
afterAll(() => province.hub.remove());

const signer = (name = 'Sở Nội vụ'): Party => pki.issue({ kind: 'agency', name, organisation: 'UBND tỉnh Mẫu' });

/** Posts a letter signed by this party and answers its receipt. */
const post = async (party: Party) => {
  const { bytes } = signPdf(makePdf(letterContent(letter), { size: 1000, seed: randomUUID() }), { party, at: new Date() });
  const message = documentMessage({
    ...{ from: 'H99.1', to: ['H99.2'], documentId: `H99.1,${randomUUID()}`, number: randomUUID().slice(0, 8) },
    files: [{ name: 'van-ban.pdf', bytes }],
  });
  const answer = await province.as.so1.post(message);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body;
};

const recordOf = async ({ recordId }: { readonly recordId: string }) => (await province.as.admin.get(`/v1/records/${recordId}`)).body;
const verdictOf = async (receipt: { readonly recordId: string }): Promise<string> => {
  const { verdict, reason } = await recordOf(receipt);
  return `${verdict}/${reason}`;
};

/** Lists as the authority would publish them now, carried to the hub on a stick. */
const carry = async (revoked: Parameters<Pki['revocationLists']>[0]): Promise<readonly string[]> => {
  const files = pki.revocationLists(revoked, new Date()).map((der, place) => ({ der, path: join(folder, `${randomUUID()}-${place}.crl`) }));
  for (const { der, path } of files) await writeFile(path, der);
  return files.map(({ path }) => path);
};

/** As an operator on the hub's machine, beside the running hub. */
const importAll = async (files: readonly string[]) =>
  (await runJson({ env: { LIENTHONG_DATA: folder, LIENTHONG_HUB: 'H99' }, words: ['crls', 'import', ...files] })).value;

const degraded = async (): Promise<readonly string[]> => (await province.as.none.get('/readyz')).body.degraded;

const within = async (seconds: number, isSo: () => Promise<boolean>): Promise<void> => {
  const end = Date.now() + seconds * 1000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Not so within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

/** The sender's row of the month in which the letters were promulgated. */
const figures = async () => {
  const { body } = await province.as.admin.get('/v1/compliance/2026-11');
  const { signed, signedRevocationUnknown: unknown } = body.rows.find(({ organ }: { organ: string }) => organ === 'H99.1');
  return { signed, unknown };
};

describe('revocation-unknown (contract §3: judged again when data arrive, and alerted if it turns bad)', () => {
  it('is accepted without alert, and turns invalid or valid within seconds of an imported list', { timeout: 120_000 }, async () => {
    const [bad, good, later] = [signer(), signer(), signer()];
    const receipts = [await post(bad), await post(good), await post(later)];
    for (const receipt of receipts) {
      expect(receipt.proof).toMatchObject({ verdict: 'undetermined', reason: 'revocation-unknown' });
      expect(receipt.alerts).toEqual([]);
    }
    await within(30, async () => (await figures()).unknown === 3);
    expect(await degraded()).toContain('crls');
    const imported = await importAll(
      await carry([
        { certificate: bad.certificate, at: new Date(Date.now() - 24 * hour), reason: 'keyCompromise' },
        // After the document was accepted: it was signed before, and stays good.
        { certificate: later.certificate, at: new Date(Date.now() + 60_000), reason: 'superseded' },
      ]),
    );
    expect(imported.errors).toEqual([]);
    expect(imported.imported.map(({ kind, added, entries }: Record<string, unknown>) => [kind, added, entries])).toEqual([
      ['crl', true, 0],
      ['crl', true, 2],
    ]);
    const [first, second, third] = receipts;
    await within(60, async () => (await verdictOf(first)) === 'invalid/revoked');
    await within(30, async () => (await verdictOf(second)) === 'valid/null');
    await within(30, async () => (await verdictOf(third)) === 'valid/null');

    const record = await recordOf(first);
    const [judged] = record.events.filter(({ kind }: { kind: string }) => kind === 'judged');
    expect(judged).toMatchObject({
      by: 'hub',
      text: 'Kiểm tra lại chữ ký số: CHỮ KÝ TOÀN VẸN, CHƯA KIỂM TRA ĐƯỢC THU HỒI → CHỨNG THƯ SỐ ĐÃ BỊ THU HỒI',
    });
    expect(record.proof.attachments[0].signatures[0].revocation).toContainEqual(
      expect.objectContaining({ source: 'crl', status: 'revoked' }),
    );
    const { items } = (await province.as.admin.get('/v1/alerts?kind=signature.invalid')).body;
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ recordId: first.recordId, severity: 'critical', state: 'open' });
    expect(items[0].vi).toMatch(/^Chứng thư số đã bị thu hồi – .* chứng thư số của Sở Nội vụ bị thu hồi từ \d\d:\d\d ngày/);
    expect(items[0].vi).toMatch(
      /Phát hiện khi kiểm tra lại lúc \d\d:\d\d ngày \d\d\/\d\d\/\d{4}; khi tiếp nhận chưa kiểm tra được thu hồi\.$/,
    );
    await within(30, async () => {
      const { signed, unknown } = await figures();
      return signed === 2 && unknown === 0;
    });
    // Whose it was known to be stays; what turned out valid teaches (contract, "Whose signatures").
    const again = (await recordOf(second)).proof;
    expect(again.attachments[0].signatures[0].signer).toMatchObject({ kind: 'agency', organ: 'H99.1', knownBy: 'guess' });
    expect(again.remarks).toEqual(second.proof.remarks);
    const met = await lienthong(folder, 'certificates', 'list');
    const documents = met.map(({ sightings }: { sightings: readonly { documents: number }[] }) => sightings.map((one) => one.documents));
    expect(documents.sort()).toEqual([[], [1], [1]]);
    // The receipt stays as first given, and says what was known then.
    expect((await province.as.so1.get(`/v1/records/${first.recordId}/receipt`)).body.proof ?? receipts[0].proof).toMatchObject({
      reason: 'revocation-unknown',
    });
  });

  it('loses and doubles nothing when the hub is killed in the middle of judging again', { timeout: 180_000 }, async () => {
    const [bad, good] = [signer('Sở Nội vụ (hai)'), signer('Sở Nội vụ (ba)')];
    for (const name of await readdir(join(folder, 'crls'))) await rm(join(folder, 'crls', name));
    await expect.poll(degraded, { timeout: 10_000 }).toContain('crls');
    const before = await figures();
    const receipts = await Promise.all(Array.from({ length: 12 }, (_, place) => post(place % 2 === 0 ? bad : good)));
    await within(30, async () => (await figures()).unknown === 12);
    const files = await carry([{ certificate: bad.certificate, at: new Date(Date.now() - 24 * hour), reason: 'keyCompromise' }]);
    expect((await importAll(files)).errors).toEqual([]);
    const judged = async (): Promise<number> => {
      const verdicts = await Promise.all(receipts.map(verdictOf));
      return verdicts.filter((verdict) => verdict !== 'undetermined/revocation-unknown').length;
    };
    await within(60, async () => (await judged()) > 0);
    // Killed, not stopped: nothing may depend on stopping well. Its lease ends after some seconds.
    await province.hub.kill();
    province = await province.again();
    await within(60, async () => (await judged()) === 12);
    const expected = receipts.map((_, place) => (place % 2 === 0 ? 'invalid/revoked' : 'valid/null'));
    expect(await Promise.all(receipts.map(verdictOf))).toEqual(expected);
    for (const receipt of receipts) {
      const { events } = await recordOf(receipt);
      expect(events.filter(({ kind }: { kind: string }) => kind === 'judged')).toHaveLength(1);
    }
    const { items } = (await province.as.admin.get('/v1/alerts?kind=signature.invalid')).body;
    const own = new Set(receipts.map(({ recordId }) => recordId));
    expect(items.filter(({ recordId, count }: { recordId: string; count: number }) => own.has(recordId) && count === 1)).toHaveLength(6);
    await within(30, async () => {
      const { signed, unknown } = await figures();
      return signed === before.signed + 6 && unknown === 0;
    });
  });
});
