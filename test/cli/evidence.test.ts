/** `verify --evidence FILE.zip`: what a hub handed out, repeated offline and years later; and every way to tamper with it. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makePdf } from '../../src/demo/pdf.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { certificatePem } from '../../src/demo/pki.ts';
import { rejudge } from '../../src/exchange/revocation/rejudge.ts';
import type { EvidenceManifest } from '../../src/records/evidence-file.ts';
import { evidenceDigest, type Judgement } from '../../src/records/judgement.ts';
import type { Finding } from '../../src/signature/proof.ts';
import { openTestDoor, type TestDoor } from '../http/door.ts';
import { today } from '../http/papers.ts';
import { documentMessage } from '../support/message.ts';
import { seedAnchors } from '../support/seed.ts';
import { makeSignedFiles, type SignedFiles } from '../support/signed-files.ts';
import { run, runJson } from './line.ts';

let folder: string;
let door: TestDoor;
let files: SignedFiles;
let number = 0;
type Entries = Record<string, Uint8Array>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-repeat-'));
  files = await makeSignedFiles(new Date());
  await seedAnchors(folder, [files.pki.root.certificate], [files.pki.issuing.certificate]);
  await mkdir(join(folder, 'crls'));
  for (const [place, list] of files.pki.revocationLists([], new Date()).entries())
    await writeFile(join(folder, 'crls', `${place}.crl`), list);
  door = await openTestDoor({}, undefined, { LIENTHONG_ANCHORS: join(folder, 'anchors'), LIENTHONG_CRLS: join(folder, 'crls') });
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  await door.close();
  await rm(folder, { recursive: true, force: true });
});

const saved = async (bytes: Uint8Array): Promise<string> => {
  number += 1;
  const path = join(folder, `${number}.zip`);
  await writeFile(path, bytes);
  return path;
};

/** The evidence of a message with these files, as the hub hands it out. */
const evidenceOf = async (...pages: readonly Uint8Array[]): Promise<Buffer> => {
  number += 1;
  const bytes = documentMessage({
    ...{ from: 'H99.22', to: ['H99.5'], documentId: `lap-lai-${number}`, number: String(number), date: today },
    files: pages.map((page, index) => ({
      name: `tep-${index + 1}.pdf`,
      bytes: page,
      description: index === 0 ? 'Văn bản chính' : 'Phụ lục',
    })),
  });
  const headers = { authorization: `Bearer ${door.keys.sender}`, 'content-type': 'application/xml' };
  const posted = await fetch(`${door.url}/v1/envelopes`, { method: 'POST', headers, body: new Uint8Array(bytes) });
  const { recordId } = (await posted.json()) as { recordId: string };
  return Buffer.from(await (await fetch(`${door.url}/v1/records/${recordId}/evidence`, { headers })).arrayBuffer());
};

const env = { LIENTHONG_DATA: '/nowhere' };
const repeat = async (bytes: Uint8Array, ...more: readonly string[]) =>
  runJson({ env, words: ['verify', '--evidence', await saved(bytes), ...more] });

const textOf = (entries: Entries, name: string): string => Buffer.from(entries[name] ?? []).toString('utf8');
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What a forger who knows the format does: every digest of the manifest is made right again. */
const repacked = (entries: Entries, change: (judgements: Judgement[]) => Judgement[] = (all) => all): Uint8Array => {
  const judgements = change(JSON.parse(textOf(entries, 'judgements.json')) as Judgement[]);
  const same =
    JSON.stringify(JSON.parse(textOf(entries, 'judgements.json')).at(-1).proof) ===
    JSON.stringify(JSON.parse(textOf(entries, 'proof.json')));
  const changed: Entries = {
    ...entries,
    'judgements.json': Buffer.from(JSON.stringify(judgements)),
    ...(same ? { 'proof.json': Buffer.from(JSON.stringify(judgements.at(-1)?.proof)) } : {}),
  };
  const evidence = judgements.at(-1)?.evidence as Judgement['evidence'];
  const manifest: EvidenceManifest = {
    ...(JSON.parse(textOf(entries, 'manifest.json')) as EvidenceManifest),
    ...{ evidence, evidenceSha256: evidenceDigest(evidence) },
    entries: Object.entries(changed)
      .filter(([name]) => name !== 'manifest.json')
      .map(([name, bytes]) => ({ name, sha256: digestOf(bytes), size: bytes.length })),
  };
  return zipSync({ ...changed, 'manifest.json': Buffer.from(JSON.stringify(manifest)) });
};

describe('repeating a verdict from its evidence', () => {
  it('is equal for every kind of verdict, file by file and signature by signature', async () => {
    const [good, altered, plain] = [files.signed(9_000, 'a'), files.altered(9_000, 'b'), files.unsigned(9_000, 'c')];
    for (const pages of [[good], [altered], [plain], [good, plain], [plain, altered]]) {
      const { code, value } = await repeat(await evidenceOf(...pages));
      expect(value).toMatchObject({ equal: true, anchors: 'evidence' });
      expect(code).toBe(0);
      const { recorded, repeated } = value.judgements[0];
      expect(repeated.attachments.map((one: { verdict: string }) => one.verdict)).toEqual(
        recorded.attachments.map((one: { verdict: string }) => one.verdict),
      );
    }
  });

  it('gives the same proof, to the field, of a signature that was valid', async () => {
    const { value } = await repeat(await evidenceOf(files.signed(9_000, 'a')));
    const [{ recorded, repeated }] = value.judgements;
    expect(recorded.attachments[0]).toMatchObject({
      verdict: 'valid',
      signatures: [{ revocation: [{ status: 'good' }, { status: 'good' }] }],
    });
    const told = (proof: { attachments: { signatures: object[] }[] }) =>
      proof.attachments.flatMap(({ signatures }) => signatures.map((one) => ({ ...one, signer: null, remarks: null })));
    expect(told(repeated)).toEqual(told(recorded));
  });

  it('takes time stamps, that stand in the file, and revoked certificates along', async () => {
    const stamped = signPdf(makePdf('BT /F1 12 Tf 72 700 Td (So 27) Tj ET'), {
      ...{ party: files.agency, at: new Date(), timestamper: files.pki.timestamper },
    });
    const { code, value } = await repeat(await evidenceOf(stamped.bytes));
    const [{ recorded, repeated }] = value.judgements;
    expect([code, recorded.attachments[0].signatures[0].timestampedAt]).toEqual([0, expect.any(String)]);
    expect(repeated.attachments[0].signatures).toMatchObject([
      { verdict: 'valid', timestampedAt: recorded.attachments[0].signatures[0].timestampedAt },
    ]);
  });

  it('does so in 2046, when all certificates and lists have run out, without folder or network', async () => {
    const bytes = await evidenceOf(files.signed(9_000, 'a'));
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2046-01-01T00:00:00Z') });
    const { code, value } = await repeat(bytes);
    expect([code, value.judgements[0].repeated.verdict]).toEqual([0, 'valid']);
  });

  it('shows both side by side, in Vietnamese, within 80 columns', async () => {
    const { out } = await run({ env, words: ['verify', '--evidence', await saved(await evidenceOf(files.signed(9_000, 'a')))] });
    for (const words of [
      'Đã ghi',
      'Lặp lại',
      'HỢP LỆ',
      'tep-1.pdf › Chữ ký 1',
      'lấy từ chính tệp bằng chứng',
      'KẾT QUẢ: GIỐNG KẾT LUẬN ĐÃ GHI',
    ])
      expect(out).toContain(words);
    const wide = out.split('\n').filter((line) => [...line].length > 80 && !line.includes('.zip'));
    expect(wide).toEqual([]);
  });

  it('takes the anchors of the caller instead, and says so', async () => {
    const bytes = await evidenceOf(files.signed(9_000, 'a'));
    const anchors = async (name: string, der: Uint8Array): Promise<string> => {
      await mkdir(join(folder, name), { recursive: true });
      await writeFile(join(folder, name, 'goc.pem'), certificatePem(der));
      return join(folder, name);
    };
    const own = await repeat(bytes, '--anchors', await anchors('own', files.pki.root.certificate));
    expect([own.code, own.value.equal, own.value.anchors]).toEqual([0, true, 'given']);
    const other = await repeat(bytes, '--anchors', await anchors('other', files.pki.strangerRoot.certificate));
    expect([other.code, other.value.equal]).toEqual([65, false]);
    expect(other.value.judgements[0].compared).toContainEqual({
      what: 'tep-1.pdf › Chữ ký 1',
      recorded: { verdict: 'valid', reason: null },
      repeated: { verdict: 'undetermined', reason: 'untrusted' },
    });
  });
});

describe('a document that was judged again', () => {
  it('has every judging in its evidence, and each is repeated on what was known then', async () => {
    const crls = join(folder, 'late-crls');
    await mkdir(crls);
    const late = await openTestDoor({}, undefined, { LIENTHONG_ANCHORS: join(folder, 'anchors'), LIENTHONG_CRLS: crls });
    const headers = { authorization: `Bearer ${late.keys.sender}`, 'content-type': 'application/xml' };
    const bytes = documentMessage({
      ...{ from: 'H99.22', to: ['H99.5'], documentId: 'xet-lai', number: '900', date: today },
      files: [{ name: 'tep-1.pdf', bytes: files.signed(9_000, 'a'), description: 'Văn bản chính' }],
    });
    const posted = await fetch(`${late.url}/v1/envelopes`, { method: 'POST', headers, body: new Uint8Array(bytes) });
    const { recordId } = (await posted.json()) as { recordId: string };
    const revoked = { certificate: files.agency.certificate, at: new Date(Date.now() - 86_400_000), reason: 'keyCompromise' as const };
    for (const [place, list] of files.pki.revocationLists([revoked], new Date()).entries())
      await writeFile(join(crls, `${place}.crl`), list);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const view = await late.hub.records.get(recordId);
    expect(view === null ? null : await rejudge(late.hub, view)).toBe('changed');
    const zip = Buffer.from(await (await fetch(`${late.url}/v1/records/${recordId}/evidence`, { headers })).arrayBuffer());
    await late.close();
    const { code, value } = await repeat(zip);
    expect(
      value.judgements.map(({ recorded, repeated }: { recorded: Finding; repeated: Finding }) => [recorded.reason, repeated.reason]),
    ).toEqual([
      ['revocation-unknown', 'revocation-unknown'],
      ['revoked', 'revoked'],
    ]);
    expect([code, value.equal]).toEqual([0, true]);
    expect(textOf(unzipSync(zip), 'DOC-TOI.txt')).toContain('invalid/revoked');
  });
});

describe('an evidence file that was tampered with', () => {
  it('is refused, whichever entry was touched, by its name', async () => {
    const entries = unzipSync(await evidenceOf(files.signed(9_000, 'a')));
    const names = Object.keys(entries).filter((name) => name !== 'manifest.json');
    expect(names.length).toBeGreaterThan(9);
    for (const name of names) {
      const bytes = Uint8Array.from(entries[name] ?? []);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      const { code, value, err } = await repeat(zipSync({ ...entries, [name]: bytes }));
      expect([name, code]).toEqual([name, 65]);
      expect(err).toContain(name);
      expect(value.vi).toContain('không khớp mã SHA-256');
    }
  });

  it('is refused with an entry too many, too few or twice, and where it is no such file at all', async () => {
    const bytes = await evidenceOf(files.signed(9_000, 'a'));
    const entries = unzipSync(bytes);
    const { 'proof.json': _, ...fewer } = entries;
    const stored = Buffer.from(bytes.toString('latin1').replaceAll('receipt.xml', 'DOC-TOI.txt'), 'latin1');
    const bad: readonly (readonly [Uint8Array, string])[] = [
      [zipSync({ ...entries, 'certificates/extra.cer': Buffer.from('x') }), 'extra.cer'],
      [zipSync(fewer), 'proof.json'],
      [stored, 'hai mục cùng tên'],
      [bytes.subarray(0, bytes.length - 30), 'zip'],
      [Buffer.from('PK nothing'), 'zip'],
      [zipSync({ 'manifest.json': Buffer.from('{}') }), 'manifest.json'],
      [zipSync({ 'manifest.json': Buffer.from('[') }), 'JSON'],
      [zipSync({}), 'zip'],
    ];
    for (const [archive, word] of bad) {
      const { code, err } = await repeat(archive);
      expect([word, code]).toEqual([word, 65]);
      expect(err).toContain(word);
    }
  });

  it('is refused when it is a zip bomb, in little time', async () => {
    const entries = unzipSync(await evidenceOf(files.unsigned(9_000, 'a')));
    const zeros = zipSync({ ...entries, 'DOC-TOI.txt': new Uint8Array(60_000_000) }, { level: 9 });
    expect(zeros.length).toBeLessThan(1_000_000);
    const start = performance.now();
    const { code, value } = await repeat(zeros);
    expect([code, value.vi]).toEqual([65, expect.stringContaining('bom nén')]);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('a forger who puts every digest right', () => {
  it('does not get a recorded verdict past the repeated one', async () => {
    const entries = unzipSync(await evidenceOf(files.altered(9_000, 'a')));
    const lie = repacked(entries, (all) =>
      all.map((one) => ({
        ...one,
        proof: JSON.parse(JSON.stringify(one.proof).replaceAll('"invalid"', '"valid"').replaceAll('"digest-mismatch"', 'null')),
      })),
    );
    const { code, value } = await repeat(lie);
    expect([code, value.equal]).toEqual([65, false]);
    expect(value.judgements[0].compared).toContainEqual({
      what: 'Văn bản',
      recorded: { verdict: 'valid', reason: null },
      repeated: { verdict: 'invalid', reason: 'digest-mismatch' },
    });
  });

  it('does not get another message past the recorded verdict', async () => {
    const entries = unzipSync(await evidenceOf(files.signed(9_000, 'a')));
    const other = unzipSync(await evidenceOf(files.altered(9_000, 'a')))['message.edxml'] ?? new Uint8Array();
    expect((await repeat(repacked({ ...entries, 'message.edxml': other }))).code).toBe(65);
  });

  it('cannot leave out the revocation lists: the verdict is another without them', async () => {
    const entries = unzipSync(await evidenceOf(files.signed(9_000, 'a')));
    const fewer = Object.fromEntries(Object.entries(entries).filter(([name]) => !name.startsWith('crls/')));
    expect(Object.keys(fewer).length).toBeLessThan(Object.keys(entries).length);
    const { code, value } = await repeat(repacked(fewer));
    expect([code, value.judgements[0].repeated.reason]).toEqual([65, 'revocation-unknown']);
  });

  it('cannot have judged by fewer rules, which would make everything good under any anchors', async () => {
    const entries = unzipSync(await evidenceOf(files.signed(9_000, 'a')));
    const lie = repacked(entries, (all) =>
      all.map((one) => ({ ...one, evidence: { ...one.evidence, rules: { trust: false, revocation: false, expiry: false } } })),
    );
    const { code, err } = await run({ env, words: ['verify', '--evidence', await saved(lie)] });
    expect([code, err]).toEqual([65, expect.stringContaining('không theo đủ quy tắc')]);
  });

  it('cannot say otherwise in proof.json, nor name another instant of acceptance', async () => {
    const entries = unzipSync(await evidenceOf(files.altered(9_000, 'a')));
    const proof = Buffer.from(textOf(entries, 'proof.json').replaceAll('"invalid"', '"valid"'));
    const lie = await run({ env, words: ['verify', '--evidence', await saved(repacked({ ...entries, 'proof.json': proof }))] });
    expect([lie.code, lie.err]).toEqual([65, expect.stringContaining('proof.json')]);
    const manifest = Buffer.from(textOf(entries, 'manifest.json').replace(/"acceptedAt": "20\d\d/, '"acceptedAt": "2019'));
    const older = await run({ env, words: ['verify', '--evidence', await saved(repacked({ ...entries, 'manifest.json': manifest }))] });
    expect([older.code, older.err]).toEqual([65, expect.stringContaining('thời điểm nhận')]);
  });

  it('changes the digest that stands in the journal of the hub', async () => {
    const entries = unzipSync(await evidenceOf(files.signed(9_000, 'a')));
    const lie = repacked(entries, (all) => all.map((one) => ({ ...one, evidence: { ...one.evidence, version: '9.9.9' } })));
    const { value } = await repeat(lie);
    await door.hub.journal.seal(1_000);
    const entry = (await door.hub.journal.list(0, 1_000)).find(({ subject, act }) => subject === value.recordId && act === 'accepted');
    expect(entry?.details.evidence).not.toBe(value.evidenceSha256);
    expect(entry?.details.evidence).toBe((JSON.parse(textOf(entries, 'manifest.json')) as EvidenceManifest).evidenceSha256);
  });
});
