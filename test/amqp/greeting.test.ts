/** What a broker may say in the very bytes that open a connection; needs no RabbitMQ. */
import { afterEach, describe, expect, it } from 'vitest';
import { openConnection } from '../../src/amqp/connection.ts';
import { closeBecause, openGreeter, openOk } from './greeter.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const connectionTo = async (last: Buffer) => {
  const greeter = await openGreeter(last);
  const connection = openConnection({ url: greeter.url, name: 'test', pause: { first: 20, most: 40 } });
  closing.push(connection.close, greeter.close);
  connection.start();
  return { greeter, connection };
};

describe('a broker that opens a connection', () => {
  it('is connected to', async () => {
    const { connection, greeter } = await connectionTo(openOk);
    await expect.poll(() => connection.state().kind).toBe('connected');
    expect(greeter.greeted()).toBe(1);
  });

  it.each([
    [320, 'CONNECTION_FORCED - shutdown'],
    [541, 'INTERNAL_ERROR'],
    [530, "NOT_ALLOWED - access to vhost '/' refused: connection limit is reached"],
  ])('and closes it in the same breath with %i is tried again, and ends nothing', async (code, text) => {
    const { greeter, connection } = await connectionTo(Buffer.concat([openOk, closeBecause(code, text)]));
    await expect.poll(() => greeter.greeted(), { timeout: 5_000 }).toBeGreaterThan(2);
    expect(connection.state()).toMatchObject({ kind: 'away' });
  });
});
