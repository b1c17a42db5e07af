/** The two pages for administrators: signing in, what they show, what their forms do, and who may not. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { complianceFor } from '../../src/oversight/compliance.ts';
import { complianceTable } from '../../src/oversight/report/table.ts';
import { eventually, openTestDoor, type TestDoor } from '../http/door.ts';
import { openPapers, today } from '../http/papers.ts';
import { type Talk, talkTo } from '../http/talk.ts';

let door: TestDoor;
let talk: Talk;
let papers: Awaited<ReturnType<typeof openPapers>>;
let cookie = '';

const page = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${door.url}${path}`, { redirect: 'manual', headers: { cookie, accept: 'text/html', ...headers } });
const send = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${door.url}${path}`, { method: 'POST', redirect: 'manual', headers: { cookie, ...headers }, body: new URLSearchParams(fields) });
const signIn = (key: string, more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  send('/dang-nhap', { key, ...more }, { cookie: '', ...headers });
const cookieOf = (answer: Response): string => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const tokenOf = (html: string): string => /name="formToken" value="([^"]+)"/.exec(html)?.[1] ?? '';

const post = async (...letter: Parameters<(typeof papers)['letter']>) =>
  (await talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes: papers.letter(...letter) })).body;

beforeAll(async () => {
  [door, papers] = await Promise.all([openTestDoor(), openPapers()]);
  talk = await talkTo(door.url);
});
beforeEach(async () => {
  cookie = cookieOf(await signIn(door.keys.admin));
});
afterAll(() => door.close());

describe('signing in', () => {
  it('sends strangers to the sign-in page and back to where they wanted to go', async () => {
    cookie = '';
    expect((await page('/')).headers.get('location')).toBe('/dang-nhap');
    const away = await page('/bao-cao/2026-11');
    expect([away.status, away.headers.get('location')]).toEqual([303, '/dang-nhap?ve=%2Fbao-cao%2F2026-11']);
    const back = await signIn(door.keys.admin, { ve: '/bao-cao/2026-11' });
    expect([back.status, back.headers.get('location')]).toEqual([303, '/bao-cao/2026-11']);
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/canh-bao//..//evil', 'javascript:alert(1)'])(
    'never sends anybody to %s',
    async (ve) => {
      const place = (await signIn(door.keys.admin, { ve })).headers.get('location') ?? '';
      expect(new URL(place, door.url).origin).toBe(new URL(door.url).origin);
      expect(place).toMatch(/^\/(canh-bao|bao-cao)/);
    },
  );

  it('takes administrator keys only, and says why not', async () => {
    for (const [key, words] of [
      ['lt_nobody', 'không đúng'],
      [door.keys.sender, 'không phải khóa quản trị'],
      [door.keys.expired, 'hết hạn'],
    ] as const) {
      const answer = await signIn(key);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([403, null]);
      expect(await answer.text()).toContain(words);
    }
  });

  it('keeps the session in an opaque cookie that scripts and other sites never get', async () => {
    const given = (await signIn(door.keys.admin)).headers.get('set-cookie') ?? '';
    expect(given).toMatch(/^lienthong=[\w-]{40,}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    expect(given).not.toContain(door.keys.admin);
  });

  it('insists on TLS wherever browsers come over TLS, also through a proxy, whose word counts only where one is configured', async () => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '203.0.113.9' };
    expect((await signIn(door.keys.admin, {}, forwarded)).headers.get('set-cookie')).not.toContain('Secure');
    const behind = await openTestDoor({ plaintext: 'behind-proxy' });
    try {
      const body = new URLSearchParams({ key: behind.keys.admin });
      const answer = await fetch(`${behind.url}/dang-nhap`, { method: 'POST', redirect: 'manual', headers: forwarded, body });
      const given = answer.headers.get('set-cookie') ?? '';
      expect(given).toMatch(/^__Host-lienthong=[\w-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/);
      const shown = await fetch(`${behind.url}/canh-bao`, {
        redirect: 'manual',
        headers: { ...forwarded, cookie: given.split(';')[0] ?? '' },
      });
      expect(shown.status).toBe(200);
    } finally {
      await behind.close();
    }
  });

  it('signs out: the cookie means nothing afterwards', async () => {
    const formToken = tokenOf(await (await page('/canh-bao')).text());
    expect((await send('/dang-xuat', { formToken })).headers.get('location')).toBe('/dang-nhap');
    expect((await page('/canh-bao')).status).toBe(303);
  });

  it('ends the session of a key that is revoked', async () => {
    const [admin] = (await door.hub.keys.list()).filter((key) => key.role === 'admin');
    expect((await page('/canh-bao')).status).toBe(200);
    const other = await openTestDoor();
    try {
      const theirs = cookieOf(
        await fetch(`${other.url}/dang-nhap`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ key: other.keys.admin }) }),
      );
      const [key] = (await other.hub.keys.list()).filter((one) => one.role === 'admin');
      const entry = {
        entryId: 'e-revoke',
        at: new Date().toISOString(),
        act: 'keys.revoke',
        by: 'test',
        subject: key?.id ?? '',
        details: {},
      };
      await other.hub.keys.revoke(key?.id ?? '', new Date().toISOString(), entry);
      const gone = await eventually(
        async () => (await fetch(`${other.url}/canh-bao`, { redirect: 'manual', headers: { cookie: theirs } })).status === 303,
      );
      expect(gone).toBe(true);
    } finally {
      await other.close();
    }
    expect(admin).toBeDefined();
  });

  it('tries no key after ten wrong ones from one address', async () => {
    const other = await openTestDoor();
    try {
      const attempt = (key: string) =>
        fetch(`${other.url}/dang-nhap`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ key }) });
      for (let wrong = 0; wrong < 10; wrong += 1) expect((await attempt('lt_wrong')).status).toBe(403);
      const answer = await attempt(other.keys.admin);
      expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([429, true]);
    } finally {
      await other.close();
    }
  });
});

describe('the pages', () => {
  it('have a strict policy and nothing inline', async () => {
    for (const path of ['/dang-nhap', '/canh-bao', '/bao-cao/2026-11', '/bao-cao/2026-99']) {
      const answer = await page(path);
      expect(answer.headers.get('content-security-policy')).toBe(
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
      );
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const html = await answer.text();
      expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i);
      expect(html).toContain('<html lang="vi">');
    }
  });

  it('escape everything an agency wrote', async () => {
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>\' & <%= 7*7 %>';
    await post('unsigned', {
      subject: hostile,
      notation: '<b>UBND</b>-VX',
      files: [{ name: '<svg onload=alert(1)>.pdf', bytes: Buffer.from('%PDF-1.7') }],
    });
    const html = await (await page('/canh-bao')).text();
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('&lt;%= 7*7 %&gt;');
    expect(html).not.toMatch(/<script|<img src=x|<svg onload|<b>UBND/);
  });

  it('serve their style sheet and no other file', async () => {
    expect((await page('/console/assets/console.css')).headers.get('content-type')).toContain('text/css');
    for (const path of [
      '/console/assets/..%2fpages%2fframe.eta',
      '/console/assets/.',
      '/console/assets/nothing.css',
      '/console/pages/frame.eta',
    ])
      expect([path, (await page(path)).status]).toEqual([path, 404]);
  });
});

describe('/canh-bao', () => {
  it('groups by agency and cause, with words for severity and the documents inside', async () => {
    const held = await post('altered', { subject: 'Điều chỉnh dự toán', to: ['H99.5', 'H99.23'] });
    await post('unsigned', { subject: 'Báo cáo tháng' });
    const html = await (await page('/canh-bao')).text();
    expect(html).toMatch(/<h2>UBND xã Tân Lập <span class="code">H99\.22<\/span>/);
    expect(html).toContain('[NGHIÊM TRỌNG]');
    expect(html).toContain('[CAO]');
    expect(html).toMatch(/<h3>Chưa ký số /);
    for (const words of ['Điều chỉnh dự toán', 'Sở Nội vụ', 'UBND xã Phú Hòa', 'Đang giữ, chờ quyết định', 'Báo cáo tháng'])
      expect(html).toContain(words);
    expect(html).toContain(`/van-ban/${held.recordId}/quyet-dinh`);
    expect(html.indexOf('[NGHIÊM TRỌNG]')).toBeLessThan(html.indexOf('[CAO]'));
  });

  it('acknowledges and settles, with the reason, and the API sees it', async () => {
    const { alerts } = await post('altered');
    const { alertId } = alerts[0];
    const formToken = tokenOf(await (await page('/canh-bao')).text());
    const state = async () => (await talk.ask('GET', `/v1/alerts/${alertId}`, { key: door.keys.admin })).body.state;
    const back = await send(`/canh-bao/${alertId}/ghi-nhan`, { formToken, back: '/canh-bao?tinhtrang=open' });
    expect([back.status, back.headers.get('location'), await state()]).toEqual([303, '/canh-bao?tinhtrang=open', 'acknowledged']);
    await send(`/canh-bao/${alertId}/ket-thuc`, { formToken, reason: '  ' });
    expect(await state()).toBe('acknowledged');
    expect(await (await page('/canh-bao')).text()).toContain('Phải nêu lý do');
    await send(`/canh-bao/${alertId}/ket-thuc`, { formToken, reason: 'Đã gửi bản thay thế', back: 'https://evil.example' });
    expect(await state()).toBe('settled');
    expect(await (await page(`/canh-bao?tinhtrang=settled`)).text()).toContain(`a-${alertId}`);
    expect(await (await page('/canh-bao')).text()).not.toContain(`a-${alertId}`);
  });

  it('releases and returns what is held', async () => {
    const [one, other] = [await post('altered'), await post('altered')];
    const formToken = tokenOf(await (await page('/canh-bao')).text());
    await send(`/van-ban/${one.recordId}/quyet-dinh`, { formToken, result: 'release', reason: 'Đã xác minh với bên gửi' });
    await send(`/van-ban/${other.recordId}/quyet-dinh`, { formToken, result: 'return', reason: 'Đề nghị ký lại' });
    const outcome = async (id: string) => (await talk.ask('GET', `/v1/records/${id}`, { key: door.keys.admin })).body.outcome;
    expect([await outcome(one.recordId), await outcome(other.recordId)]).toEqual(['accepted', 'refused']);
    await send(`/van-ban/${one.recordId}/quyet-dinh`, { formToken, result: 'return', reason: 'x' });
    expect(await (await page('/canh-bao')).text()).toContain('notice failed');
  });

  it('takes no form without its token, from another site, or with another origin', async () => {
    const { alerts } = await post('altered');
    const formToken = tokenOf(await (await page('/canh-bao')).text());
    const path = `/canh-bao/${alerts[0].alertId}/ghi-nhan`;
    expect((await send(path, {})).status).toBe(403);
    expect((await send(path, { formToken: 'x'.repeat(43) })).status).toBe(403);
    expect((await send(path, { formToken }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await send(path, { formToken }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await send(path, { formToken }, { origin: 'null' })).status).toBe(403);
    expect((await signIn(door.keys.admin, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await talk.ask('GET', `/v1/alerts/${alerts[0].alertId}`, { key: door.keys.admin })).body.state).toBe('open');
    expect((await send(path, { formToken }, { 'sec-fetch-site': 'same-origin', origin: door.url })).status).toBe(303);
  });

  it('shows every document of one alert on its own page', async () => {
    let receipt = await post('unsigned');
    for (let more = 0; more < 7; more += 1) receipt = await post('unsigned', { subject: `Bổ sung lần ${more}` });
    const path = `/canh-bao/${receipt.alerts[0].alertId}`;
    expect(await (await page('/canh-bao')).text()).toContain(`href="${path}"`);
    const html = await (await page(path)).text();
    for (let more = 0; more < 7; more += 1) expect(html).toContain(`Bổ sung lần ${more}`);
    expect((await page('/canh-bao/nothing')).status).toBe(404);
  });
});

describe('/bao-cao', () => {
  const period = today.slice(0, 7).replace('/', '-');

  it('prints the very table of the report, cell by cell', async () => {
    const html = await (await page(`/bao-cao/${period}`)).text();
    const admin = { keyId: 'k', system: 'province', role: 'admin' } as const;
    const table = complianceTable(await complianceFor(door.hub, admin, { period }), door.hub);
    const cells = [...html.matchAll(/<t[hd][^>]*>([^<]*)<\/t[hd]>/g)].map(([, text]) => text);
    expect(cells).toEqual([...table.header, ...table.rows.flatMap((row) => row.cells)]);
    expect(html).toContain(`<h1 class="report-title">${table.title}</h1>`);
    expect(html).toContain('DỮ LIỆU MÔ PHỎNG');
  });

  it('leads to the months around it, to the other manner, and to CSV and JSON', async () => {
    const html = await (await page('/bao-cao/2026-10')).text();
    for (const place of ['/bao-cao/2026-09', '/bao-cao/2026-11', '/bao-cao/BC2026-10', '/bao-cao/2026-10.csv', '/bao-cao/2026-10.json'])
      expect(html).toContain(`href="${place}"`);
    expect((await page('/bao-cao')).headers.get('location')).toBe(`/bao-cao/${period}`);
    expect((await page('/bao-cao?ky=BC2026-10')).headers.get('location')).toBe('/bao-cao/BC2026-10');
    expect((await page('/bao-cao/2026-10.csv')).headers.get('content-type')).toContain('text/csv');
    expect(await (await page('/bao-cao/BC2026-10.json')).json()).toMatchObject({
      period: 'BC2026-10',
      from: '2026-09-15',
      to: '2026-10-14',
    });
    const bad = await page('/bao-cao/<b>');
    expect([bad.status, (await bad.text()).includes('<b>"')]).toEqual([400, false]);
  });
});
