/** The commands that open the store, in a folder of their own (contract §1, §6, §7). */
import { createHash, X509Certificate } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificatePem, makePki } from '../../src/demo/pki.ts';
import { openSqlite } from '../../src/sqlite/store.ts';
import { run, runJson } from './line.ts';

let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-cli-'));
  env = { LIENTHONG_DATA: join(folder, 'kho'), LIENTHONG_HUB: 'H99.W00', LIENTHONG_NAME: 'Tỉnh Mẫu', LIENTHONG_DISK_MIN: '0' };
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const file = async (name: string, text: string | Uint8Array): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

const organs = `code,name,level,system
H99.01,Sở Nội vụ,province,
H99.21,UBND xã Tân Lập,commune,qlvb-xa
H99.22,UBND xã Phú Hòa,commune,qlvb-xa
`;

describe('organs import', () => {
  it('writes nothing while a row is wrong, and ends 65', async () => {
    const path = await file('bad.csv', `${organs}H99.01,lặp,province,\n`);
    const { code, value, err } = await runJson({ env, words: ['organs', 'import', path] });
    expect(code).toBe(65);
    expect(value).toMatchObject({ added: 0, changed: 0, unchanged: 0, errors: [{ line: 5, column: 'code', code: 'code.duplicate' }] });
    expect(err).toContain('dòng 5');
    expect((await runJson({ env, words: ['organs', 'list'] })).value).toEqual([]);
  });

  it('tries without writing, imports, and the second time changes nothing', async () => {
    const path = await file('organs.csv', `\uFEFF${organs}`);
    const words = ['organs', 'import', path];
    expect((await runJson({ env, words: [...words, '--dry-run'] })).value).toMatchObject({ added: 3, errors: [] });
    expect((await runJson({ env, words: ['organs', 'list'] })).value).toHaveLength(0);
    expect((await runJson({ env, words })).value).toMatchObject({ added: 3, changed: 0, unchanged: 0, errors: [] });
    expect(await runJson({ env, words })).toMatchObject({ code: 0, value: { added: 0, changed: 0, unchanged: 3 } });
    expect((await run({ env, words: ['organs', 'list', '--find', 'noi vu'] })).out).toContain('Sở Nội vụ');
  });

  it('are followed by whose certificates are: strictly, all or nothing, each row once', async () => {
    const row = '54:01:a2,"CN=CA thử, O=Ban Cơ yếu, C=VN",agency,H99.21,2030-03-12';
    const header = 'serial,issuer,holderKind,organ,validTo';
    const bad = await file('certificates-bad.csv', `${header}\n${row}\n01,CA,agency,H99.77,\n`);
    const refused = await runJson({ env, words: ['certificates', 'import', bad] });
    expect(refused).toMatchObject({ code: 65, value: { added: 0, changed: 0, unchanged: 0 } });
    expect(refused.value.errors.map(({ line, column }: Record<string, unknown>) => [line, column])).toEqual([
      [3, 'issuer'],
      [3, 'organ'],
    ]);
    expect(refused.err).toContain('dòng 3, cột issuer');
    expect((await runJson({ env, words: ['certificates', 'list'] })).value).toEqual([]);
    const words = ['certificates', 'import', await file('certificates.csv', `${header}\n${row}\n`)];
    expect((await runJson({ env, words: [...words, '--dry-run'] })).value).toMatchObject({ added: 1 });
    expect((await runJson({ env, words })).value).toMatchObject({ added: 1, changed: 0, unchanged: 0, errors: [] });
    expect((await runJson({ env, words })).value).toMatchObject({ added: 0, changed: 0, unchanged: 1 });
    const listed = async (...more: readonly string[]) => (await runJson({ env, words: ['certificates', 'list', ...more] })).value;
    expect(await listed('--organ', 'H99.21')).toMatchObject([
      { serial: '5401A2', organ: 'H99.21', knownBy: 'registry', validTo: '2030-03-12' },
    ]);
    expect(await listed('--organ', 'H99.22')).toEqual([]);
    expect((await run({ env, words: ['certificates', 'list', '--organ', 'H99.77'] })).code).toBe(65);
    expect((await run({ env, words: ['certificates', 'list'] })).out).toMatch(
      /5401A2 .*H99\.21 UBND xã Tân Lập.*theo danh sách chứng thư số.*12\/03\/2030/,
    );
  });

  it('ends 65 for a file that is not there, 64 for a wrong use', async () => {
    expect(await runJson({ env, words: ['organs', 'import', join(folder, 'none.csv')] })).toMatchObject({
      code: 65,
      value: { code: 'input' },
    });
    expect((await run({ env, words: ['organs', 'import'] })).code).toBe(64);
    expect((await run({ env, words: ['organs'] })).code).toBe(64);
    expect((await run({ env, words: ['organs', 'import', 'a.csv', '--force'] })).code).toBe(64);
  });
});

describe('keys', () => {
  it('are issued to several systems at once, as a list; one unknown system and none is issued', async () => {
    const words = ['keys', 'issue', 'quan-tri-1', 'quan-tri-2', '--role', 'admin'];
    const { code, value } = await runJson({ env, words });
    expect(code).toBe(0);
    expect(value.map(({ system }: { system: string }) => system)).toEqual(['quan-tri-1', 'quan-tri-2']);
    const before = (await runJson({ env, words: ['keys', 'list'] })).value.length;
    expect((await run({ env, words: ['keys', 'issue', 'H99.01', 'nobody'] })).code).toBe(65);
    expect((await runJson({ env, words: ['keys', 'list'] })).value).toHaveLength(before);
  });

  it('are issued with a year to live; only their SHA-256 is stored', async () => {
    const { code, value } = await runJson({ env, words: ['keys', 'issue', 'qlvb-xa'] });
    expect(code).toBe(0);
    expect(Object.keys(value)).toEqual(['id', 'system', 'role', 'key', 'expiresAt']);
    expect(value).toMatchObject({ system: 'qlvb-xa', role: 'agency' });
    expect(value.key).toMatch(/^lt_[A-Za-z0-9_-]{43}$/);
    const days = (Date.parse(value.expiresAt) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(364);
    expect(days).toBeLessThan(367);
    const store = await openSqlite({ folder: env.LIENTHONG_DATA ?? '' });
    const kept = await store.keys.list().finally(() => store.close());
    expect(kept.map((key) => key.sha256)).toContain(createHash('sha256').update(value.key).digest('hex'));
    expect(JSON.stringify(kept)).not.toContain(value.key);
    expect((await run({ env, words: ['keys', 'list'] })).out).not.toContain(value.key);
  });

  it('live two a system: a third waits until one is revoked', async () => {
    const words = ['keys', 'issue', 'H99.01', '--expires', '2090-12-31'];
    const first = await runJson({ env, words });
    expect(first.value.expiresAt).toBe('2090-12-31T16:59:59.999Z');
    expect((await runJson({ env, words })).code).toBe(0);
    expect(await runJson({ env, words })).toMatchObject({ code: 65 });
    expect(await runJson({ env, words: ['keys', 'revoke', first.value.id] })).toMatchObject({ code: 0, value: { id: first.value.id } });
    expect((await runJson({ env, words })).code).toBe(0);
    expect((await runJson({ env, words: ['keys', 'revoke', 'k_none'] })).code).toBe(65);
    const listed = (await runJson({ env, words: ['keys', 'list'] })).value;
    expect(listed.find((key: { id: string }) => key.id === first.value.id).revokedAt).not.toBeNull();
  });

  it('are for systems of the directory, save those of hubs and administrators', async () => {
    expect((await run({ env, words: ['keys', 'issue', 'nobody'] })).code).toBe(65);
    const shared = await run({ env, words: ['keys', 'issue', 'H99.21'] });
    expect(shared).toMatchObject({ code: 65, out: '' });
    expect(shared.err).toContain('qlvb-xa');
    expect((await runJson({ env, words: ['keys', 'issue', 'truc-quoc-gia', '--role', 'hub'] })).value).toMatchObject({ role: 'hub' });
    expect((await runJson({ env, words: ['keys', 'issue', 'trung-tam-cntt', '--role', 'admin'] })).value).toMatchObject({ role: 'admin' });
  });

  it.each([
    ['--role', 'king'],
    ['--expires', '2020-01-01'],
    ['--expires', '2027-02-30'],
    ['--expires', 'soon'],
  ])('refuse %s %s with 64', async (...flag) => {
    expect((await run({ env, words: ['keys', 'issue', 'qlvb-xa', ...flag] })).code).toBe(64);
  });
});

describe('paper import and report', () => {
  const month = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 7);

  it('import all rows or none', async () => {
    const header = 'organ,period,issuedToAgencies,paperOnly,otherElectronic';
    const bad = await file('paper-bad.csv', `${header}\nH99.01,${month},10,1,0\nH99.99,${month},1,0,0\n`);
    expect(await runJson({ env, words: ['paper', 'import', bad] })).toMatchObject({
      code: 65,
      value: { stored: 0, errors: [{ line: 3, column: 'organ', code: 'resource.unknown' }] },
    });
    expect((await runJson({ env, words: ['report', month] })).value.total.declaredOrgans).toBe(0);
    const good = await file('paper.csv', `${header}\nH99.01,${month},10,1,0\nH99.21,${month},4,0,2\n`);
    expect(await runJson({ env, words: ['paper', 'import', good] })).toMatchObject({ code: 0, value: { stored: 2, errors: [] } });
  });

  it('report the same figures as JSON, CSV and table', async () => {
    const { value } = await runJson({ env, words: ['report', month] });
    expect(value).toMatchObject({ period: month, total: { organs: 3, declaredOrgans: 2, issued: 14, otherElectronic: 2, difference: 11 } });
    const csv = await run({ env, words: ['report', month, '--csv'] });
    const rows = parse(csv.out, { columns: true, bom: true }) as Record<string, string>[];
    expect(rows.map((row) => row.organ)).toEqual(value.rows.map((row: { organ: string }) => row.organ));
    expect(csv.out.startsWith('\uFEFF')).toBe(true);
    const { out } = await run({ env, words: ['report', month] });
    expect(out).toContain('BẢNG TỔNG HỢP GỬI, NHẬN VĂN BẢN ĐIỆN TỬ – THÁNG');
    expect(out).toMatch(/Toàn tỉnh \(2\/3 đã\s/);
    expect(await run({ env, words: ['report', 'thang-11'] })).toMatchObject({ code: 65, out: '' });
    expect((await run({ env, words: ['report', month, '--csv', '--json'] })).code).toBe(64);
  });
});

describe('anchors', () => {
  it('are trusted only after a yes, by the fingerprint in anchors.sha256', async () => {
    const pki = await makePki({ now: new Date() });
    const pem = certificatePem(pki.root.certificate);
    const path = await file('root.pem', pem);
    const words = ['anchors', 'add', path];
    expect(await run({ env, words })).toMatchObject({ code: 64, out: '' });
    expect((await runJson({ env, words: ['anchors', 'list'] })).value).toEqual([]);
    const sha256 = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
    expect((await runJson({ env, words: [...words, '--yes'] })).value).toMatchObject({ sha256, added: true });
    expect((await runJson({ env, words: [...words, '--yes'] })).value).toMatchObject({ sha256, added: false });
    const anchors = join(env.LIENTHONG_DATA ?? '', 'anchors');
    expect((await readFile(join(anchors, 'anchors.sha256'), 'utf8')).split('\n').filter((line) => line.startsWith(sha256))).toHaveLength(1);
    expect(await readdir(anchors)).toHaveLength(2);
    expect((await runJson({ env, words: ['anchors', 'list'] })).value).toMatchObject([{ sha256, pinned: true }]);
  });

  it('are certificates, one a file', async () => {
    const path = await file('no.pem', 'not a certificate');
    expect(await run({ env, words: ['anchors', 'add', path, '--yes'] })).toMatchObject({ code: 65 });
  });
});

describe('doctor and journal', () => {
  const healthOf = (value: { checks: { check: string; health: string }[] }, check: string) =>
    value.checks.find((one) => one.check === check)?.health;

  it('finds everything in order, and the journal intact', async () => {
    const { code, value } = await runJson({ env, words: ['doctor'] });
    expect(value.checks.filter((one: { health: string }) => one.health === 'error')).toEqual([]);
    expect(code).toBe(0);
    for (const check of [
      'node',
      'clock',
      'folder',
      'disk',
      'fsync',
      'anchors',
      'store',
      'directory',
      'journal',
      'key',
      'certificate',
      'code',
    ])
      expect(healthOf(value, check), check).toBeDefined();
    expect(await runJson({ env, words: ['journal', 'verify'] })).toMatchObject({ code: 0, value: { intact: true } });
  });

  it('finds a key that others can read, and a missing code, and says what to do', async () => {
    const key = join(env.LIENTHONG_DATA ?? '', 'hub-key.pem');
    await chmod(key, 0o644);
    const { LIENTHONG_HUB: _code, ...without } = env;
    const { code, value } = await runJson({ env: without, words: ['doctor'] });
    await chmod(key, 0o600);
    expect(code).toBe(75);
    expect([healthOf(value, 'key'), healthOf(value, 'code')]).toEqual(['error', 'warning']);
    expect(value.checks.find((one: { check: string }) => one.check === 'key').advice).toContain('chmod 600');
  });

  it('finds a folder without anchors, and a store that is none', async () => {
    const other = await mkdtemp(join(folder, 'other-'));
    await writeFile(join(other, 'lienthong.db'), 'this is no database, only a text that is long enough to be read as a header'.repeat(40));
    const { code, value } = await runJson({ env: { LIENTHONG_DATA: other }, words: ['doctor'] });
    expect(code).toBe(75);
    expect([healthOf(value, 'anchors'), healthOf(value, 'store')]).toEqual(['error', 'error']);
  });
});

describe('every command', () => {
  const commands = [
    'demo',
    'send',
    'inbox',
    'simulate',
    'check',
    'verify',
    'organs import',
    'organs list',
    'certificates import',
    'certificates list',
    'keys issue',
    'keys list',
    'keys revoke',
  ];
  it.each([...commands, 'anchors add', 'anchors list', 'paper import', 'report', 'doctor', 'journal verify'])(
    '%s explains itself with an example to copy',
    async (name) => {
      const { code, out, err } = await run({ words: [...name.split(' '), '--help'] });
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(`Ví dụ / Example:\n  lienthong ${name}`);
      expect(out).toContain('--json');
    },
  );

  it('that does not exist ends 64, also in JSON', async () => {
    expect(await runJson({ words: ['fly'] })).toMatchObject({ code: 64, value: { code: 'usage' } });
    expect((await run({ words: ['--version'] })).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run({ words: [] })).code).toBe(64);
  });

  it('ends 64 with a broken configuration, naming all that is wrong', async () => {
    const { code, value } = await runJson({ env: { LIENTHONG_PORT: 'x', LIENTHONG_RATE: '-1' }, words: ['organs', 'list'] });
    expect(code).toBe(64);
    expect(value.en).toContain('LIENTHONG_PORT');
    expect(value.en).toContain('LIENTHONG_RATE');
  });
});
