/** Issue 5, item 6: what one system has in hand is bounded, and what cannot be taken is refused before its first byte. */
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openInflight } from '../../src/http/gate/inflight.ts';
import { eventually, openTestDoor, type TestDoor } from './door.ts';

vi.setConfig({ testTimeout: 90_000 });

const opened: TestDoor[] = [];
const sockets: Socket[] = [];
const open = async (...given: Parameters<typeof openTestDoor>): Promise<TestDoor> => {
  const door = await openTestDoor(...given);
  opened.push(door);
  return door;
};
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const door of opened.splice(0)) await door.close();
});

type Call = { readonly socket: Socket; got(): string; answer(pattern: RegExp): Promise<string> };

/** Announces a body and sends none of it. */
const announce = (door: TestDoor, key: string, length: number | 'chunked'): Call => {
  const { hostname, port } = new URL(door.url);
  const size = length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
  const socket = connect(Number(port), hostname);
  sockets.push(socket);
  let text = '';
  socket.on('data', (part) => {
    text += part.toString();
  });
  socket.on('error', () => undefined);
  socket.write(
    `POST /v1/envelopes HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/xml\r\n${size}\r\nExpect: 100-continue\r\n\r\n`,
  );
  return {
    socket,
    got: () => text,
    answer: async (pattern) => {
      await eventually(async () => pattern.test(text), 15_000);
      return text;
    },
  };
};
const goOn = /100 Continue/;
const refused = /^HTTP\/1\.1 [45]\d\d .*\r\n\r\n/s;
const inHand = async ({ url }: TestDoor): Promise<number> =>
  Number(/^lienthong_inflight_bytes (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]);

describe('bytes in hand of one system', () => {
  it('past the limit the next body is 429 with Retry-After and no byte of it is asked for; another system is not slowed', async () => {
    const door = await open({ inflightBytes: 3_000_000 });
    const { sender, recipient } = door.keys;
    const first = announce(door, sender, 2_000_000);
    expect(await first.answer(goOn)).toMatch(goOn);
    expect(await inHand(door)).toBe(2_000_000);
    const second = await announce(door, sender, 1_500_000).answer(refused);
    expect(second).toMatch(/^HTTP\/1\.1 429 /);
    expect(second).toMatch(/\r\nRetry-After: 1\r\n/i);
    expect(second).toContain('"code":"caller.too-fast"');
    expect(second).not.toMatch(goOn);
    expect(await announce(door, recipient, 1_500_000).answer(goOn)).toMatch(goOn);
    // What still fits is let in.
    expect(await announce(door, sender, 900_000).answer(goOn)).toMatch(goOn);
  });

  it('is given back when the caller hangs up, and when it is answered', async () => {
    const door = await open({ inflightBytes: 2_500_000 });
    const { sender } = door.keys;
    const first = announce(door, sender, 2_000_000);
    await first.answer(goOn);
    first.socket.destroy();
    expect(await eventually(async () => (await inHand(door)) === 0)).toBe(true);
    const post = (): Promise<Response> =>
      fetch(`${door.url}/v1/envelopes`, {
        method: 'POST',
        headers: { authorization: `Bearer ${sender}`, 'content-type': 'application/xml' },
        body: '<none/>'.padEnd(1_900_000),
      });
    for (let turn = 0; turn < 3; turn += 1) expect((await post()).status).toBe(422);
    expect(await eventually(async () => (await inHand(door)) === 0)).toBe(true);
  });

  it('a body that does not tell its length counts as the largest; the largest alone is always let in', async () => {
    const door = await open({ inflightBytes: 1_000_000 });
    const { sender } = door.keys;
    expect(await announce(door, sender, 'chunked').answer(goOn)).toMatch(goOn);
    expect(await inHand(door)).toBe(2_000_000);
    expect(await announce(door, sender, 10).answer(refused)).toMatch(/^HTTP\/1\.1 429 /);
  });

  it('a key that may not send, or a rate that is used up, holds nothing', async () => {
    const door = await open({ inflightBytes: 3_000_000, rate: 1 });
    expect(await announce(door, door.keys.admin, 2_000_000).answer(refused)).toMatch(/^HTTP\/1\.1 403 /);
    for (let call = 0; call < 10; call += 1)
      await fetch(`${door.url}/v1/alerts`, { headers: { authorization: `Bearer ${door.keys.sender}` } });
    expect(await announce(door, door.keys.sender, 2_000_000).answer(refused)).toMatch(/^HTTP\/1\.1 429 /);
    expect(await inHand(door)).toBe(0);
  });
});

describe('what cannot be taken now', () => {
  it('the disk is low: 503 disk.low with Retry-After, no byte asked for, nothing in hand, and reading goes on', async () => {
    const door = await open({ inflightBytes: 3_000_000 }, undefined, { LIENTHONG_DISK_MIN: String(2 ** 50) });
    const answer = await announce(door, door.keys.sender, 1_000).answer(refused);
    expect(answer).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: \d+\r\n.*"code":"disk\.low"/is);
    expect(answer).not.toMatch(goOn);
    expect([await inHand(door), await door.spooled()]).toEqual([0, []]);
    expect((await fetch(`${door.url}/readyz`)).status).toBe(503);
    const read = await fetch(`${door.url}/v1/inbox`, { headers: { authorization: `Bearer ${door.keys.sender}` } });
    expect(read.status).toBe(200);
  });

  it('the store takes no commit: 503 store.unavailable with Retry-After before the body, and 202 goes on by itself afterwards', {
    timeout: 60_000,
  }, async () => {
    const door = await open();
    const other = new DatabaseSync(join(door.folder, 'lienthong.db'));
    other.exec('BEGIN IMMEDIATE');
    expect(await eventually(async () => (await fetch(`${door.url}/readyz`)).status === 503, 15_000)).toBe(true);
    const answer = await announce(door, door.keys.sender, 1_000).answer(refused);
    expect(answer).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: \d+\r\n.*"code":"store\.unavailable"/is);
    expect(answer).not.toMatch(goOn);
    expect(await door.spooled()).toEqual([]);
    other.exec('ROLLBACK');
    other.close();
    expect(await eventually(async () => (await fetch(`${door.url}/readyz`)).status === 200, 15_000)).toBe(true);
    expect(await announce(door, door.keys.sender, 1_000).answer(goOn)).toMatch(goOn);
  });
});

describe('the account of it', () => {
  it('never goes below nothing, whatever is given back twice', () => {
    const inflight = openInflight(100);
    const [one, two] = [inflight.take('a', 60), inflight.take('a', 40)];
    expect(inflight.take('a', 1)).toBeNull();
    one?.();
    one?.();
    expect(inflight.bytes).toBe(40);
    two?.();
    expect(inflight.bytes).toBe(0);
    expect(inflight.take('a', 1_000)).not.toBeNull();
  });
});
