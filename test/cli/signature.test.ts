/** `check` and `verify`, offline (contract §7), on files whose makers know what they are. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificatePem } from '../../src/demo/pki.ts';
import { writeEnvelope } from '../../src/envelope/write.ts';
import { makeSignedFiles } from '../support/signed-files.ts';
import { run, runJson } from './line.ts';

let folder: string;
let files: { valid: string; unsigned: string; altered: string; envelope: string; secret: string; junk: string };
let anchors: string;

const pathOf = async (name: string, bytes: Uint8Array | string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-verify-'));
  const made = await makeSignedFiles(new Date());
  const [signed, unsigned] = [made.signed(0, 'a'), made.unsigned(0, 'b')];
  anchors = join(folder, 'anchors');
  await mkdir(anchors);
  for (const [index, one] of [...made.agency.chain].entries()) await writeFile(join(anchors, `${index}.pem`), certificatePem(one));
  const draft = {
    type: 0 as const,
    from: { organId: 'H99.01', name: 'Sở Nội vụ' },
    to: [{ organId: 'H99.22', name: 'UBND xã Tân Lập' }],
    documentId: 'H99.01,2026,1',
    number: '1',
    notation: 'SNV-VP',
    promulgatedOn: '2026-11-19',
    subject: 'Về việc thử',
  };
  const attached = [
    { name: '1-SNV-VP.pdf', content: signed, description: 'Văn bản chính' },
    { name: 'phu-luc.pdf', content: unsigned },
  ];
  files = {
    valid: await pathOf('valid.pdf', signed),
    unsigned: await pathOf('unsigned.pdf', unsigned),
    altered: await pathOf('altered.pdf', made.altered(0, 'a')),
    envelope: await pathOf('good.edxml', writeEnvelope(draft, attached)),
    secret: await pathOf('secret.edxml', writeEnvelope({ ...draft, subject: 'Độ mật: Tối mật' }, attached)),
    junk: await pathOf('junk.docx', 'PK not really'),
  };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({ LIENTHONG_DATA: join(folder, 'none') });
const verify = (...words: readonly string[]) => runJson({ env: env(), words: ['verify', ...words] });

describe('verify', () => {
  it('answers one attachment object of §3 for each file, with the file', async () => {
    const { value } = await verify(files.valid, '--anchors', anchors);
    expect(value).toHaveLength(1);
    expect(Object.keys(value[0]).sort()).toEqual(
      ['contentId', 'en', 'file', 'kind', 'name', 'reason', 'role', 'sha256', 'signatures', 'size', 'verdict', 'vi'].sort(),
    );
    expect(value[0]).toMatchObject({ file: files.valid, name: 'valid.pdf', role: 'main', kind: 'pdf' });
    expect(value[0].signatures[0]).toMatchObject({ integrity: 'intact', kind: 'signature' });
  });

  it('ends 75 where something is undetermined, 65 where it is invalid, unsigned or unreadable; the worst counts', async () => {
    // Revocation is not asked for here: a sound signature under a trusted anchor is "revocation-unknown".
    expect(await verify(files.valid, '--anchors', anchors)).toMatchObject({ code: 75, value: [{ reason: 'revocation-unknown' }] });
    expect(await verify(files.valid)).toMatchObject({ code: 75, value: [{ reason: 'untrusted' }] });
    expect(await verify(files.unsigned)).toMatchObject({ code: 65, value: [{ verdict: 'unsigned', reason: 'no-signature' }] });
    expect(await verify(files.altered)).toMatchObject({ code: 65, value: [{ verdict: 'invalid', reason: 'digest-mismatch' }] });
    expect(await verify(files.junk)).toMatchObject({ code: 65, value: [{ verdict: 'unsigned', reason: 'unsignable-format' }] });
    const all = await verify(files.valid, files.altered, join(folder, 'nowhere.pdf'), '--anchors', anchors);
    expect(all.code).toBe(65);
    expect(all.value.map((one: { verdict: string }) => one.verdict)).toEqual(['undetermined', 'invalid', 'unreadable']);
  });

  it('judges at the time asked for', async () => {
    expect(await verify(files.valid, '--anchors', anchors, '--at', '2001-01-01')).toMatchObject({
      code: 75,
      value: [{ reason: 'not-yet-valid' }],
    });
    expect((await run({ env: env(), words: ['verify', files.valid, '--at', 'yesterday'] })).code).toBe(64);
  });

  it('opens envelopes: every attachment is listed, the main document counts', async () => {
    const { code, value } = await verify(files.envelope, '--anchors', anchors);
    expect(code).toBe(75);
    expect(value).toMatchObject([
      { file: files.envelope, name: '1-SNV-VP.pdf', role: 'main', reason: 'revocation-unknown' },
      { file: files.envelope, name: 'phu-luc.pdf', role: 'annex', verdict: 'unsigned' },
    ]);
  });

  it('says in Vietnamese what it found', async () => {
    const { out } = await run({ env: env(), words: ['verify', files.unsigned, files.altered] });
    expect(out).toContain('CHƯA KÝ SỐ');
    expect(out).toContain('NỘI DUNG BỊ THAY ĐỔI SAU KHI KÝ');
  });
});

describe('check', () => {
  const check = (...words: readonly string[]) => runJson({ env: env(), words: ['check', ...words] });

  it('has nothing to say against a good envelope, and keeps nothing', async () => {
    const { code, value } = await check(files.envelope, '--anchors', anchors);
    expect(code).toBe(0);
    expect(value).toMatchObject({ file: files.envelope, kind: 'document', type: 0, documentId: 'H99.01,2026,1', errors: [] });
    expect(value.proof.attachments).toHaveLength(2);
  });

  it('lists every fault with code, place and both sentences', async () => {
    const text =
      '<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXMLEnvelope><edXMLHeader><MessageHeader><From><OrganId> </OrganId></From>';
    const path = await pathOf(
      'bad.edxml',
      `${text}<DocumentId>1</DocumentId></MessageHeader></edXMLHeader><edXMLBody/></edXMLEnvelope></edXML>`,
    );
    const { code, value } = await check(path);
    expect(code).toBe(65);
    expect(value.errors.length).toBeGreaterThan(2);
    for (const one of value.errors)
      expect(one).toMatchObject({ code: expect.any(String), at: expect.any(String), vi: expect.any(String), en: expect.any(String) });
    const { out } = await run({ env: env(), words: ['check', path] });
    for (const one of value.errors) expect(out).toContain(one.vi);
  });

  it('finds a recipient that is named twice', async () => {
    const path = new URL('../../spec/samples/invalid/recipient.duplicate--same-code.xml', import.meta.url).pathname;
    expect((await check(path)).value.errors).toMatchObject([{ code: 'recipient.duplicate', at: 'MessageHeader/To[2]/OrganId' }]);
    expect((await check(path, '--profile', 'hub')).value.errors).toEqual([]);
  });

  it('refuses what the hub would: a state secret, and what is no XML', async () => {
    expect((await check(files.secret)).value.errors).toContainEqual(expect.objectContaining({ code: 'document.secret' }));
    expect(await check(files.junk)).toMatchObject({ code: 65, value: { kind: null, errors: [{ code: 'envelope.malformed' }] } });
    expect((await run({ env: env(), words: ['check', join(folder, 'nowhere.edxml')] })).code).toBe(65);
    expect((await run({ env: env(), words: ['check', files.envelope, '--profile', 'both'] })).code).toBe(64);
  });
});
