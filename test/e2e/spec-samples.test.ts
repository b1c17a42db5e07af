/** Every sample of spec/ at a running hub whose directory and keys came in by the command line. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lienthong } from '../support/cli.ts';
import { type Client, clientOf } from '../support/client.ts';
import { type HubProcess, root, startHub, temporaryFolder } from '../support/hub.ts';

const folder = join(root, 'spec/samples');
const inFolder = (kind: string): readonly string[] => readdirSync(join(folder, kind)).filter((name) => name.endsWith('.xml'));
const sample = (kind: string, name: string): Buffer => readFileSync(join(folder, kind, name));
/** The sender, read as text: some samples are no XML at all. */
const senderOf = (bytes: Buffer): string => /From>\s*<(?:\w+:)?OrganId>\s*([^<\s]+)/.exec(bytes.toString())?.[1] ?? 'H99.22';

let hub: HubProcess;
const clients = new Map<string, Client>();
const places = new Map<string, string>();

beforeAll(async () => {
  const store = await temporaryFolder();
  const imported = await lienthong(store, 'organs', 'import', join(folder, 'directory.csv'));
  expect(imported).toMatchObject({ added: 8, changed: 0, errors: [] });
  const codes = readFileSync(join(folder, 'directory.csv'), 'utf8').split(/\r?\n/).slice(1).filter(Boolean);
  // Two at once: each is a process, and they share the store with the others.
  await Promise.all(
    codes.map(async (row) => {
      const [code = '', oldCode = '', , , , , , , , member] = row.split(',');
      if (member === 'false') return;
      const { key } = await lienthong(store, 'keys', 'issue', code);
      for (const name of [code, oldCode]) clients.set(name, clientOf('', key));
      places.set(code, key);
    }),
  );
  hub = await startHub({ folder: store, env: { LIENTHONG_HUB: 'H99.W00' } });
  const truc = await lienthong(store, 'keys', 'issue', 'TRUC', '--role', 'hub');
  const admin = await lienthong(store, 'keys', 'issue', 'admin', '--role', 'admin');
  for (const [code, key] of [...places, ['truc', truc.key], ['admin', admin.key]] as const) clients.set(code, clientOf(hub.url, key));
}, 60_000);
afterAll(() => hub.remove());

const clientFor = (code: string): Client => {
  const current = code.replace(/^000\.00\.(\d\d)\.H99$/, 'H99.$1');
  return clients.get(places.has(current) ? current : 'truc') as Client;
};

describe('the samples', () => {
  const accepts = async (name: string): Promise<void> => {
    const bytes = sample('valid', name);
    const answer = await clientFor(senderOf(bytes)).post(bytes);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  };
  // One of the invalid ones answers a request that a valid recall, update or status makes later.
  const isNew = (name: string): boolean => name.startsWith('document-');
  const documents = inFolder('valid').filter(isNew);
  const later = inFolder('valid').filter((name) => !isNew(name));

  it.each(documents)('valid/%s is accepted from its own system', accepts);

  it.each(inFolder('invalid'))('invalid/%s is refused with its code and a place, and nothing is kept', async (name) => {
    const code = name.split('--')[0] ?? '';
    const bytes = sample('invalid', name);
    const sender = senderOf(bytes);
    const client = clientFor(code !== 'sender.not-caller' ? sender : sender === 'H99.02' ? 'H99.22' : 'H99.02');
    const before = await counted();
    const answer = await client.post(bytes);
    expect(answer.body.code, JSON.stringify(answer.body)).toBe(code);
    if (!/^envelope\.(malformed|namespace|too-complex)$|^sender\.locked$/.test(code)) {
      expect(answer.body.at).toMatch(/^[A-Z][A-Za-z]*(\[\d+\])?(\/@?[A-Za-z]+(\[\d+\])?)*$/);
    }
    expect(await counted()).toEqual(before);
    expect(existsSync(join(hub.folder, 'spool')) ? readdirSync(join(hub.folder, 'spool')) : []).toEqual([]);
  });

  it.each(later)('valid/%s is accepted from its own system', accepts);
});

const counted = async (): Promise<unknown> => {
  const admin = clients.get('admin') as Client;
  const [accepted, held] = await Promise.all(['accepted', 'held'].map((outcome) => admin.get(`/v1/records?limit=1000&outcome=${outcome}`)));
  return { accepted: accepted?.body.items.length, held: held?.body.items.length, originals: originals() };
};
const originals = (): number =>
  readdirSync(join(hub.folder, 'originals'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length;
