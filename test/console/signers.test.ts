/** The page of a document with its signatures, and the list of certificates. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Holder, holderKey, type MetCertificate } from '../../src/records/holder.ts';
import { openTestDoor, type TestDoor } from '../http/door.ts';
import { openPapers } from '../http/papers.ts';
import { talkTo } from '../http/talk.ts';

let door: TestDoor;
let cookie = '';
let papers: Awaited<ReturnType<typeof openPapers>>;

const issuer = 'CN=CA thử, C=VN';
const day = (days: number): string => new Date(Date.now() + 7 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
const met = (serial: string, name: string, validTo: string): MetCertificate => ({
  ...{ key: holderKey(issuer, serial), serial, issuer, name, organisation: '<b>Tỉnh</b>', kind: 'agency', validTo },
  metAt: new Date().toISOString(),
});
const entry = () => ({ entryId: randomUUID(), at: new Date().toISOString(), act: 'test', by: 'test', subject: 'test', details: {} });
const page = async (path: string): Promise<{ readonly status: number; readonly html: string }> => {
  const answer = await fetch(`${door.url}${path}`, { redirect: 'manual', headers: { cookie, accept: 'text/html' } });
  return { status: answer.status, html: await answer.text() };
};

beforeAll(async () => {
  [door, papers] = await Promise.all([openTestDoor(), openPapers()]);
  const signedIn = await fetch(`${door.url}/dang-nhap`, {
    ...{ method: 'POST', redirect: 'manual', body: new URLSearchParams({ key: door.keys.admin }) },
  });
  cookie = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const listed: Holder = {
    ...{ key: holderKey(issuer, '0A'), serial: '0A', issuer, kind: 'agency', organ: 'H99.22', person: null, validTo: null },
  };
  // A row that has ended says nothing any more.
  const lapsed: Holder = { ...listed, key: holderKey(issuer, '0C'), serial: '0C', validTo: day(-1) };
  await door.hub.holders.put([listed, lapsed], entry());
  const sightings = [1, 2, 3].map((n) => ({
    key: holderKey(issuer, '0B'),
    organ: 'H99.23',
    recordId: `r${n}`,
    at: new Date().toISOString(),
  }));
  const certificates = [
    met('0A', 'Con dấu Một', day(400)),
    met('0B', 'Con dấu Hai', day(10)),
    met('0C', '<i>Ba</i>', day(-1)),
    met('0D', 'Sở Nội vụ', day(400)),
  ];
  await door.hub.commit({ journal: entry(), sightings, certificates });
});
afterAll(() => door.close());

describe('/chung-thu-so', () => {
  it('tells whose each certificate is and how that is known, and warns before it ends', async () => {
    const { html } = await page('/chung-thu-so');
    const row = (serial: string): string => html.split('<tr>').find((one) => one.includes(`>${serial}<`)) ?? '';
    expect(row('0A')).toMatch(/Con dấu Một[\s\S]*UBND xã Tân Lập \(H99\.22\)[\s\S]*theo danh sách chứng thư số/);
    expect(row('0B')).toMatch(/UBND xã Phú Hòa \(H99\.23\)[\s\S]*theo các văn bản hợp lệ trước đây[\s\S]*H99\.23: từ 03[\s\S]*sắp hết hạn/);
    expect(row('0C')).toMatch(/chưa rõ[\s\S]*đã hết hạn/);
    expect(row('0D')).toMatch(/Sở Nội vụ \(H99\.5\)[\s\S]*theo tên trên chứng thư số/);
    expect(row('0A')).not.toMatch(/hết hạn</);
    expect(html).not.toMatch(/<i>Ba|<b>Tỉnh/);
  });

  it('filters and searches without regard to marks', async () => {
    const serials = async (path: string) =>
      [...(await page(path)).html.matchAll(/class="serial">(0[A-D])</g)].map(([, serial]) => serial).sort();
    expect(await serials('/chung-thu-so')).toEqual(['0A', '0B', '0C', '0D']);
    expect(await serials('/chung-thu-so?loc=listed')).toEqual(['0A']);
    expect(await serials('/chung-thu-so?loc=ending')).toEqual(['0B', '0C']);
    expect(await serials('/chung-thu-so?loc=unknown')).toEqual(['0C']);
    expect(await serials('/chung-thu-so?tim=con+dau')).toEqual(['0A', '0B']);
    expect(await serials('/chung-thu-so?tim=phu+hoa')).toEqual(['0B']);
    expect(await serials('/chung-thu-so?loc=evil&tim=khong+co')).toEqual([]);
    expect((await page(`/chung-thu-so?tim=${encodeURIComponent('"><script>x')}`)).html).not.toContain('<script>');
  });

  it('is for administrators only', async () => {
    const answer = await fetch(`${door.url}/chung-thu-so`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/dang-nhap?ve=%2Fchung-thu-so']);
    const body = new URLSearchParams({ key: door.keys.admin, ve: '/chung-thu-so' });
    const back = await fetch(`${door.url}/dang-nhap`, { method: 'POST', redirect: 'manual', body });
    expect(back.headers.get('location')).toBe('/chung-thu-so');
  });
});

describe('/van-ban/{id}', () => {
  it('shows every signature with holder, kind, times and result, what happened, and nothing unescaped', async () => {
    const talk = await talkTo(door.url);
    const hostile = { subject: '<script>alert(1)</script>', to: ['H99.5', 'H99.23'] };
    const { body } = await talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes: papers.letter('signed', hostile) });
    const { html } = await page(`/van-ban/${body.recordId}`);
    for (const words of [
      'UBND xã Tân Lập (H99.22)',
      'Văn bản chính: ',
      'cơ quan, tổ chức',
      body.proof.attachments[0].signatures[0].signer.serial,
      'Chứng thư số không thuộc hệ thống chứng thực mà Trục tin cậy',
      'Trục đã nhận',
      'Cảnh báo',
      '&lt;script&gt;alert(1)&lt;/script&gt;',
    ])
      expect(html).toContain(words);
    expect(html).not.toContain('<script');
    // The alert's own page shows the same signatures, and leads here.
    const alert = (await page(`/canh-bao/${body.alerts[0].alertId}`)).html;
    expect(alert).toContain(body.proof.attachments[0].signatures[0].signer.serial);
    expect(alert).toContain(`href="/van-ban/${body.recordId}"`);
  });

  it('shows a refused message without files, and 404 for none', async () => {
    const talk = await talkTo(door.url);
    const bytes = papers.letter('unsigned', { date: '2014/02/30' });
    const { body } = await talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes });
    const refused = await page(`/van-ban/${body.recordId}`);
    expect([refused.status, refused.html.includes('Trục từ chối')]).toEqual([200, true]);
    expect((await page('/van-ban/none')).status).toBe(404);
  });
});
