/** `verify --rules`: what counts, which signatures must be there, and what is said of a file that is no such thing. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRules } from '../../src/cli/trust/rules.ts';
import { signPdf } from '../../src/demo/pdf-sign.ts';
import { certificatePem, type Party } from '../../src/demo/pki.ts';
import { allRules, integrityOnly } from '../../src/signature/context.ts';
import { signCms } from '../../src/signature/sign/cms.ts';
import { type Kit, makeKit, replaced } from '../signature/kit.ts';
import { run, runJson } from './line.ts';

let folder: string;
let kit: Kit;
const env = { LIENTHONG_DATA: '/nowhere' };
const at = '2026-11-20T09:00:00Z';

const saved = async (name: string, content: Uint8Array | string): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-rules-'));
  kit = await makeKit();
  await mkdir(join(folder, 'anchors'));
  await mkdir(join(folder, 'crls'));
  for (const [name, one] of [
    ['root', kit.pki.root],
    ['issuing', kit.pki.issuing],
  ] as const)
    await saved(`anchors/${name}.pem`, certificatePem(one.certificate));
  const lists = kit.pki.revocationLists([], new Date(at));
  const pem = (der: Uint8Array): string => `-----BEGIN X509 CRL-----\n${Buffer.from(der).toString('base64')}\n-----END X509 CRL-----\n`;
  await saved('crls/one.crl', lists[0] ?? '');
  await saved('crls/other.pem', pem(lists[1] ?? new Uint8Array()));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const trusted = () => ['--anchors', join(folder, 'anchors'), '--crls', join(folder, 'crls'), '--at', at];
const verify = (...words: readonly string[]) => runJson({ env, words: ['verify', ...words] });
const signedBy = (...parties: readonly Party[]): Promise<string> =>
  saved(
    `${parties.map(({ kind }) => kind).join('-')}.pdf`,
    parties.reduce((pdf, party) => signPdf(pdf, { party, at: new Date(at) }), kit.letter()).bytes,
  );

describe('revocation lists on the command line', () => {
  it('are taken as DER and PEM, and make a sound signature valid', async () => {
    const file = await signedBy(kit.agency);
    expect(await verify(file, ...trusted())).toMatchObject({ code: 0, value: [{ verdict: 'valid' }] });
    expect(await verify(file, '--anchors', join(folder, 'anchors'), '--at', at)).toMatchObject({
      code: 75,
      value: [{ reason: 'revocation-unknown' }],
    });
  });
});

describe('a rules file', () => {
  it('says what counts; integrity-only ships with the program, by its bare name', async () => {
    const file = await signedBy(kit.agency);
    const stranger = await saved(
      'stranger.pdf',
      kit.signed(kit.pki.issue({ kind: 'agency', name: 'Lạ', organisation: 'Lạ', under: 'stranger' })).bytes,
    );
    for (const one of [file, stranger]) {
      expect((await verify(one, '--at', at)).code).toBe(75);
      expect(await verify(one, '--at', at, '--rules', 'integrity-only')).toMatchObject({ code: 0, value: [{ verdict: 'valid' }] });
    }
    const altered = await saved('altered.pdf', replaced(kit.signed().bytes, '105/SNV', '106/SNV'));
    expect((await verify(altered, '--rules', 'integrity-only')).code).toBe(65);
  });

  it('may be YAML or JSON; each switch alone changes its own reason', async () => {
    const file = await signedBy(kit.agency);
    const rules = await saved('no-revocation.json', JSON.stringify({ revocation: false }));
    const anchors = ['--anchors', join(folder, 'anchors')];
    expect(await verify(file, ...anchors, '--at', at, '--rules', rules)).toMatchObject({ code: 0 });
    expect(await verify(file, ...anchors, '--at', '2001-01-01', '--rules', rules)).toMatchObject({
      code: 75,
      value: [{ reason: 'not-yet-valid' }],
    });
    const weak = await saved('weak.yaml', 'revocation: false\nalgorithms:\n  rsa-2048: 2020-12-31\n');
    expect(await verify(file, ...anchors, '--at', at, '--rules', weak)).toMatchObject({ code: 75, value: [{ reason: 'weak-algorithm' }] });
  });

  it('is read whole, every mistake named with its line, in both languages', async () => {
    expect(readRules('trust: false\nrevocation: false\nexpiry: false\n')).toEqual({ rules: integrityOnly, signatures: null });
    expect(readRules('signatures: both')).toEqual({ rules: allRules, signatures: 'both' });
    const bad = await saved('bad.yaml', 'trust: yes please\ntrsut: true\nsignatures: all\nalgorithms:\n  sha0: never\n  sha1: sometimes\n');
    const { code, err } = await run({ env, words: ['verify', 'x.pdf', '--rules', bad] });
    expect(code).toBe(64);
    for (const words of ['dòng 1', 'line 2: no such rule “trsut”', 'không có mục “trsut”', 'dòng 3', 'unknown algorithm “sha0”', 'line 6'])
      expect(err).toContain(words);
  });

  it.each([
    ['not YAML', 'a: [b\n'],
    ['a list', '- trust\n'],
    ['a word', 'integrity-only'],
    ['nothing', ''],
    ['a key twice', 'trust: true\ntrust: false\n'],
    ['algorithms as a list', 'algorithms: [sha1]\n'],
  ])('is refused when it is %s', async (name, text) => {
    const file = await saved(`${name.replaceAll(' ', '-')}.yaml`, text);
    const { code, err } = await run({ env, words: ['verify', 'x.pdf', '--rules', file] });
    expect([code, err.includes('dòng')]).toEqual([64, true]);
  });

  it('that is not there is said to be missing', async () => {
    expect((await run({ env, words: ['verify', 'x.pdf', '--rules', join(folder, 'none.yaml')] })).code).toBe(65);
    expect((await run({ env, words: ['verify', 'x.pdf', '--rules', 'no-such-rules'] })).code).toBe(65);
  });
});

describe('required signatures', () => {
  const rules = (signatures: string) => saved(`${signatures}.yaml`, `signatures: ${signatures}\n`);

  it('are asked of the main document: missing counts as unsigned does, and is said', async () => {
    const [agency, person, both] = [await signedBy(kit.agency), await signedBy(kit.person), await signedBy(kit.person, kit.agency)];
    // Each file is written once: one that is being written again is empty to those who read it meanwhile.
    const wanted = [await rules('any'), await rules('agency'), await rules('both')];
    const outcomes = await Promise.all(
      [agency, person, both].flatMap((file) => wanted.map(async (path) => (await verify(file, ...trusted(), '--rules', path)).code)),
    );
    expect(outcomes).toEqual([0, 0, 65, 0, 65, 65, 0, 0, 0]);
    const { out } = await run({ env, words: ['verify', person, ...trusted(), '--rules', await rules('agency')] });
    expect(out).toContain('Thiếu chữ ký số của cơ quan');
    const { out: other } = await run({ env, words: ['verify', agency, ...trusted(), '--rules', await rules('both')] });
    expect(other).toContain('Thiếu chữ ký số của người có thẩm quyền');
  });
});

describe('the tree for people', () => {
  it('says who, when, by which chain and how far, within 80 columns and in the time of Việt Nam', async () => {
    const file = await signedBy(kit.person, kit.agency);
    const { out } = await run({ env, words: ['verify', file, ...trusted()] });
    for (const words of [
      'KẾT LUẬN: HỢP LỆ',
      '├─ Chữ ký 1: HỢP LỆ',
      '└─ Chữ ký 2: HỢP LỆ',
      'Nguyễn Văn Ả',
      'cơ quan, tổ chức',
      'cá nhân',
      '16:00:00',
      '└─ ',
      'chưa bị thu hồi',
      'chứng thư gốc được tin cậy',
      'RSA',
      'phiên bản 2/3',
      'toàn bộ tệp',
    ])
      expect(out.replaceAll(/[│\s]+/g, ' ')).toContain(words);
    expect(out.split('\n').filter((line) => [...line].length > 80 && !line.includes(folder))).toEqual([]);
  });
});

describe('CMS files', () => {
  const cms = (content: Uint8Array): Uint8Array =>
    signCms({ content, certificate: kit.agency.certificate, key: kit.agency.key, signingTime: new Date(at) });

  it('detached (.p7s) are judged with their content: named, or the file whose name they carry', async () => {
    const content = Buffer.from('Công văn số 105');
    const beside = await saved('van-ban.txt', content);
    const signature = await saved('van-ban.txt.p7s', cms(content));
    const [same, other, alone] = [
      await saved('same.txt', content),
      await saved('other.txt', 'Công văn số 106'),
      await saved('le.p7s', cms(content)),
    ];
    expect(await verify(signature, ...trusted())).toMatchObject({
      code: 0,
      value: [{ kind: 'cms', name: 'van-ban.txt.p7s', verdict: 'valid' }],
    });
    expect(await verify(alone, '--content', same, ...trusted())).toMatchObject({ code: 0 });
    expect(await verify(alone, '--content', other, ...trusted())).toMatchObject({ code: 65, value: [{ reason: 'digest-mismatch' }] });
    expect(await verify(alone, ...trusted())).toMatchObject({ code: 75, value: [{ reason: 'unsupported' }] });
    expect((await verify(alone, '--content', join(folder, 'none'), ...trusted())).code).toBe(65);
    expect(beside).toContain('van-ban.txt');
  });

  it('with their content inside (.p7m) need nothing beside them', async () => {
    const inside = { type: '1.2.840.113549.1.7.1', content: Buffer.concat([Buffer.from([0x04, 5]), Buffer.from('hello')]) };
    const file = await saved('trong.p7m', signCms({ certificate: kit.agency.certificate, key: kit.agency.key, inside }));
    const { value } = await verify(file, ...trusted());
    expect(value[0]).toMatchObject({ kind: 'cms', signatures: [{ integrity: expect.any(String) }] });
  });
});
