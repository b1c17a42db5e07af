/** What `npm pack` gives, installed in an empty folder: the launcher, the command line and the service run from it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePdf } from '../src/demo/pdf.ts';
import { signPdf } from '../src/demo/pdf-sign.ts';
import { makePki } from '../src/demo/pki.ts';
import { root, startHub } from './support/hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-package-'));
const installed = join(folder, 'node_modules/lienthong');
const launcher = join(installed, 'dist/lienthong.js');
const npm = (args: readonly string[], cwd: string): string =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** A Node from 18 to 23 of this machine, outside any node_modules; undefined where there is none. */
const olderNode = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((place) => !place.includes('node_modules'))
  .map((place) => join(place, 'node'))
  .find((path) => existsSync(path) && /^v(18|19|2[0-3])\./.test(spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout));

const run = (node: string, args: readonly string[], script = launcher) =>
  spawnSync(node, [script, ...args], { cwd: folder, encoding: 'utf8', env: { PATH: '/usr/bin:/bin' }, timeout: 60_000 });

beforeAll(() => {
  const packed: readonly { readonly filename: string }[] = JSON.parse(
    npm(['pack', '--json', '--pack-destination', folder], root).replace(/^[^[]*/, ''),
  );
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  npm(['install', '--prefer-offline', `./${packed[0]?.filename}`], folder);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the installed package', () => {
  test('holds compiled JavaScript and what it needs to run, no TypeScript', () => {
    const files = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(
      expect.arrayContaining(['main.js', 'cli/main.js', 'lienthong.js', 'console/pages/report.eta', 'console/assets/console.css']),
    );
    expect(files.filter((path) => path.endsWith('.ts'))).toEqual([]);
    expect(readdirSync(installed)).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
  });

  test('lienthong --help says what there is', () => {
    const { status, stdout, stderr } = run(process.execPath, ['--help']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const command of ['organs', 'keys', 'verify', 'check', 'report', 'doctor']) expect(stdout).toContain(command);
  });

  test('the bin of npm is the launcher', () => {
    const { status, stdout } = spawnSync(join(folder, 'node_modules/.bin/lienthong'), ['--help'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, run(process.execPath, ['--help']).stdout]);
  });

  test('lienthong verify tells an unsigned PDF, with the exit code of the contract', () => {
    writeFileSync(join(folder, 'a.pdf'), makePdf('').bytes);
    const { status, stdout } = run(process.execPath, ['verify', '--json', 'a.pdf']);
    expect(JSON.parse(stdout)).toMatchObject([{ file: 'a.pdf', verdict: 'unsigned', reason: 'no-signature', kind: 'pdf' }]);
    expect(status).toBe(65);
  });

  test('lienthong verify reads a signature up to its anchor: sound, revocation not yet known', async () => {
    const now = new Date();
    const pki = await makePki({ now });
    const party = pki.issue({ kind: 'agency', name: 'Ủy ban nhân dân xã Mẫu', organisation: 'Tỉnh Mẫu' });
    mkdirSync(join(folder, 'anchors'));
    writeFileSync(join(folder, 'anchors/root.crt'), pki.root.certificate);
    writeFileSync(join(folder, 'anchors/issuing.crt'), pki.issuing.certificate);
    writeFileSync(join(folder, 'signed.pdf'), signPdf(makePdf(''), { party, at: now }).bytes);
    const { status, stdout } = run(process.execPath, ['verify', '--json', '--anchors', 'anchors', 'signed.pdf']);
    expect(JSON.parse(stdout)).toMatchObject([
      { verdict: 'undetermined', reason: 'revocation-unknown', signatures: [{ integrity: 'intact' }] },
    ]);
    expect(status).toBe(75);
    // Rules that ship with the program are found by their bare name here too.
    const integrity = run(process.execPath, ['verify', '--json', '--rules', 'integrity-only', 'signed.pdf']);
    expect([integrity.status, JSON.parse(integrity.stdout)[0].verdict]).toEqual([0, 'valid']);
  });

  test('lienthong check reads an envelope', () => {
    const sample = join(root, 'spec/samples/invalid/date.future--year-2999.xml');
    const valid = join(root, 'spec/samples/valid/document-comments-and-cdata.xml');
    expect(JSON.parse(run(process.execPath, ['check', '--json', valid]).stdout)).toMatchObject({ kind: 'document', errors: [] });
    const refused = run(process.execPath, ['check', '--json', sample]);
    expect([refused.status, JSON.parse(refused.stdout).errors[0].code]).toEqual([65, 'date.future']);
  });

  test('the service starts from it and is alive', async () => {
    const hub = await startHub({ program: join(installed, 'dist/main.js') });
    try {
      expect((await fetch(`${hub.url}/livez`)).status).toBe(200);
      expect((await fetch(`${hub.url}/v1/hub`)).status).toBe(200);
    } finally {
      await hub.remove();
    }
  });
});

describe.skipIf(olderNode === undefined)('the launcher under an older Node', () => {
  test('goes on under the Node 24 that was installed with it, and hands on its exit code', () => {
    const help = run(String(olderNode), ['--help']);
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(run(String(olderNode), ['no-such-command']).status).toBe(64);
  });

  test('says in one sentence, in both languages, that Node 24 is missing', () => {
    const bare = join(folder, 'bare');
    mkdirSync(join(bare, 'cli'), { recursive: true });
    cpSync(launcher, join(bare, 'lienthong.mjs'));
    writeFileSync(join(bare, 'cli/main.js'), '');
    // Away from node_modules, so that no Node is found beside it.
    const away = mkdtempSync(join(tmpdir(), 'lienthong-bare-'));
    cpSync(bare, away, { recursive: true });
    const { status, stderr } = run(String(olderNode), ['--help'], join(away, 'lienthong.mjs'));
    rmSync(away, { recursive: true, force: true });
    expect(status).toBe(70);
    expect(stderr).toMatch(/^lienthong: cần Node\.js 24 trở lên .* \/ needs Node\.js 24 or newer .*\n$/);
  });
});
