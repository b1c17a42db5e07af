/**
 * With LIENTHONG_EXPORT=FOLDER the files that the tests of attacks judge are left there for other judges (test/oracles):
 * one folder a process, with the anchors, the chain and revocation lists of its PKI.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Pki } from '../../src/demo/pki.ts';

const target = process.env.LIENTHONG_EXPORT;
const folder = target === undefined ? null : join(target, String(process.pid));

const put = (kind: string, bytes: Uint8Array): void => {
  if (folder === null) return;
  mkdirSync(join(folder, kind), { recursive: true });
  writeFileSync(join(folder, kind, `${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.der`), bytes);
};

export const exportPki = (pki: Pki, at: Date): void => {
  if (folder === null) return;
  put('anchors', pki.root.certificate);
  put('chain', pki.issuing.certificate);
  for (const list of pki.revocationLists([], at)) put('crls', list);
};

const counts = new Map<string, number>();

/** A walk over a thousand variants of one file tells other judges nothing more. */
const MOST = 2;

/** Named for the running test, with a number where it judges several. */
export const exportFile = (bytes: Uint8Array): void => {
  const test = expect.getState().currentTestName;
  if (folder === null || test === undefined) return;
  const name = test
    .split(' > ')
    .slice(-2)
    .join('-')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase()
    .slice(0, 90);
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  if (count > MOST) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}${count > 1 ? `-${count}` : ''}.pdf`), bytes);
};
