/** `GET /v1/records/{id}/evidence` against a running hub: what stands in the file, who may have it, and that it is the same each time. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvidenceManifest } from '../../src/records/evidence-file.ts';
import { evidenceDigest, type Judgement } from '../../src/records/judgement.ts';
import { readCertificate } from '../../src/signature/path/certificate.ts';
import { readCrl } from '../../src/signature/revocation/crl/list.ts';
import { hasOracle } from '../support/oracle.ts';
import { seedAnchors } from '../support/seed.ts';
import { openTestDoor, type TestDoor } from './door.ts';
import { openPapers } from './papers.ts';
import { type Talk, talkTo } from './talk.ts';

const hasPython = hasOracle('python3');
const hasGuideTools = ['openssl', 'perl', 'bash'].map((one) => hasOracle(one, one === 'openssl' ? 'version' : '--version')).every(Boolean);

let door: TestDoor;
let talk: Talk;
let papers: Awaited<ReturnType<typeof openPapers>>;
let anchors: string;
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

beforeAll(async () => {
  papers = await openPapers();
  anchors = mkdtempSync(join(tmpdir(), 'lienthong-anchors-'));
  await seedAnchors(anchors, [papers.root], [papers.issuing]);
  mkdirSync(join(anchors, 'crls'));
  for (const [place, list] of papers.revocationLists.entries()) writeFileSync(join(anchors, 'crls', `${place}.crl`), list);
  door = await openTestDoor({}, undefined, { LIENTHONG_ANCHORS: join(anchors, 'anchors'), LIENTHONG_CRLS: join(anchors, 'crls') });
  talk = await talkTo(door.url);
});
afterAll(async () => {
  await door.close();
  rmSync(anchors, { recursive: true });
});

const posted = async (file: 'signed' | 'unsigned' | 'altered', to = ['H99.5']): Promise<{ recordId: string; bytes: Buffer }> => {
  const bytes = papers.letter(file, { to });
  const answer = await talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes });
  return { recordId: String(answer.body.recordId), bytes };
};
const download = async (recordId: string, key = door.keys.sender) => {
  const response = await fetch(`${door.url}/v1/records/${recordId}/evidence`, { headers: { authorization: `Bearer ${key}` } });
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(response.headers.get('content-type')).toBe('application/zip');
  expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
  const entries = unzipSync(bytes);
  const json = (name: string): unknown => JSON.parse(Buffer.from(entries[name] ?? []).toString('utf8'));
  return { bytes, entries, manifest: json('manifest.json') as EvidenceManifest, judgements: json('judgements.json') as Judgement[], json };
};

describe('the evidence of a record', () => {
  it('holds the message, every judging and all that was used, each by the digest in the manifest', async () => {
    const { recordId, bytes } = await posted('signed');
    const { entries, manifest, judgements, json } = await download(recordId);
    expect(Object.keys(entries).filter((name) => !name.includes('/'))).toEqual([
      ...['DOC-TOI.txt', 'judgements.json', 'manifest.json', 'message.edxml', 'proof.json', 'receipt.xml'],
    ]);
    expect(Buffer.from(entries['message.edxml'] ?? []).equals(bytes)).toBe(true);
    const { body: record } = await talk.ask('GET', `/v1/records/${recordId}`, { key: door.keys.sender });
    expect(json('proof.json')).toEqual(record.proof);
    expect(judgements.map(({ proof }) => proof)).toEqual([record.proof]);
    expect(manifest.entries.map(({ name }) => name)).toEqual(
      Object.keys(entries)
        .filter((name) => name !== 'manifest.json')
        .sort(),
    );
    for (const { name, sha256, size } of manifest.entries)
      expect([digestOf(entries[name] ?? new Uint8Array()), entries[name]?.length]).toEqual([sha256, size]);
    expect(manifest).toMatchObject({ recordId, original: { sha256: digestOf(bytes), size: bytes.length }, missing: [] });
  });

  it('names version, instants, rules, anchors and items, and carries the anchor and the chain', async () => {
    const { recordId } = await posted('signed');
    const { entries, manifest } = await download(recordId);
    const { evidence } = manifest;
    const root = digestOf(papers.root);
    expect(evidence).toMatchObject({ version: door.hub.version, anchors: [root], rules: { trust: true, revocation: true, expiry: true } });
    expect(evidence.at).toBe(evidence.judgedAt);
    expect(evidence.items.map(({ kind }) => kind)).toEqual(['certificate', 'certificate', 'certificate', 'crl', 'crl']);
    for (const { kind, sha256 } of evidence.items) {
      const der = entries[kind === 'crl' ? `crls/${sha256}.crl` : `certificates/${sha256}.cer`] ?? new Uint8Array();
      expect(kind === 'crl' ? readCrl(der)?.sha256() : readCertificate(der).sha256).toBe(sha256);
    }
    expect(evidence.items.map(({ sha256 }) => sha256)).toEqual(expect.arrayContaining([root, digestOf(papers.issuing)]));
  });

  it('stands under a digest in the sealed journal', async () => {
    const { recordId } = await posted('signed');
    const { manifest, judgements } = await download(recordId);
    await door.hub.journal.seal(1000);
    const entry = (await door.hub.journal.list(0, 1000)).find(({ subject, act }) => subject === recordId && act === 'accepted');
    expect(entry?.details.evidence).toBe(manifest.evidenceSha256);
    expect(evidenceDigest(manifest.evidence)).toBe(manifest.evidenceSha256);
    expect(judgements[0]?.evidence).toEqual(manifest.evidence);
    expect(entry?.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same to the byte each time', async () => {
    const { recordId } = await posted('altered');
    const first = await download(recordId);
    expect((await download(recordId)).bytes.equals(first.bytes)).toBe(true);
  });

  it('explains itself in Vietnamese and English', async () => {
    const { recordId } = await posted('unsigned');
    const { entries } = await download(recordId);
    const text = Buffer.from(entries['DOC-TOI.txt'] ?? []).toString('utf8');
    for (const words of ['lienthong verify --evidence', 'openssl verify', 'Tệp không có chữ ký số', 'it can be repeated years later'])
      expect(text).toContain(words);
  });

  it.skipIf(!hasPython)('is a zip that other programs take', async () => {
    const { recordId } = await posted('signed');
    const { bytes } = await download(recordId);
    const folder = mkdtempSync(join(tmpdir(), 'lienthong-zip-'));
    writeFileSync(join(folder, 'a.zip'), bytes);
    const tested = execFileSync('python3', [
      '-c',
      'import sys,zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())',
      join(folder, 'a.zip'),
    ]);
    expect(tested.toString().trim()).toBe('None');
    rmSync(folder, { recursive: true });
  });

  it.skipIf(!hasGuideTools)('lets openssl repeat the verdict as its guide says', async () => {
    const { recordId } = await posted('signed');
    const { entries } = await download(recordId);
    const guide = Buffer.from(entries['DOC-TOI.txt'] ?? []).toString('utf8');
    const folder = mkdtempSync(join(tmpdir(), 'lienthong-guide-'));
    for (const [name, content] of Object.entries(entries)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    const script = guide
      .slice(guide.indexOf('Bằng openssl'))
      .split('\n')
      .filter((line) => line.startsWith('  '))
      .map((line) => line.trim());
    const commands = script.join('\n');
    const range = `read a b c d < <(grep -ao 'ByteRange *\\[[^]]*' tep.pdf | tail -1 | tr -cd '0-9 '; echo)`;
    const at = commands.indexOf('# 2.');
    const full = `set -e\n${commands.slice(0, at)}\n${range}\n${commands.slice(at)}`;
    const output = spawnSync('bash', ['-c', `exec 2>&1\n${full}`], { cwd: folder, encoding: 'utf8' }).stdout;
    expect(output).toContain('CMS Verification successful');
    expect(output).toContain('nguoi-ky.pem: OK');
    rmSync(folder, { recursive: true });
  });
});

describe('who may have the evidence', () => {
  it('sender, recipient and administrator may; the receipt is for the first and the last', async () => {
    const { recordId } = await posted('signed');
    const [sender, recipient, admin] = await Promise.all(
      [door.keys.sender, door.keys.recipient, door.keys.admin].map((key) => download(recordId, key)),
    );
    expect(admin?.bytes.equals(sender?.bytes ?? Buffer.alloc(0))).toBe(true);
    expect(Object.keys(sender?.entries ?? {})).toContain('receipt.xml');
    expect(Object.keys(recipient?.entries ?? {})).not.toContain('receipt.xml');
  });

  it('anybody else learns nothing: 404, and a recipient while the document is held', async () => {
    const { recordId } = await posted('signed');
    const held = await posted('altered');
    const ask = (id: string, key?: string) => talk.ask('GET', `/v1/records/${id}/evidence`, key === undefined ? {} : { key });
    expect((await ask(recordId, door.keys.neighbour)).body.code).toBe('resource.unknown');
    expect((await ask(held.recordId, door.keys.recipient)).status).toBe(404);
    expect((await ask(held.recordId, door.keys.admin)).status).toBe(200);
    expect((await ask('nothing', door.keys.admin)).status).toBe(404);
    expect((await ask(recordId)).status).toBe(401);
  });

  it('a recipient that was added later gets the message that named it', async () => {
    const first = papers.letter('signed');
    const { body } = await talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes: first });
    const more = Buffer.from(first.toString('utf8').replace(/(<edXML:To>.*?)H99\.5(.*?<\/edXML:To>)/s, '$1H99.22$2'));
    expect(more.equals(first)).toBe(false);
    await talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes: more });
    const { manifest, entries } = await download(body.recordId, door.keys.recipient);
    expect(manifest.original.sha256).toBe(digestOf(first));
    expect(Buffer.from(entries['message.edxml'] ?? []).equals(first)).toBe(true);
  });

  it('a purged original is 410, a status without evidence 404', async () => {
    const { recordId, bytes } = await posted('signed');
    const open = door.hub.originals.open;
    const purged = await openTestDoor({}, (hub) => ({
      ...door.hub,
      originals: { ...hub.originals, open: async (sha256) => (sha256 === digestOf(bytes) ? null : open(sha256)) },
    }));
    const answer = await fetch(`${purged.url}/v1/records/${recordId}/evidence`, {
      headers: { authorization: `Bearer ${door.keys.sender}` },
    });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([410, 'original.purged']);
    await purged.close();
  });
});
