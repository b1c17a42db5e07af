/** Issue 5a: `lienthong backup` beside a hub under load, then `restore` and a hub on what was restored. */
import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lienthong } from '../support/cli.ts';
import { type Client, clientOf } from '../support/client.ts';
import { type HubProcess, startHub, temporaryFolder } from '../support/hub.ts';
import { documentMessage } from '../support/message.ts';
import { seedStore } from '../support/seed.ts';

const codes = ['H99.1', 'H99.2', 'H99.3', 'H99.4'] as const;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a sender knows: when it had its 202 and what for. */
type Sent = { readonly at: string; readonly recordId: string; readonly sha256: string; readonly receipt: string; readonly message: Buffer };

/** One in three is kept as a file, the others as rows. */
const sendUntil = async (client: Client, from: string, stopped: () => boolean, sent: Sent[]): Promise<void> => {
  for (let turn = 0; !stopped(); turn += 1) {
    const documentId = `${from},2026/11/19,${randomUUID()}`;
    const bytes = new Uint8Array(turn % 3 === 0 ? 90_000 : 5_000).fill(turn);
    const to = codes.filter((code) => code !== from).slice(0, 1 + (turn % 3));
    const message = documentMessage({ from, to, documentId, number: documentId.slice(-12), files: [{ name: 'van-ban.pdf', bytes }] });
    const { status, body } = await client.post(message);
    await pause(50);
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    sent.push({ at: new Date().toISOString(), recordId: body.recordId, sha256: sha256(message), receipt: JSON.stringify(body), message });
  }
};

/** Everything the restored hub says of a message, against what its sender was told and what the first hub says. */
const compare = async (
  { recordId, sha256: digest, receipt }: Sent,
  admin: readonly [Client, Client],
  recipients: ReadonlyMap<string, Client>,
) => {
  const [before, after] = await Promise.all(admin.map((client) => client.get(`/v1/records/${recordId}`)));
  expect(after?.body).toEqual(before?.body);
  expect(JSON.stringify((await admin[1].get(`/v1/records/${recordId}/receipt`)).body)).toBe(receipt);
  for (const { deliveryId, organ } of JSON.parse(receipt).deliveries) {
    const bytes = await recipients.get(organ)?.bytes(`/v1/deliveries/${deliveryId}/envelope`);
    expect(sha256(bytes ?? new Uint8Array())).toBe(digest);
  }
};

describe('a backup made while agencies post', () => {
  let [folder, target, empty] = ['', '', ''];
  let keys: readonly string[] = [];
  let hub: HubProcess;
  let restored: HubProcess | undefined;
  const sent: Sent[] = [];
  const startedAt: string[] = [];
  let ended = false;

  beforeAll(async () => {
    [folder, target, empty] = (await Promise.all([temporaryFolder(), temporaryFolder(), temporaryFolder()])) as [string, string, string];
    const organs = codes.map((code) => ({ code }));
    keys = await seedStore(folder, organs, [...codes.map((system) => ({ system })), { system: 'admin', role: 'admin' as const }]);
    hub = await startHub({ folder });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([hub.kill(), restored?.kill()]);
    for (const each of [folder, target, empty]) await rm(each, { recursive: true, force: true });
  });

  test('takes two generations under load; the second copies only what is new', { timeout: 300_000 }, async () => {
    const load = codes.flatMap((code, index) => {
      const client = clientOf(hub.url, keys[index] ?? '');
      return [sendUntil(client, code, () => ended, sent), sendUntil(client, code, () => ended, sent)];
    });
    await expect.poll(() => sent.length, { timeout: 120_000 }).toBeGreaterThan(60);
    startedAt.push(new Date().toISOString());
    const first = await lienthong(folder, 'backup', join(target, 'sao-luu'));
    startedAt.push(new Date().toISOString());
    const second = await lienthong(folder, 'backup', join(target, 'sao-luu'));
    ended = true;
    await Promise.all(load);
    expect([first.flaws, second.flaws, first.manifest.missing, second.manifest.missing]).toEqual([[], [], [], []]);
    expect(first.copied.files).toBe(first.manifest.originals.count);
    expect(first.copied.files).toBeGreaterThan(10);
    expect(second.copied.files).toBe(second.manifest.originals.count - first.manifest.originals.count);
    expect(second.manifest.rows.record).toBeGreaterThan(first.manifest.rows.record);
    // Load went on all the time: else nothing of this was shown.
    expect(sent.filter(({ at }) => at > first.manifest.startedAt && at < second.manifest.finishedAt).length).toBeGreaterThan(10);
    expect(first.manifest.secret).toEqual(['hub-key.pem', 'lienthong.db', 'originals/']);
  });

  test('verify reads every row and original, and the whole chain of the journal', { timeout: 120_000 }, async () => {
    const verified = await lienthong(folder, 'backup', '--verify', join(target, 'sao-luu'));
    expect(verified).toMatchObject({ intact: true, flaws: [], journal: { brokenAt: null } });
    expect(verified.files).toBeGreaterThan(20);
    expect(verified.journal.sealed + verified.journal.unsealed).toBeGreaterThan(100);
  });

  test('the restored hub serves all that was accepted before the backup began, byte for byte', { timeout: 300_000 }, async () => {
    const { manifest } = await lienthong(empty, 'restore', join(target, 'sao-luu'));
    restored = await startHub({ folder: empty });
    const [live, back] = [hub, restored].map(({ url }) => keys.map((key) => clientOf(url, key))) as [Client[], Client[]];
    const admin = [live.at(-1), back.at(-1)] as [Client, Client];
    const recipients = new Map(codes.map((code, index) => [code as string, back[index] as Client]));
    const promised = sent.filter(({ at }) => at < (startedAt[1] ?? ''));
    expect(promised.length).toBeGreaterThan(60);
    // Several at a time: on a busy machine the load went on for longer, and there is more to compare.
    const rest = promised[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (const one of rest) await compare(one, admin, recipients);
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    const known = (await Promise.all(sent.map(({ recordId }) => back.at(-1)?.get(`/v1/records/${recordId}`)))).filter(
      (one) => one?.status === 200,
    );
    expect(known.length).toBe(manifest.rows.record);
  });

  test('and goes on: it takes new documents, answers a repeat with the first receipt, and says in its journal that it was restored', {
    timeout: 120_000,
  }, async () => {
    const client = clientOf(restored?.url ?? '', keys[0] ?? '');
    const fresh: Sent[] = [];
    await sendUntil(client, 'H99.1', () => fresh.length > 0, fresh);
    expect(fresh.length).toBe(1);
    const [promised] = sent.filter(({ receipt, at }) => receipt.includes('"H99.1,') && at < (startedAt[0] ?? '')) as [Sent];
    const repeated = await client.post(promised.message);
    expect([repeated.status, repeated.headers.get('replayed'), JSON.stringify(repeated.body)]).toEqual([202, 'true', promised.receipt]);
    // The same key signs: receipts of before and after come from one hub.
    const certificates = await Promise.all([hub, restored].map((one) => clientOf(one?.url ?? '', null).get('/v1/hub')));
    expect(certificates[0]?.body.certificates).toEqual(certificates[1]?.body.certificates);
    expect(await lienthong(empty, 'journal', 'verify')).toMatchObject({ intact: true });
  });
});
