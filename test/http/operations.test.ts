/** What operators and readers meet at the door: metrics, documentation, explanations, TLS. */
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failures } from '../../src/errors.ts';
import { openDoor } from '../../src/http/server.ts';
import type { Part } from '../../src/hub/part.ts';
import type { Relay } from '../../src/hub/relay.ts';
import type { Health } from '../../src/hub.ts';
import { makeHubKey } from '../../src/signature/sign/own.ts';
import { openTestDoor, type TestDoor } from './door.ts';
import { openPapers } from './papers.ts';
import { talkTo } from './talk.ts';

let door: TestDoor;
beforeAll(async () => {
  door = await openTestDoor();
});
afterAll(() => door.close());

describe('/metrics', () => {
  it('counts accepts, refusals by code, deliveries by state, alerts by kind, inbox latency and loop lag, and tells nothing of agencies', async () => {
    const papers = await openPapers();
    const talk = await talkTo(door.url);
    const key = door.keys.sender;
    const bytes = papers.letter('unsigned', { subject: 'Chuyện riêng' });
    await talk.ask('POST', '/v1/envelopes', { key, bytes });
    await talk.ask('POST', '/v1/envelopes', { key, bytes });
    await talk.ask('POST', '/v1/envelopes', { key, bytes: 'no' });
    await talk.ask('GET', '/v1/inbox', { key });
    const { text } = await talk.ask('GET', '/metrics');
    for (const line of [
      /^lienthong_accepts_total\{replayed="false"\} 1$/m,
      /^lienthong_accepts_total\{replayed="true"\} 1$/m,
      /^lienthong_refusals_total\{code="envelope\.malformed"\} 1$/m,
      /^lienthong_deliveries\{state="queued"\} 1$/m,
      /^lienthong_open_alerts\{kind="signature\.unsigned"\} 1$/m,
      /^lienthong_inbox_seconds_count 1$/m,
      /^lienthong_nodejs_eventloop_lag_p99_seconds /m,
      /^lienthong_ready 1$/m,
      /^lienthong_degraded\{what="anchors"\} 1$/m,
    ])
      expect(text).toMatch(line);
    expect(text).not.toMatch(/Chuyện|H99|Tân Lập/);
  });
});

describe('a broker', () => {
  const since = '2026-11-23T01:00:00.000Z';
  const broker: Part = {
    ...{ name: 'broker', what: 'RabbitMQ 3.10.8', state: 'away', since },
    remarks: [{ vi: 'Không kết nối được RabbitMQ', en: 'RabbitMQ cannot be reached' }],
  };
  const relay: Relay = {
    publish: async () => [],
    waiting: async () => null,
    state: () => ({ kind: 'away', since, why: null }),
    counts: () => ({ confirmed: 7, unroutable: 1, full: 0, away: 2 }),
  };
  const health: Health = { ready: true, degraded: ['broker'], refusal: null, parts: [broker] };

  it('that is away is told by /readyz, with its part when asked for, and by /metrics; envelopes are taken', async () => {
    const ill = await openTestDoor({ taken: () => [{ queue: 'lienthong.submit.v1', taken: 'refused', count: 3 }] }, () => ({
      relay,
      health: async () => health,
    }));
    try {
      const talk = await talkTo(ill.url);
      const short = await talk.ask('GET', '/readyz');
      expect([short.status, short.body]).toEqual([200, { ready: true, degraded: ['broker'], refusal: null }]);
      for (const path of ['/readyz?verbose', '/readyz?verbose=true', '/readyz?verbose=1'])
        expect((await talk.ask('GET', path)).body).toEqual({ ready: true, degraded: ['broker'], refusal: null, parts: [broker] });
      expect((await talk.ask('GET', '/readyz?verbose=false')).body).not.toHaveProperty('parts');
      const { text } = await talk.ask('GET', '/metrics');
      for (const line of [
        /^lienthong_broker_state\{state="away"\} 1$/m,
        /^lienthong_broker_state\{state="connected"\} 0$/m,
        /^lienthong_part_state\{part="broker",state="away"\} 1$/m,
        /^lienthong_relayed_total\{outcome="confirmed"\} 7$/m,
        /^lienthong_relayed_total\{outcome="away"\} 2$/m,
        /^lienthong_broker_messages_total\{queue="lienthong.submit.v1",outcome="refused"\} 3$/m,
        /^lienthong_degraded\{what="broker"\} 1$/m,
      ])
        expect(text).toMatch(line);
      // Asked twice, a counter is not counted twice.
      const again = (await talk.ask('GET', '/metrics')).text;
      expect(again).toMatch(/^lienthong_relayed_total\{outcome="confirmed"\} 7$/m);
      expect(again).toMatch(/^lienthong_broker_messages_total\{queue="lienthong.submit.v1",outcome="refused"\} 3$/m);
    } finally {
      await ill.close();
    }
  });

  it('that nobody configured has no figures', async () => {
    const { text } = await (await talkTo(door.url)).ask('GET', '/metrics');
    expect(text).not.toMatch(/lienthong_(broker|relayed)/);
  });
});

describe('/docs', () => {
  it('is served whole from this machine under a strict policy', async () => {
    const page = await fetch(`${door.url}/docs`);
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe');
    const html = await page.text();
    expect(html).not.toMatch(/<script>|https?:\/\//);
    for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const answer = await fetch(`${door.url}${path}`);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.headers.get('content-type')).toMatch(/javascript|css/);
    }
    expect((await fetch(`${door.url}/docs/..%2fpackage.json`)).status).toBe(404);
    expect((await fetch(`${door.url}/docs/swagger-ui.js.map`)).status).toBe(404);
  });
});

describe('/errors/CODE', () => {
  it('explains every code of the table in Vietnamese and English, as a page and as JSON', async () => {
    for (const [code, row] of Object.entries(failures)) {
      const json = await fetch(`${door.url}/errors/${code}`, { headers: { accept: 'application/json' } });
      expect(await json.json()).toMatchObject({
        code,
        status: row.status,
        vi: row.vi,
        en: row.en,
        whatToDo: { vi: expect.any(String), en: expect.any(String) },
      });
      if (code.startsWith('envelope')) {
        const html = await (await fetch(`${door.url}/errors/${code}`, { headers: { accept: 'text/html,*/*;q=0.5' } })).text();
        expect(html).toContain(row.vi);
        expect(html).toContain(row.en);
      }
    }
    expect((await fetch(`${door.url}/errors/__proto__`)).status).toBe(404);
    expect((await fetch(`${door.url}/errors/internal.error`)).status).toBe(200);
  });
});

describe('TLS', () => {
  it('is spoken where a key and a certificate are given', async () => {
    const { keyPem, certificatePem } = await makeHubKey({ code: 'H99', name: 'Tỉnh Mẫu', now: new Date() });
    const secure = await openDoor(door.hub, {
      ...{ host: '127.0.0.1', port: 0, tlsKey: keyPem, tlsCert: certificatePem, rate: 0, publicUrl: '', secureCookies: true },
    });
    expect(secure.url).toMatch(/^https:/);
    const headers = await new Promise((resolve, reject) => {
      request(`${secure.url}/livez`, { rejectUnauthorized: false }, (answer) => {
        answer.resume();
        resolve(answer.headers);
      })
        .on('error', reject)
        .end();
    });
    expect(headers).toMatchObject({ 'strict-transport-security': expect.stringContaining('max-age') });
    await secure.close();
  });
});
