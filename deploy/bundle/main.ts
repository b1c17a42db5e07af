/**
 * `npm run bundle [-- --out DIR]`: one archive that installs the hub on a server without Internet. In it: the compiled
 * program, its production packages exactly as locked, the Node of this machine's kind that the lockfile names, the
 * systemd units, an installer, and the digest of every file. The same commit gives the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const { values: given } = parseArgs({ options: { out: { type: 'string', default: join(root, 'bundle') } } });
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const run = (command: string, args: readonly string[], cwd = root): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });

/** What `uname` says where each runtime runs. */
const machines: Readonly<Record<string, string>> = { 'linux-x64': 'Linux-x86_64', 'linux-arm64': 'Linux-aarch64' };

/** Compiled into the staging folder, not into dist/, so that nothing here depends on what lies about. */
const compile = (app: string): void => {
  const compiler = createRequire(join(root, 'package.json')).resolve('typescript/package.json');
  run(process.execPath, [join(dirname(compiler), 'bin/tsc'), '-p', 'src', '--outDir', join(app, 'dist')]);
  cpSync(join(root, 'src'), join(app, 'dist'), { recursive: true, filter: (path) => !/\.ts$|tsconfig/.test(path) });
};

/** By npm, from the lockfile: every tarball is held against its recorded digest. Scripts of packages are not run. */
const installPackages = (app: string): void => {
  for (const name of ['package.json', 'package-lock.json', 'LICENSE', 'README.md']) cpSync(join(root, name), join(app, name));
  run(
    'npm',
    ['ci', '--omit=dev', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
    app,
  );
  // Nothing is run through npm there, and links do not belong in a list of digests.
  rmSync(join(app, 'node_modules/.bin'), { recursive: true, force: true });
  rmSync(join(app, 'node_modules/.package-lock.json'), { force: true });
};

const copyNode = (kind: string, place: string): void => {
  const manifest = createRequire(join(root, 'package.json')).resolve(`node-${kind}/package.json`);
  mkdirSync(join(place, 'bin'), { recursive: true });
  cpSync(join(dirname(manifest), 'bin/node'), join(place, 'bin/node'));
  cpSync(join(dirname(manifest), 'LICENSE'), join(place, 'LICENSE'));
  chmodSync(join(place, 'bin/node'), 0o755);
};

const copyPlainFiles = (place: string): void => {
  for (const name of ['install.sh', 'README.txt', 'lienthong.env']) cpSync(join(root, 'deploy/bundle', name), join(place, name));
  mkdirSync(join(place, 'bin'));
  cpSync(join(root, 'deploy/bundle/lienthong'), join(place, 'bin/lienthong'));
  for (const name of ['bin/lienthong', 'install.sh']) chmodSync(join(place, name), 0o755);
  for (const path of globSync('deploy/lienthong*.{service,timer}', { cwd: root }))
    cpSync(join(root, path), join(place, 'systemd', path.slice('deploy/'.length)));
  cpSync(join(root, 'spec'), join(place, 'app/spec'), { recursive: true });
};

const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

const writeSums = (place: string): number => {
  const files = readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1))
    .sort();
  writeFileSync(join(place, 'SHA256SUMS'), files.map((path) => `${digestOf(join(place, path))}  ./${path}\n`).join(''));
  return files.length;
};

/** The time of the commit, for every file in the archive; outside a checkout the start of 2026. */
const timeOf = (): string => {
  try {
    return run('git', ['log', '-1', '--format=%ct']).trim();
  } catch {
    return '1767225600';
  }
};

const pack = (staging: string, name: string, out: string): string => {
  const archive = join(out, `${name}.tar.gz`);
  const plain = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX', `--mtime=@${timeOf()}`];
  run('tar', ['-C', staging, ...plain, '-I', 'gzip -n -6', '-cf', archive, name]);
  writeFileSync(`${archive}.sha256`, `${digestOf(archive)}  ${name}.tar.gz\n`);
  return archive;
};

const kind = `${process.platform}-${process.arch}`;
const machine = machines[kind];
if (machine === undefined) throw new Error(`No bundle for ${kind}: make it on one of ${Object.keys(machines).join(', ')}`);
const { version }: { readonly version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const name = `lienthong-${version}-${kind}`;
const staging = mkdtempSync(join(tmpdir(), 'lienthong-bundle-'));
try {
  const place = join(staging, name);
  mkdirSync(join(place, 'app'), { recursive: true });
  compile(join(place, 'app'));
  installPackages(join(place, 'app'));
  copyNode(kind, join(place, 'node'));
  copyPlainFiles(place);
  writeFileSync(join(place, 'VERSION'), `${version}\n`);
  writeFileSync(join(place, 'MACHINE'), `${machine}\n`);
  const files = writeSums(place);
  mkdirSync(given.out, { recursive: true });
  const archive = pack(staging, name, resolve(given.out));
  say(`${files} files, SHA-256 ${digestOf(archive)}`);
  process.stdout.write(`${archive}\n`);
} finally {
  rmSync(staging, { recursive: true, force: true });
}
