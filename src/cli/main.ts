#!/usr/bin/env node
/** Entry of the command line. */
import { readFileSync } from 'node:fs';
import { runLine } from './program.ts';

/** The package's own version; the same relative place from `src/cli` and from `dist/cli`. */
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

// `lienthong … | head` closes the pipe early: that is the reader's right, not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runLine(
  process.argv.slice(2),
  {
    env: process.env,
    json: false,
    watched: process.stderr.isTTY === true,
    asked: process.stdin.isTTY === true,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    now: () => new Date(),
  },
  version,
);
