#!/usr/bin/env node
// The installed command. Plain JavaScript that any Node from 18 on can read: it goes on under the Node 24
// that npm installed beside us when the one that runs it is older, or says what is missing.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const needed = 24;
const here = dirname(fileURLToPath(import.meta.url));
// Compiled beside us when installed, TypeScript in a clone.
const main = ['cli/main.js', 'cli/main.ts'].map((name) => join(here, name)).find((path) => existsSync(path));

/** The Node of our own optional dependency for this system, or null. */
const bundled = () => {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-${system}-${process.arch}/package.json`);
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
};

const stop = (vi, en) => {
  process.stderr.write(`lienthong: ${vi} / ${en}\n`);
  process.exit(70);
};

/** Under the other Node, with our streams, our signals and its exit code. */
const goOn = (node, script) => {
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => stop(`không chạy được ${node}: ${error.message}`, `cannot run ${node}: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
};

const node = Number(process.versions.node.split('.')[0]) >= needed ? process.execPath : bundled();
if (main === undefined) {
  stop('thiếu tệp chương trình, hãy cài đặt lại', 'the program files are missing, please install again');
} else if (node === null) {
  stop(
    `cần Node.js ${needed} trở lên (đang chạy ${process.versions.node}) và không tìm thấy bản kèm theo`,
    `needs Node.js ${needed} or newer (this is ${process.versions.node}) and found none installed with it`,
  );
} else if (node === process.execPath) {
  process.argv[1] = main;
  await import(new URL(`file://${main}`).href);
} else {
  goOn(node, main);
}
