/** The door against callers who mean harm, or break off: a code for each, and nothing half-kept. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenHub } from '../../src/open.ts';
import { eventually, openTestDoor, type TestDoor } from './door.ts';
import { type Talk, talkTo } from './talk.ts';

const limit = 2_000_000;
const hostname = '127.0.0.1';
let door: TestDoor;
let talk: Talk;
let spools = 0;

/** Counts how often a body was taken at all. */
const counting = (hub: OpenHub) => ({
  originals: {
    ...hub.originals,
    spool: (...taken: Parameters<OpenHub['originals']['spool']>) => {
      spools += 1;
      return hub.originals.spool(...taken);
    },
  },
});

beforeAll(async () => {
  door = await openTestDoor({ bodyIdleMs: 600, headersMs: 1000, requestMs: 20_000 }, counting);
  talk = await talkTo(door.url);
});
afterAll(() => door.close());

const portOf = (): number => Number(new URL(door.url).port);

/**
 * Sends raw bytes and answers all that came back until the door closed the connection, or `ms` passed.
 * `then` is shown each answer so far, and sends more.
 */
const raw = (text: string, ms = 20_000, then?: (got: string, send: (more: string) => void) => void): Promise<string> =>
  new Promise((resolve) => {
    let got = '';
    const socket = connect(portOf(), hostname, () => socket.write(text));
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on('data', (part) => {
      got += part.toString();
      then?.(got, (more) => void socket.write(more));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(got);
    });
  });

const head = (more: readonly string[], key = door.keys.sender): string =>
  ['POST /v1/envelopes HTTP/1.1', 'Host: hub', `Authorization: Bearer ${key}`, 'Content-Type: application/xml', ...more, '', ''].join(
    '\r\n',
  );

describe('before the first body byte', () => {
  it.each([
    ['none', null, 401, 'key.invalid'],
    ['unknown', 'lt_nobody', 401, 'key.invalid'],
    ['not a key', 'x y', 401, 'key.invalid'],
    ['revoked', 'revoked', 401, 'key.invalid'],
    ['expired', 'expired', 401, 'key.expired'],
    ['all organs locked', 'locked', 403, 'sender.locked'],
    ['admin', 'admin', 403, 'role.insufficient'],
  ] as const)('a key that is %s is refused with nothing read', async (_name, key, status, code) => {
    const before = spools;
    const found = key === null ? {} : { key: key in door.keys ? door.keys[key as keyof typeof door.keys] : key };
    const answer = await talk.ask('POST', '/v1/envelopes', { ...found, bytes: 'x'.repeat(1000) });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(spools).toBe(before);
    if (status === 401) expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('a locked system may still collect what waits', async () => {
    expect((await talk.ask('GET', '/v1/inbox', { key: door.keys.locked })).status).toBe(200);
  });

  it('100 Continue is sent to those who may send, and to nobody else', async () => {
    const expecting = ['Expect: 100-continue', 'Content-Length: 2', 'Connection: close'];
    const refused = await raw(head(expecting, 'lt_nobody'));
    expect(refused).toMatch(/^HTTP\/1\.1 401 /);
    // As a client does: the body follows when it is asked for, however long that takes.
    const taken = await raw(head(expecting), undefined, (got, send) => got.endsWith('Continue\r\n\r\n') && send('no'));
    expect(taken).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 \d/);
  });

  it('a Content-Length over the limit is 413 without a byte read', async () => {
    const before = spools;
    const answer = await raw(head([`Content-Length: ${limit * 50}`, 'Expect: 100-continue']));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('envelope.too-large');
    expect(spools).toBe(before);
  });

  it('a store or a disk that cannot take it is 503 with Retry-After, and /readyz says so', async () => {
    for (const refusal of ['store.unavailable', 'disk.low'] as const) {
      const ill = await openTestDoor({}, () => ({ health: async () => ({ ready: false, degraded: [refusal], refusal, parts: [] }) }));
      try {
        const other = await talkTo(ill.url);
        const answer = await other.ask('POST', '/v1/envelopes', { key: ill.keys.sender, bytes: '<x/>' });
        expect([answer.status, answer.body.code]).toEqual([503, refusal]);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect((await other.ask('GET', '/readyz')).body).toEqual({ ready: false, degraded: [refusal], refusal });
        expect((await other.ask('GET', '/livez')).status).toBe(200);
        expect((await other.ask('GET', '/v1/inbox', { key: ill.keys.sender })).status).toBe(200);
      } finally {
        await ill.close();
      }
    }
  });
});

describe('bodies', () => {
  it('a chunked body over the limit is 413, and the spool is clean', async () => {
    const answer = await new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = httpRequest(
        {
          port: portOf(),
          host: hostname,
          method: 'POST',
          path: '/v1/envelopes',
          headers: { authorization: `Bearer ${door.keys.sender}`, 'content-type': 'application/xml' },
        },
        (response) => {
          let text = '';
          response.on('data', (part) => {
            text += part;
          });
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on('error', reject);
      for (let written = 0; written < limit + 400_000; written += 100_000) sent.write(Buffer.alloc(100_000, 'x'));
      sent.end();
    });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([413, 'envelope.too-large']);
    expect(await door.spooled()).toEqual([]);
  });

  it('an oversize multipart file is 413 too', async () => {
    const form = new FormData();
    form.set('file', new Blob([new Uint8Array(limit + 20_000)]), 'x.edxml');
    const answer = await talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes: form });
    expect([answer.status, answer.body.code]).toEqual([413, 'envelope.too-large']);
    expect(await door.spooled()).toEqual([]);
  });

  it('a body that stalls is given up with 400, and its spool file goes', async () => {
    const start = Date.now();
    const answer = await raw(`${head(['Content-Length: 5000'])}<edXML>`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('request.invalid');
    expect(Date.now() - start).toBeLessThan(5500);
    expect(await door.spooled()).toEqual([]);
  });

  it('an upload that is broken off leaves nothing and breaks nothing', async () => {
    for (let round = 0; round < 5; round += 1) {
      await new Promise<void>((resolve) => {
        const socket = connect(portOf(), hostname, () => {
          socket.write(`${head(['Content-Length: 500000'])}<edXML>${'x'.repeat(round * 30_000)}`);
          setTimeout(() => {
            socket.destroy();
            resolve();
          }, 60);
        });
      });
    }
    expect(await eventually(async () => (await door.spooled()).length === 0)).toBe(true);
    expect((await talk.ask('GET', '/livez')).status).toBe(200);
    expect(door.log.filter((line) => line.sentence === 'request failed')).toEqual([]);
  });

  it.each([
    ['no boundary', 'multipart/form-data', 'x'],
    ['an empty boundary', 'multipart/form-data; boundary=', 'x'],
    ['no end', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n<edXML'],
    ['no part', 'multipart/form-data; boundary=b', '--b--\r\n'],
    [
      'another part',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="doc"; filename="a"\r\n\r\n<x/>\r\n--b--\r\n',
    ],
    [
      'two files',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n<x/>\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="b"\r\n\r\n<y/>\r\n--b--\r\n',
    ],
    [
      'a field instead of a file',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n<x/>\r\n--b--\r\n',
    ],
  ])('a multipart body with %s is 400, and the spool is clean', async (_name, type, bytes) => {
    const answer = await talk.ask('POST', '/v1/envelopes', { key: door.keys.sender, bytes, headers: { 'content-type': type } });
    expect([answer.status, answer.body.code]).toEqual([400, 'request.invalid']);
    expect(await door.spooled()).toEqual([]);
  });

  it.each([
    ['application/json', {}],
    ['application/x-www-form-urlencoded', {}],
    ['application/xml', { 'content-encoding': 'gzip' }],
  ])('%s (%o) is 415', async (type, more) => {
    const answer = await talk.ask('POST', '/v1/envelopes', {
      key: door.keys.sender,
      bytes: '<x/>',
      headers: { 'content-type': type, ...more },
    });
    expect([answer.status, answer.body.code]).toEqual([415, 'media.unsupported']);
  });

  it('JSON that is none, is not UTF-8, is too long or of another type is told apart', async () => {
    const path = '/v1/deliveries/d/acknowledgement';
    const key = door.keys.recipient;
    const ask = (bytes: Uint8Array | string, type = 'application/json') =>
      talk.ask('POST', path, { key, bytes, headers: { 'content-type': type } });
    expect((await ask('{')).body.code).toBe('request.invalid');
    expect((await ask('')).body.code).toBe('request.invalid');
    expect((await ask('[]')).body.code).toBe('request.invalid');
    expect((await ask(Buffer.from([0x22, 0xff, 0x22]))).body.code).toBe('request.invalid');
    expect((await ask(`"${'x'.repeat(70_000)}"`)).body.code).toBe('envelope.too-large');
    expect((await ask('{}', 'text/plain')).body.code).toBe('media.unsupported');
    expect((await ask('{"result":"done","__proto__":{"x":1}}')).body.code).toBe('resource.unknown');
  });
});

describe('the connection', () => {
  it('heads that never end, or are too long, or are not HTTP end quickly', async () => {
    expect(await raw('GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408 /);
    expect(await raw(`GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await raw('rubbish\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('two lengths, or a length and chunks, are refused: nothing is smuggled', async () => {
    const both = await raw(`${head(['Content-Length: 5', 'Transfer-Encoding: chunked'])}0\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n`);
    expect(both).toMatch(/^HTTP\/1\.1 400 /);
    expect(both).not.toContain('"live"');
    expect(await raw(`${head(['Content-Length: 5', 'Content-Length: 6'])}hello`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await raw('GET /livez HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  it.each([
    ['climbs out', '/v1/records/..%2f..%2fetc%2fpasswd'],
    ['holds a null', '/v1/deliveries/%00/envelope'],
    ['is very long', `/v1/records/${'a'.repeat(5000)}`],
    ['is broken UTF-8', '/v1/records/%E0%A4%A'],
  ])('a path that %s finds nothing and fails nowhere', async (_name, path) => {
    const answer = await talk.ask('GET', path, { key: door.keys.recipient });
    expect([400, 404]).toContain(answer.status);
    expect(answer.body.code).toMatch(/^(resource\.unknown|request\.invalid)$/);
    expect(door.log.filter((line) => line.sentence === 'request failed')).toEqual([]);
  });

  it('unknown paths are 404 and other methods 405 with Allow, as problem documents', async () => {
    const lost = await talk.ask('GET', '/v2/envelopes', { key: door.keys.sender });
    expect([lost.status, lost.body.code, lost.headers.get('content-type')?.split(';')[0]]).toEqual([
      404,
      'resource.unknown',
      'application/problem+json',
    ]);
    for (const path of ['/v1/inbox', '/metrics', '/docs', '/openapi.json', '/errors/key.invalid']) {
      const wrong = await fetch(door.url + path, { method: 'DELETE' });
      expect([wrong.status, wrong.headers.get('allow'), await wrong.json()], path).toEqual([
        405,
        'GET, HEAD',
        expect.objectContaining({ code: 'method.unknown' }),
      ]);
    }
  });

  it('what is our own bug says one bland sentence, and the log the rest', async () => {
    const ill = await openTestDoor({}, (hub) => ({
      deliveries: { ...hub.deliveries, offered: () => Promise.reject(new Error('secret inner detail')) },
    }));
    try {
      const answer = await (await talkTo(ill.url)).ask('GET', '/v1/inbox', { key: ill.keys.recipient });
      expect(answer.status).toBe(500);
      expect(answer.text).not.toContain('secret');
      expect(answer.body).toMatchObject({ code: 'internal.error', incident: expect.any(String) });
      const [line] = ill.log;
      expect(line?.fields.incident).toBe(answer.body.incident);
      expect(String(line?.fields.error)).toContain('secret inner detail');
    } finally {
      await ill.close();
    }
  });

  it('every answer carries the headers that keep browsers out of trouble', async () => {
    for (const path of ['/livez', '/nope', '/errors/key.invalid', '/metrics']) {
      const { headers } = await fetch(`${door.url}${path}`);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect([headers.get('x-content-type-options'), headers.get('x-frame-options'), headers.get('x-powered-by')]).toEqual([
        'nosniff',
        'DENY',
        null,
      ]);
    }
  });
});

describe('rates', () => {
  it('slows one system at its own rate with 429 and Retry-After, and no other', async () => {
    const limited = await openTestDoor({ rate: 2 });
    try {
      const other = await talkTo(limited.url);
      const codes: number[] = [];
      for (let call = 0; call < 30; call += 1) codes.push((await other.ask('GET', '/v1/alerts', { key: limited.keys.sender })).status);
      // Burst: ten times the rate.
      expect(codes.filter((code) => code === 200).length).toBeGreaterThanOrEqual(20);
      expect(codes.at(-1)).toBe(429);
      const refused = await other.ask('GET', '/v1/alerts', { key: limited.keys.sender });
      expect([refused.body.code, Number(refused.headers.get('retry-after')) >= 1]).toEqual(['caller.too-fast', true]);
      expect((await other.ask('GET', '/v1/alerts', { key: limited.keys.recipient })).status).toBe(200);
    } finally {
      await limited.close();
    }
  });

  it('a stranger who floods gets 429 while a valid key from the same address is not slowed', async () => {
    const flooded = await openTestDoor();
    try {
      const wave = () => Promise.all(Array.from({ length: 400 }, () => fetch(`${flooded.url}/v1/inbox`).then((answer) => answer.status)));
      const refusedIn = (statuses: readonly number[]) => statuses.filter((status) => status === 429).length;
      // On a busy machine the first wave takes so long that what it saved and what is added meanwhile let most of it in.
      let refused = refusedIn(await wave());
      for (let more = 0; more < 4 && refused <= 100; more += 1) refused = refusedIn(await wave());
      expect(refused).toBeGreaterThan(100);
      const valid = await Promise.all(
        Array.from({ length: 100 }, () =>
          fetch(`${flooded.url}/v1/inbox`, { headers: { authorization: `Bearer ${flooded.keys.recipient}` } }).then(
            (answer) => answer.status,
          ),
        ),
      );
      expect(new Set(valid)).toEqual(new Set([200]));
      expect((await fetch(`${flooded.url}/livez`)).status).toBe(200);
    } finally {
      await flooded.close();
    }
  });
});

describe('closing', () => {
  it('lets an upload that is under way finish, and tells its caller to come back on another connection', async () => {
    const closing = await openTestDoor({ graceMs: 5000 });
    let answer = '';
    const socket = connect(Number(new URL(closing.url).port), hostname);
    socket.on('data', (part) => {
      answer += part.toString();
    });
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`${head(['Content-Length: 10'], closing.keys.sender)}hello`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const closed = closing.door.close();
    await new Promise((resolve) => setTimeout(resolve, 200));
    socket.write('world');
    await closed;
    await ended;
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/connection: close/i);
    expect(answer).toContain('envelope.malformed');
    await closing.close();
  });

  it('stops waiting for a caller who has hung up', async () => {
    const signals: AbortSignal[] = [];
    const waiting = await openTestDoor({}, (hub) => ({
      arrivals: {
        ...hub.arrivals,
        wait: (system, ms, signal) => {
          if (signal !== undefined) signals.push(signal);
          return hub.arrivals.wait(system, ms, signal);
        },
      },
    }));
    try {
      const gone = new AbortController();
      const poll = fetch(`${waiting.url}/v1/inbox?wait=30`, {
        headers: { authorization: `Bearer ${waiting.keys.recipient}` },
        signal: gone.signal,
      });
      expect(await eventually(async () => signals.length > 0)).toBe(true);
      gone.abort();
      await expect(poll).rejects.toThrow();
      expect(await eventually(async () => signals.every((signal) => signal.aborted), 1500)).toBe(true);
    } finally {
      await waiting.close();
    }
  });

  it('answers long polls at once and is done within its grace', async () => {
    const closing = await openTestDoor({ graceMs: 3000 });
    const waiting = fetch(`${closing.url}/v1/inbox?wait=30`, { headers: { authorization: `Bearer ${closing.keys.recipient}` } });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const start = Date.now();
    const closed = closing.close();
    const answer = await waiting;
    expect([answer.status, await answer.json()]).toEqual([200, { items: [], next: null }]);
    await closed;
    expect(Date.now() - start).toBeLessThan(2500);
    await expect(fetch(`${closing.url}/livez`)).rejects.toThrow();
  });

  it('cuts off, after its grace, whoever never finishes', async () => {
    const closing = await openTestDoor({ graceMs: 500, bodyIdleMs: 60_000 });
    const socket = connect(Number(new URL(closing.url).port), hostname);
    socket.on('error', () => undefined);
    socket.write(head(['Content-Length: 5000'], closing.keys.sender));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const start = Date.now();
    await closing.door.close();
    expect(Date.now() - start).toBeLessThan(2000);
    expect(await eventually(async () => (await closing.spooled()).length === 0)).toBe(true);
    await closing.close();
  });
});
