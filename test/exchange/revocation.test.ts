/** Fetching what is missing and judging again, on a real store, real threads and a real server of the authority. */

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { letterContent } from '../../src/demo/letter.ts';
import { makePdf } from '../../src/demo/pdf.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { type Authority, makePki, type Party, type Pki } from '../../src/demo/pki.ts';
import { acceptEnvelope } from '../../src/exchange/accept.ts';
import { type RefreshMemory, refreshRevocation } from '../../src/exchange/revocation/refresh.ts';
import { rejudge } from '../../src/exchange/revocation/rejudge.ts';
import { rejudging } from '../../src/exchange/revocation/rounds.ts';
import type { Hub } from '../../src/hub.ts';
import { type OpenHub, openHub } from '../../src/open.ts';
import type { DocumentReceipt } from '../../src/records/record.ts';
import { readCertificate } from '../../src/signature/path/certificate.ts';
import { writeCertificate } from '../../src/signature/sign/certificate.ts';
import { type CrlEntry, writeCrl } from '../../src/signature/sign/crl.ts';
import { makeHubKey } from '../../src/signature/sign/own.ts';
import { answerOf } from '../signature/revocation/responder.ts';
import { documentMessage } from '../support/message.ts';
import { seedAnchors, seedStore } from '../support/seed.ts';
import { letter } from '../support/signed-files.ts';

const day = 86_400_000;
const start = new Date();
const days = (count: number): Date => new Date(start.getTime() + count * day);

let folder: string;
let pki: Pki;
let issuing: Authority;
let server: Server;
let site: string;
/** What the authority serves by path, and what it was asked. */
const pages = new Map<string, (body: Buffer) => Uint8Array>();
const asked: string[] = [];
const open: OpenHub[] = [];
let hub: Hub;
let now = start;
let serial = 0;
/** Made once: a hub without one makes its own, which takes a while. */
let key: Readonly<Record<string, string>>;

const serve = async (): Promise<void> => {
  server = createServer(async (request, response) => {
    asked.push(request.url ?? '');
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const page = pages.get(request.url ?? '');
    if (page === undefined) response.writeHead(404).end();
    else response.end(page(Buffer.concat(pieces)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const list = (
  by: Authority,
  entries: readonly CrlEntry[] = [],
  thisUpdate = now,
  nextUpdate = new Date(now.getTime() + 7 * day),
): Uint8Array =>
  writeCrl({
    issuer: by.name,
    issuerKey: by.keys.privateKey,
    entries,
    thisUpdate,
    nextUpdate,
    number: Math.trunc(thisUpdate.getTime() / 1000),
  });

/** A signer whose certificate names these addresses of the authority. */
const signer = (addresses: { readonly crlUrl?: string; readonly ocspUrl?: string }): Party => {
  const { key, ...party } = pki.issue({ kind: 'agency', name: 'Sở Nội vụ', organisation: 'UBND tỉnh Mẫu', keyKind: 'ec' });
  const { key: publicKey } = readCertificate(party.certificate);
  if (publicKey === null) throw new Error('no key');
  const certificate = writeCertificate({
    subject: { country: 'VN', organisation: 'UBND tỉnh Mẫu', commonName: 'Sở Nội vụ' },
    issuer: issuing.name,
    subjectKey: publicKey,
    issuerKey: issuing.keys.privateKey,
    issuerPublicKey: issuing.keys.publicKey,
    ...{ validFrom: days(-100), validTo: days(700), usages: ['digitalSignature', 'nonRepudiation'] },
    ...addresses,
  });
  return { ...party, key, certificate, chain: [issuing.certificate, pki.root.certificate] };
};

const openOne = async (env: Readonly<Record<string, string>> = {}): Promise<Hub> => {
  const opened = await openHub(
    readConfig({
      ...{ LIENTHONG_DATA: folder, LIENTHONG_HUB: 'H99', LIENTHONG_DISK_MIN: '0', LIENTHONG_FETCH: 'on' },
      LIENTHONG_FETCH_HOSTS: new URL(site).host,
      ...key,
      ...env,
    }),
  );
  open.push(opened);
  return { ...opened, now: () => now };
};

beforeAll(async () => {
  await serve();
  pki = await makePki({ now: start, rsaKeys: 1 });
  const { keyPem, certificatePem } = await makeHubKey({ code: 'H99', name: 'tỉnh Mẫu', now: start });
  key = { LIENTHONG_KEY: keyPem, LIENTHONG_CERT: certificatePem };
  issuing = {
    ...pki.sister,
    certificate: writeCertificate({
      subject: pki.sister.name,
      issuer: pki.root.name,
      subjectKey: pki.sister.keys.publicKey,
      issuerKey: pki.root.keys.privateKey,
      issuerPublicKey: pki.root.keys.publicKey,
      ...{ validFrom: days(-1000), validTo: days(1000), authority: { pathLength: 0 }, usages: ['keyCertSign', 'cRLSign'] },
      crlUrl: `${site}/root.crl`,
    }),
  };
});
afterAll(() => server.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-revocation-'));
  await seedStore(folder, [{ code: 'H99.1' }, { code: 'H99.2' }], []);
  await seedAnchors(folder, [pki.root.certificate], [issuing.certificate]);
  now = start;
  pages.clear();
  asked.length = 0;
  hub = await openOne();
  return async () => {
    for (const one of open.splice(0)) await one.close();
    await rm(folder, { recursive: true, force: true });
  };
});

const signedBy = (party: Party, seed: string): Uint8Array =>
  signPdf(makePdf(letterContent(letter), { size: 1000, seed }), { party, at: now }).bytes;

/** `annex`: who signed a second file. */
const send = async (party: Party, annex?: Party): Promise<DocumentReceipt> => {
  serial += 1;
  const annexes = annex === undefined ? [] : [{ name: 'phu-luc.pdf', bytes: signedBy(annex, `annex ${serial}`) }];
  const message = documentMessage({
    ...{ from: 'H99.1', to: ['H99.2'], documentId: `H99.1,${serial}`, number: `${serial}` },
    files: [{ name: 'van-ban.pdf', bytes: signedBy(party, `${serial}`) }, ...annexes],
  });
  const spooled = await hub.originals.spool(Readable.from([message]), hub.maxBytes);
  try {
    const { receipt } = await acceptEnvelope(hub, { caller: { keyId: 'k', system: 'H99.1', role: 'agency' }, spooled });
    return receipt as DocumentReceipt;
  } finally {
    await hub.originals.discard(spooled);
  }
};

const never = new AbortController().signal;
const refresh = (memory: RefreshMemory = { asked: new Map(), after: null }) => refreshRevocation(hub, memory, never);
const outcomes = async (memory?: RefreshMemory): Promise<readonly string[]> =>
  (await refresh(memory)).map(({ url, outcome }) => `${outcome} ${url.replace(site, '')}`);
const verdictOf = async ({ recordId }: { readonly recordId: string }): Promise<string> => {
  const record = (await hub.records.get(recordId))?.record;
  return `${record?.verdict}/${record?.reason}`;
};
const files = async (): Promise<readonly string[]> =>
  (await readdir(join(folder, 'crls')).catch(() => [])).filter((name) => !name.startsWith('.'));
const events = async ({ recordId }: { readonly recordId: string }, kind: string) =>
  (await hub.records.events(recordId)).filter((event) => event.kind === kind);
const figure = async (name: string): Promise<number> => {
  await hub.journal.seal(1000);
  const sums = await hub.figures.sums('2026-01-01', '2026-12-31');
  return sums.filter(({ organ, figure: one }) => organ === 'H99.1' && one === name).reduce((sum, { value }) => sum + value, 0);
};

it('fetches the lists that a waiting document and the installed authorities name, and then judges it again', async () => {
  const receipt = await send(signer({ crlUrl: `${site}/cp.crl` }));
  expect([receipt.proof.reason, asked]).toEqual(['revocation-unknown', []]);
  pages.set('/root.crl', () => list(pki.root));
  pages.set('/cp.crl', () => list(issuing));
  const memory: RefreshMemory = { asked: new Map(), after: null };
  expect(await outcomes(memory)).toEqual(['kept /root.crl', 'kept /cp.crl']);
  expect(await outcomes(memory)).toEqual([]);
  await rejudging(hub)(never);
  expect(await verdictOf(receipt)).toBe('valid/null');
  expect([await figure('signed-valid'), await figure('signed-revocation-unknown')]).toEqual([1, 0]);
  const judgements = await hub.evidence.judgements(receipt.recordId);
  expect(judgements.map(({ proof }) => proof.verdict)).toEqual(['undetermined', 'valid']);
  expect(judgements[1]?.evidence.items.filter(({ kind }) => kind === 'crl')).toHaveLength(2);
  expect(judgements[1]?.evidence.at).toBe(receipt.acceptedAt);
});

it('asks nobody while fetching is off, nor about a path that no longer ends in a pinned anchor', async () => {
  await send(signer({ crlUrl: `${site}/cp.crl` }));
  hub = await openOne({ LIENTHONG_FETCH: 'off' });
  expect(await refresh()).toEqual([]);
  await writeFile(join(folder, 'anchors', 'anchors.sha256'), '');
  hub = await openOne();
  expect(await refresh()).toEqual([]);
  expect(asked).toEqual([]);
});

it('keeps nothing that the authority has not signed, and never an older list for a newer one', async () => {
  await send(signer({ crlUrl: `${site}/cp.crl` }));
  pages.set('/root.crl', () => Buffer.from('<html>'));
  pages.set('/cp.crl', () => list({ ...issuing, keys: pki.strangerIssuing.keys }));
  expect((await refresh()).map(({ outcome, why }) => `${outcome} ${why}`)).toEqual(['bad unreadable', 'bad signature-wrong']);
  expect(await files()).toEqual([]);
  const newer = list(issuing, [], now);
  pages.set('/cp.crl', () => newer);
  await refresh();
  const [kept] = (await files()).filter((name) => name.startsWith('crl-'));
  pages.set('/cp.crl', () => list(issuing, [], days(-3), days(30)));
  now = days(2);
  expect((await refresh()).find(({ url }) => url.endsWith('/cp.crl'))).toMatchObject({ outcome: 'older', why: kept });
  expect(await files()).toEqual([kept]);
});

it('renews a list before it ends, in place of the old one', async () => {
  pages.set('/root.crl', () => list(pki.root));
  const memory: RefreshMemory = { asked: new Map(), after: null };
  expect(await outcomes(memory)).toEqual(['kept /root.crl']);
  const before = await files();
  now = new Date(start.getTime() + 0.5 * day);
  expect(await outcomes(memory)).toEqual([]);
  now = new Date(start.getTime() + 6.9 * day);
  expect(await outcomes(memory)).toEqual(['kept /root.crl']);
  const after = await files();
  expect([before.length, after.length, before[0] === after[0]]).toEqual([1, 1, false]);
  // A new process knows from the file where it came from.
  now = new Date(now.getTime() + 6.9 * day);
  expect(await outcomes()).toEqual(['kept /root.crl']);
});

it('asks a responder where no list is named, and takes only the answer to its own question', async () => {
  const party = signer({ ocspUrl: `${site}/ocsp` });
  const receipt = await send(party);
  const [certificate, issuer] = [readCertificate(party.certificate), readCertificate(issuing.certificate)];
  const answered = (nonce: (body: Buffer) => Buffer) => (body: Buffer) =>
    answerOf({
      singles: [{ certificate, issuer, thisUpdate: now, nextUpdate: days(1) }],
      by: { certificate: issuer, key: issuing.keys.privateKey },
      producedAt: now,
      nonce: nonce(body),
    });
  pages.set('/root.crl', () => list(pki.root));
  pages.set(
    '/ocsp',
    answered(() => Buffer.alloc(16)),
  );
  expect((await refresh()).at(-1)).toMatchObject({ outcome: 'bad', why: 'another nonce' });
  // The nonce is the last thing in a request.
  pages.set(
    '/ocsp',
    answered((body) => body.subarray(-16)),
  );
  expect((await refresh()).at(-1)).toMatchObject({ outcome: 'kept' });
  await rejudging(hub)(never);
  expect(await verdictOf(receipt)).toBe('valid/null');
});

it('changes a verdict once, whoever and however often it is judged again', async () => {
  const party = signer({ crlUrl: `${site}/cp.crl` });
  const receipts = [await send(party), await send(party), await send(signer({ crlUrl: `${site}/cp.crl` }))];
  pages.set('/root.crl', () => list(pki.root));
  const { serialBytes } = readCertificate(party.certificate);
  pages.set('/cp.crl', () => list(issuing, [{ serial: serialBytes, revokedAt: days(-2), reason: 'keyCompromise' }]));
  await refresh();
  const second = await openOne();
  await Promise.all([rejudging(hub)(never), rejudging(second)(never), rejudging(hub)(never)]);
  await rejudging(hub)(never);
  expect(await Promise.all(receipts.map(verdictOf))).toEqual(['invalid/revoked', 'invalid/revoked', 'valid/null']);
  for (const receipt of receipts) {
    expect(await events(receipt, 'judged')).toHaveLength(1);
    expect(await hub.evidence.judgements(receipt.recordId)).toHaveLength(2);
  }
  expect(await figure('signed-revocation-unknown')).toBe(0);
  expect([await figure('signed-valid'), await figure('verdict:invalid/revoked')]).toEqual([1, 2]);
  const { items } = await hub.alerts.list({ organs: null, limit: 100, kind: 'signature.invalid' });
  expect(items.map(({ count }) => count)).toEqual([1, 1]);
});

it('judges again a valid document with an annex whose revocation was unknown: a revoked one makes the whole invalid', async () => {
  await writeFile(join(folder, 'anchors', 'second.cer'), pki.issuing.certificate);
  await mkdir(join(folder, 'crls'), { recursive: true });
  await writeFile(join(folder, 'crls', 'root.crl'), list(pki.root));
  await writeFile(join(folder, 'crls', 'first.crl'), list(issuing));
  const [good, bad] = [1, 2].map((place) =>
    pki.issue({ kind: 'agency', name: `Phòng ${place}`, organisation: 'UBND tỉnh Mẫu', keyKind: 'ec' }),
  );
  if (good === undefined || bad === undefined) throw new Error('no annex');
  const receipts = [await send(signer({}), good), await send(signer({}), bad)];
  expect(receipts.map(({ proof }) => proof.attachments.map(({ reason }) => reason))).toEqual([
    [null, 'revocation-unknown'],
    [null, 'revocation-unknown'],
  ]);
  const { serial: revoked } = readCertificate(bad.certificate);
  await writeFile(join(folder, 'crls', 'second.crl'), list(pki.issuing, [{ serial: revoked, revokedAt: days(-1) }]));
  await rejudging(hub)(never);
  expect(await Promise.all(receipts.map(verdictOf))).toEqual(['valid/null', 'invalid/revoked']);
  expect([await figure('signed-valid'), await figure('verdict:invalid/revoked')]).toEqual([1, 1]);
  const { items } = await hub.alerts.list({ organs: null, limit: 100, kind: 'signature.invalid' });
  expect(items.map(({ vi }) => vi)).toEqual([expect.stringContaining('Tệp "phu-luc.pdf": chứng thư số của Phòng 2 bị thu hồi')]);
  const [event] = await events(receipts[0] as DocumentReceipt, 'judged');
  expect(event?.text).toBe('Kiểm tra lại chữ ký số: tệp "phu-luc.pdf" → HỢP LỆ');
  // Each settled, neither is asked for again.
  expect(await hub.records.toJudge(null, 10)).toEqual([]);
});

it('leaves a document alone whose original is gone, and asks for it no more', async () => {
  const receipt = await send(signer({ crlUrl: `${site}/cp.crl` }));
  const [view] = await hub.records.toJudge(null, 10);
  if (view === undefined) throw new Error('nothing to judge');
  const without: Hub = { ...hub, originals: { ...hub.originals, open: async () => null } };
  expect(await rejudge(without, view)).toBe('gone');
  expect([await verdictOf(receipt), await hub.records.toJudge(null, 10)]).toEqual(['undetermined/revocation-unknown', []]);
});

it('judges again only when something has changed, a page at a time, and goes on where it stopped', async () => {
  const party = signer({ crlUrl: `${site}/cp.crl` });
  const receipts = [await send(party), await send(party)];
  let inspected = 0;
  const counting: Hub = {
    ...hub,
    inspect: (...given) => {
      inspected += 1;
      return hub.inspect(...given);
    },
  };
  const round = rejudging(counting);
  await round(never);
  await round(never);
  // Nothing at hand speaks of any of their certificates: they are not even opened.
  expect(inspected).toBe(0);
  pages.set('/root.crl', () => list(pki.root));
  await refresh();
  await round(never);
  await round(never);
  expect(inspected).toBe(2);
  // Time alone settles nothing while the signers' own list is missing.
  now = new Date(start.getTime() + 2 * 3_600_000);
  await round(never);
  expect(inspected).toBe(2);
  pages.set('/cp.crl', () => list(issuing));
  await refresh();
  const stopped = new AbortController();
  stopped.abort();
  await round(stopped.signal);
  expect(inspected).toBe(2);
  await round(never);
  expect(await Promise.all(receipts.map(verdictOf))).toEqual(['valid/null', 'valid/null']);
  expect(await hub.records.toJudge(null, 10)).toEqual([]);
});
