import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { secrecyFor } from '../../src/envelope/secrecy.ts';
import { failures } from '../../src/errors.ts';
import { codesOf, readText } from '../support/reading.ts';
import { samples } from '../support/samples.ts';

const folder = new URL('../../spec/samples/', import.meta.url).pathname;

if (process.env.WRITE_SAMPLES === '1') {
  for (const kind of ['valid', 'invalid']) {
    rmSync(`${folder}${kind}`, { recursive: true, force: true });
    mkdirSync(`${folder}${kind}`);
  }
  for (const { path, text } of samples()) writeFileSync(`${folder}${path}`, text);
}

const inFolder = (kind: string): readonly string[] =>
  readdirSync(`${folder}${kind}`)
    .filter((name) => name.endsWith('.xml'))
    .sort();

/**
 * Codes that need more than the bytes: the directory, who posts, what was posted before. Reading finds
 * nothing wrong with these samples; the end-to-end test posts them to a running hub.
 */
const decidedLater = ['organ.', 'sender.', 'recipient.duplicate', 'trace.loop', 'status.out-of-order'];
const codeOf = (name: string): string => name.split('--')[0] ?? '';

describe('spec/samples', () => {
  test('every file is what its maker makes, and none is left over', () => {
    const made = new Map(samples().map(({ path, text }) => [path, text]));
    const found = [...inFolder('valid').map((name) => `valid/${name}`), ...inFolder('invalid').map((name) => `invalid/${name}`)];
    expect([...found].sort()).toEqual([...made.keys()].sort());
    for (const path of found) expect(readFileSync(`${folder}${path}`, 'utf8'), path).toBe(made.get(path));
  });

  test.each(inFolder('valid'))('%s is read without a fault', async (name) => {
    const reading = await readText(readFileSync(`${folder}valid/${name}`));
    expect(reading.faults).toEqual([]);
    expect(reading.message).not.toBeNull();
    expect(reading.message === null ? null : secrecyFor(reading.message).kind).toBe('none');
  });

  test.each(inFolder('invalid'))('%s is refused with the code in its name', async (name) => {
    const code = codeOf(name);
    expect(Object.keys(failures)).toContain(code);
    const reading = await readText(readFileSync(`${folder}invalid/${name}`));
    if (decidedLater.some((later) => code.startsWith(later))) expect(codesOf(reading)).toEqual([]);
    else if (code === 'document.secret') expect(reading.message === null ? null : secrecyFor(reading.message).kind).toBe('secret');
    else expect(codesOf(reading)[0]).toBe(code);
  });

  test('every sentence of every fault is there in both languages', async () => {
    for (const name of inFolder('invalid')) {
      const { faults, warnings } = await readText(readFileSync(`${folder}invalid/${name}`));
      for (const { vi, en } of [...faults, ...warnings]) expect([vi.length > 5, en.length > 5]).toEqual([true, true]);
    }
  });
});
