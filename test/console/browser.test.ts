/** The pages in a real browser: nothing the policy forbids is asked for, and nothing is wider than a phone. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDoor, type TestDoor } from '../http/door.ts';
import { openPapers } from '../http/papers.ts';
import { talkTo } from '../http/talk.ts';

const executablePath = process.env.LIENTHONG_TEST_CHROMIUM ?? '/usr/bin/chromium';
const found = existsSync(executablePath);
if (!found) process.stderr.write(`\n*** SKIPPED: no browser at ${executablePath}; the console was not looked at ***\n`);

describe.skipIf(!found)('in a browser', () => {
  let door: TestDoor;
  let browser: Browser;
  beforeAll(async () => {
    const papers = await openPapers();
    door = await openTestDoor();
    const talk = await talkTo(door.url);
    const subject = `V/v ${'rà soát văn bản '.repeat(12)}<script>document.title='x'</script>${'w'.repeat(120)}`;
    for (const file of ['unsigned', 'altered'] as const)
      await talk.ask('POST', '/v1/envelopes', {
        key: door.keys.sender,
        bytes: papers.letter(file, { subject, notation: `${'K'.repeat(60)}-VX`, to: ['H99.5', 'H99.23', 'G07'] }),
      });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  });
  afterAll(async () => {
    await browser?.close();
    await door?.close();
  });

  it.each([
    ['a desk', 1280],
    ['a phone', 360],
  ])('on %s the pages fit and break no rule', async (_name, width) => {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => void complaints.push(String(error)));
    await page.goto(`${door.url}/`);
    await page.fill('#key', door.keys.admin);
    await page.press('#key', 'Enter');
    await page.waitForURL(/canh-bao/);
    expect(await page.title()).toBe('Cảnh báo – Tỉnh Mẫu');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    // The held document is decided by the very form a person would use.
    const decision = page.locator('.decision').first();
    await decision.locator('summary').click();
    expect(await decision.locator('textarea').isVisible()).toBe(true);
    await page.goto(`${door.url}/bao-cao`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.goto(`${door.url}/chung-thu-so`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.goto(`${door.url}/canh-bao`);
    await page.locator('.documents a').first().click();
    await page.waitForURL(/van-ban/);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    await page.goto(`${door.url}/docs`);
    await page.waitForSelector('.opblock-summary-path');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a decision made in the browser is taken', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${door.url}/dang-nhap`);
    await page.fill('#key', door.keys.admin);
    await page.press('#key', 'Enter');
    await page.waitForURL(/canh-bao/);
    const decision = page.locator('.decision').first();
    await decision.locator('summary').click();
    await decision.locator('textarea').fill('Đã xác minh với bên gửi');
    await decision.locator('button[value=release]').click();
    await page.waitForSelector('.notice.done');
    expect(await page.locator('.decision').count()).toBe(0);
    await page.context().close();
  });
});
