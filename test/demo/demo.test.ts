/** The demo ends with 0 when hub and ledger agree, and sees every lie of a door between them. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Check } from '../../src/demo/ledger/check.ts';
import { type DemoOptions, type DemoProvince, playProvince, setUpProvince } from '../../src/demo/run.ts';
import { cliPath, freePort } from '../../src/demo/stage/child.ts';
import { type Break, breaks } from '../../src/demo/stage/proxy.ts';
import { choosePlace, placeIn } from '../../src/demo/stage/setup.ts';

const run = promisify(execFile);
const long = 180_000;

describe('lienthong demo --exit', () => {
  test('agrees in everything, says it in Vietnamese, and leaves nothing behind', { timeout: long }, async () => {
    const { stdout, stderr } = await run(process.execPath, [cliPath, 'demo', '--exit', '--documents', '120', '--json']);
    const { agrees, checks }: { agrees: boolean; checks: readonly Check[] } = JSON.parse(stdout);
    expect(checks.flatMap(({ problems }) => problems)).toEqual([]);
    expect(agrees).toBe(true);
    expect(checks.every(({ compared }) => compared > 0)).toBe(true);
    for (const part of officialParts(stderr)) expect(foreignWords(part)).toEqual([]);
    expect(stderr).toContain('BẢNG TỔNG HỢP GỬI, NHẬN VĂN BẢN ĐIỆN TỬ – THÁNG');
    expect(stderr).toContain('XÁC NHẬN TRỤC ĐÃ NHẬN VĂN BẢN');
    const folder = /lienthong-demo-\w+/.exec(stderr)?.[0];
    expect(folder === undefined || !existsSync(join(tmpdir(), folder))).toBe(true);
  });
});

/** Table, alerts and receipt: what stands between the ruled titles. */
const officialParts = (text: string): readonly string[] => {
  const parts = text.split(/\n── (.*) ─+\n/);
  return parts.filter((_, index) => /BẢNG|CẢNH BÁO|BIÊN NHẬN/.test(parts[index - 1] ?? ''));
};

/**
 * Words that no Vietnamese text has: with f, j, w or z, or eight and more letters without a diacritic.
 * Identifiers, digests, file names and the notation of documents are not words.
 */
const foreignWords = (part: string): readonly string[] =>
  part
    .replace(/SHA-256|GMT\+7|\br_\w+|\b[0-9a-f]{64}\b|\b[0-9A-F]{16,}\b|"[^"]*"|\S+\/[A-ZĐ][\w-]*/gu, '')
    .split(/[^\p{L}]+/u)
    .filter((word) => /^[a-z]*[fjwz][a-z]*$/i.test(word) || /^[a-z]{8,}$/i.test(word));

describe('a lying door between agencies and hub', () => {
  let province: DemoProvince;
  let folder = '';
  const said: string[] = [];
  const options: DemoOptions = {
    exit: true,
    keep: true,
    live: false,
    documents: 1,
    say: (text) => said.push(text),
    stop: new Promise(() => {}),
  };
  beforeAll(async () => {
    const place = await choosePlace();
    folder = place.folder;
    province = await setUpProvince(options, place);
  }, long);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The same province in a folder of its own, so that each lie meets an empty hub. */
  const play = async (lie: Break, other: Partial<DemoOptions> = {}): Promise<readonly string[]> => {
    const own = mkdtempSync(join(tmpdir(), 'lienthong-lie-'));
    try {
      cpSync(folder, own, { recursive: true });
      const copy = { ...province, place: placeIn(own, await freePort()) };
      const { agrees, checks } = await playProvince({ ...options, ...other, break: lie }, copy);
      expect(agrees).toBe(checks.every(({ problems }) => problems.length === 0));
      return checks.flatMap(({ problems }) => problems);
    } finally {
      rmSync(own, { recursive: true, force: true });
    }
  };

  const tells: Readonly<Record<Break, RegExp>> = {
    drop: /nhận về 0 lần, mong đợi 1/,
    alter: /nội dung nhận về khác nội dung đã gửi/,
    duplicate: /nhận về 2 lần, mong đợi 1/,
    'hide-alert': /thiếu cảnh báo/,
  };

  /** Runs the curl lines that the demo printed, as printed, while its hub waits for Ctrl-C. */
  const playAndTry = async (lie: Break): Promise<{ readonly problems: readonly string[]; readonly answers: readonly string[] }> => {
    let press: (value: unknown) => void = () => undefined;
    const answers: string[] = [];
    const printed: string[] = [];
    const tryAll = async (): Promise<void> => {
      const lines = printed
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('  curl '));
      for (const line of lines) answers.push((await run('sh', ['-c', `${line} --fail`])).stdout);
    };
    const say = (text: string): void => {
      printed.push(text);
      if (text.includes('Ctrl-C')) tryAll().then(press, (error: Error) => press(answers.push(error.message)));
    };
    const stop = new Promise((resolve) => {
      press = resolve;
    });
    return { problems: await play(lie, { exit: false, say, stop }), answers };
  };

  test('--break alter is noticed, and the lines to try work as printed', { timeout: long }, async () => {
    const { problems, answers } = await playAndTry('alter');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(tells.alter);
    expect(answers).toHaveLength(5);
    const [alerts = '', figures = '', records = '', inbox = '', check = ''] = answers;
    expect(JSON.parse(alerts).items.length).toBeGreaterThan(5);
    expect(figures).toContain('H99.02,Sở Nội vụ,');
    expect(JSON.parse(records).items).not.toEqual([]);
    expect(JSON.parse(inbox)).toEqual({ items: [], next: null });
    expect(JSON.parse(check)).toMatchObject({ action: 'accept', errors: [] });
  });

  for (const lie of breaks.filter((one) => one !== 'alter')) {
    test(`--break ${lie} is noticed`, { timeout: long }, async () => {
      const problems = await play(lie);
      expect(problems).toContainEqual(expect.stringMatching(tells[lie]));
      // One document is lost and nothing else; a second copy is also answered a second time.
      if (lie === 'drop') expect(problems).toHaveLength(1);
    });
  }
});
