/** The watched folders: each file is read once for each of its states, whatever happens to the others. */
import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anchorsIn, revocationIn, watch } from '../../src/worker/folders.ts';
import { startThread } from '../../src/worker/thread.ts';

let folder: string;
let read: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-folders-'));
  read = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const watched = () =>
  watch(
    folder,
    (path) => {
      read.push(basename(path));
      return readFileSync(path, 'utf8');
    },
    (texts) => texts.join(' '),
  );

it('reads again only what has changed', () => {
  put('big.crl', 'big');
  put('a.crl', 'a');
  const one = watched();
  expect([one.value(), read.splice(0)]).toEqual(['a big', ['a.crl', 'big.crl']]);
  put('b.crl', 'b');
  one.forget();
  expect([one.value(), read.splice(0)]).toEqual(['a b big', ['b.crl']]);
  put('a.crl', 'a2');
  one.forget();
  expect([one.value(), read.splice(0)]).toEqual(['a2 b big', ['a.crl']]);
  rmSync(join(folder, 'b.crl'));
  one.forget();
  expect([one.value(), read]).toEqual(['a2 big', []]);
});

it('leaves out what is too large to be a list, and goes on with the others', () => {
  put('a.crl', 'a');
  put('huge.crl', '');
  truncateSync(join(folder, 'huge.crl'), 3 * 1024 ** 3);
  expect(watched().value()).toBe('a');
  expect(revocationIn(folder).value().length).toBe(1);
});

it('changes its mark with every change, also one of the same size, and with nothing else', () => {
  put('a.crl', 'a');
  const one = watched();
  const marks = [one.mark()];
  one.forget();
  expect(one.mark()).toBe(marks[0]);
  put('.hidden', 'x');
  one.forget();
  expect(one.mark()).toBe(marks[0]);
  put('new', 'b');
  renameSync(join(folder, 'new'), join(folder, 'a.crl'));
  one.forget();
  marks.push(one.mark());
  utimesSync(join(folder, 'a.crl'), new Date(0), new Date(0));
  one.forget();
  marks.push(one.mark());
  expect(new Set(marks).size).toBe(3);
});

it('looks once a second at most, and takes no folder for an empty one', async () => {
  const one = watched();
  expect(one.value()).toBe('');
  put('a.crl', 'a');
  expect(one.value()).toBe('');
  await expect.poll(() => one.value(), { timeout: 5_000 }).toBe('a');
  expect(watch(null, String, (pieces) => pieces.length).value()).toBe(0);
  expect(watch(join(folder, 'none'), String, (pieces) => pieces.length).value()).toBe(0);
});

it('goes without a list that may not be read, but never without an anchor', () => {
  // Leads to itself: opening it fails, for whoever tries.
  symlinkSync('loop.crl', join(folder, 'loop.crl'));
  expect(revocationIn(folder).value()).toEqual([]);
  expect(() => anchorsIn(folder).value()).toThrow(/ELOOP/);
  put('not-a-list.crl', 'x');
  expect(() => revocationIn(join(folder, 'not-a-list.crl')).value()).not.toThrow();
});

it('tells whoever waits for a reload when the thread is ended over its work', async () => {
  const program = new URL('programs/dying.ts', import.meta.url);
  const thread = startThread({ anchors: null, crls: null, scratch: folder, version: '0' }, 64, program);
  await thread.ready;
  const ending = thread.inspect({ place: { path: 'loop' }, at: 0, now: 0, profile: 'member', everything: false }, 200);
  await Promise.all([thread.reload(), ending]);
  expect(await ending).toMatchObject({ kind: 'abandoned', why: 'time' });
});
