/** The commands that speak HTTP, and those beside a running hub, as processes of their own (contract §7). */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HubProcess, startHub } from '../support/hub.ts';
import { documentMessage } from '../support/message.ts';
import { run, runJson, spawned } from './line.ts';

let folder: string;
let hub: HubProcess;
let store: Record<string, string>;
let keys: { so: string; xa: string; admin: string };

const agency = (key: string): Record<string, string> => ({ LIENTHONG_URL: hub.url, LIENTHONG_API_KEY: key });
const issue = async (...words: readonly string[]): Promise<string> =>
  (await runJson({ env: store, words: ['keys', 'issue', ...words] })).value.key;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-axis-'));
  hub = await startHub();
  store = { LIENTHONG_DATA: hub.folder, LIENTHONG_HUB: 'H99' };
  // Beside the running hub, which has never seen an organ.
  const path = join(folder, 'organs.csv');
  await writeFile(path, 'code,name,level\nH99.01,Sở Nội vụ,province\nH99.22,UBND xã Tân Lập,commune\n');
  expect(await runJson({ env: store, words: ['organs', 'import', path] }, spawned)).toMatchObject({ code: 0, value: { added: 2 } });
  keys = { so: await issue('H99.01'), xa: await issue('H99.22'), admin: await issue('trung-tam', '--role', 'admin') };
}, 120_000);
afterAll(async () => {
  await hub.remove();
  await rm(folder, { recursive: true, force: true });
});

const message = async (name: string, documentId: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, documentMessage({ from: 'H99.01', to: ['H99.22'], documentId, number: '7' }));
  return path;
};

describe('send and inbox', () => {
  it('send a file and print the receipt; the same again is the same receipt', async () => {
    const path = await message('7.edxml', 'H99.01,2026,7');
    const first = await runJson({ env: agency(keys.so), words: ['send', path] }, spawned);
    expect(first.code).toBe(0);
    expect(first.value).toMatchObject({
      documentId: 'H99.01,2026,7',
      kind: 'document',
      deliveries: [{ organ: 'H99.22', state: 'queued' }],
    });
    const again = await run({ env: agency(keys.so), words: ['send', path] });
    expect(again.out).toContain('trước đây');
    expect(again.out).toContain(first.value.recordId);
    // What an official reads has no English word but SHA-256.
    expect(again.out).toContain('H99.22 – chờ tải về');
    expect(again.out).toContain('(GMT+7)');
    const listed = await run({ env: agency(keys.xa), words: ['inbox'] });
    expect(listed.out).toContain('CHƯA KÝ SỐ');
    expect(`${again.out}${listed.out}`).not.toMatch(/queued|unsigned|undetermined|DocumentId/);
  });

  it('check at the hub without sending, and print the signed receipt', async () => {
    const path = await message('8.edxml', 'H99.01,2026,8');
    expect(await runJson({ env: agency(keys.so), words: ['send', path, '--check'] })).toMatchObject({ code: 0, value: { errors: [] } });
    expect((await runJson({ env: agency(keys.xa), words: ['inbox'] })).value.items).toHaveLength(1);
    const signed = await run({ env: agency(keys.so), words: ['send', path, '--xml'] });
    expect(signed.out).toContain('urn:lienthong:receipt:1');
  });

  it('collect byte for byte, acknowledge, and leave nothing waiting', async () => {
    const into = join(folder, 'van-ban-den');
    const { code, value } = await runJson({ env: agency(keys.xa), words: ['inbox', '--collect', into] });
    expect(code).toBe(0);
    expect(value).toMatchObject({ failed: 0 });
    expect(value.collected).toHaveLength(2);
    const sent = await Promise.all(['7.edxml', '8.edxml'].map((name) => readFile(join(folder, name), 'utf8')));
    const got = await Promise.all(value.collected.map((one: { file: string }) => readFile(one.file, 'utf8')));
    expect(got.sort()).toEqual(sent.sort());
    expect((await readdir(into)).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect((await run({ env: agency(keys.xa), words: ['inbox'] })).out).toContain('Không có văn bản chờ nhận');
  });
});

describe('refusals end as contract §7 says', () => {
  it('65 for the input’s fault, with the hub’s problem as the JSON value', async () => {
    const path = join(folder, 'junk.edxml');
    await writeFile(path, 'not xml');
    const { code, value, err } = await runJson({ env: agency(keys.so), words: ['send', path] });
    expect(code).toBe(65);
    expect(value).toMatchObject({ code: 'envelope.malformed', status: 400, errors: [{ code: 'envelope.malformed' }] });
    expect(err).toContain('envelope.malformed');
  });

  it('77 without access: no key, a wrong key, a key of another', async () => {
    const path = await message('9.edxml', 'H99.01,2026,9');
    expect((await run({ env: { LIENTHONG_URL: hub.url }, words: ['send', path] })).code).toBe(77);
    // Refused before the body is asked for; the process still ends by itself.
    expect(await runJson({ env: agency('lt_wrong'), words: ['send', path] }, spawned)).toMatchObject({
      code: 77,
      value: { code: 'key.invalid' },
    });
    expect(await runJson({ env: agency('lt_wrong'), words: ['inbox'] })).toMatchObject({ code: 77, value: { code: 'key.invalid' } });
    expect(await runJson({ env: agency(keys.xa), words: ['send', path] })).toMatchObject({
      code: 77,
      value: { code: 'sender.not-caller' },
    });
    expect(await runJson({ env: agency(keys.admin), words: ['inbox'] })).toMatchObject({ code: 77, value: { code: 'role.insufficient' } });
  });

  it('75 where no hub answers, 64 for an address that is none', async () => {
    const away = { ...agency(keys.so), LIENTHONG_URL: 'http://127.0.0.1:1' };
    expect(await runJson({ env: away, words: ['inbox'] })).toMatchObject({ code: 75, value: { code: 'later' } });
    expect((await run({ env: agency(keys.so), words: ['inbox', '--url', 'ftp://x'] })).code).toBe(64);
  });
});

describe('a server that is no hub', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    // Answers 502 to GET, accepts an upload without "100 Continue", and hands out bytes of another digest.
    server = createServer((request, response) => {
      if (request.url?.endsWith('/envelope')) response.end('other bytes');
      else if (request.url?.startsWith('/lie/v1/inbox'))
        response.end(
          JSON.stringify({
            items: [{ deliveryId: 'd_1', recordId: 'r_1', organ: 'H99.22', kind: 'document', sha256: 'a'.repeat(64), size: 11 }],
            next: null,
          }),
        );
      else if (request.method === 'POST') request.resume().on('end', () => response.end(JSON.stringify({ state: 'queued' })));
      else response.writeHead(502).end('<html>Bad Gateway</html>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it('is told apart: 75 for a gateway’s failure', async () => {
    expect(await runJson({ env: agency('lt_x'), words: ['inbox', '--url', url] })).toMatchObject({ code: 75, value: { code: 'http.502' } });
  });

  it('never puts a file in place whose SHA-256 is not the promised one', async () => {
    const into = join(folder, 'nothing');
    const { code, value } = await runJson({ env: agency('lt_x'), words: ['inbox', '--url', `${url}/lie`, '--collect', into] });
    expect(code).toBe(75);
    expect(value).toEqual({ collected: [], failed: 1 });
    expect(await readdir(into)).toEqual([]);
  });
});

describe('simulate', () => {
  it('sends documents that say they are simulated; the other side collects and reports', async () => {
    const words = ['simulate', '--from', 'H99.01', '--to', 'H99.22', '--count', '3', '--rate', '0'];
    const { code, value } = await runJson({ env: agency(keys.so), words });
    expect(value).toMatchObject({ refused: [], sent: [{ verdict: 'unsigned' }, { verdict: 'unsigned' }, { verdict: 'unsigned' }] });
    expect(code).toBe(0);
    const back = await runJson({ env: agency(keys.xa), words: ['simulate', '--from', 'H99.22', '--count', '0', '--receive'] });
    expect(back.value).toMatchObject({ sent: [], collected: 3, reported: 3 });
    const reports = (await runJson({ env: agency(keys.so), words: ['inbox'] })).value.items;
    expect(reports.filter((one: { statusCode: string | null }) => one.statusCode === '03')).toHaveLength(3);
  });

  it('counts in the month at once, also for a report beside the running hub', async () => {
    const month = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 7);
    const { value } = await runJson({ env: store, words: ['report', month] }, spawned);
    const row = value.rows.find((one: { organ: string }) => one.organ === 'H99.01');
    expect(row.electronicOnly).toBeGreaterThanOrEqual(3);
    expect(row.notes.join()).toContain('VB chưa ký số');
  });

  it('wants to know from whom and to whom', async () => {
    expect((await run({ env: agency(keys.so), words: ['simulate', '--from', 'H99.01'] })).code).toBe(64);
    expect((await run({ env: agency(keys.so), words: ['simulate', '--from', 'H99.01', '--to', 'H99.22', '--count', 'many'] })).code).toBe(
      64,
    );
  });
});
