/** What is written in one turn goes out together, and stays in order. */
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { bundleWrites, socketOf } from '../../src/amqp/bundle.ts';
import { openConnection } from '../../src/amqp/connection.ts';
import { declareSystem, declareTopology } from '../../src/amqp/declare.ts';
import { openPublisher } from '../../src/amqp/publish.ts';
import { names } from '../../src/amqp/topology.ts';
import { hasBroker, openVirtualHost } from '../support/broker.ts';

type Chunk = { readonly chunk: Buffer };

/** Notes what reaches the system, one entry a call. */
const sink = (highWaterMark?: number): { readonly stream: Writable; readonly calls: string[] } => {
  const calls: string[] = [];
  const stream = new Writable({
    ...(highWaterMark !== undefined && { highWaterMark }),
    write: (chunk: Buffer, _encoding, done) => {
      calls.push(chunk.toString());
      setImmediate(done);
    },
    writev: (chunks: readonly Chunk[], done) => {
      calls.push(chunks.map(({ chunk }) => chunk.toString()).join(''));
      setImmediate(done);
    },
  });
  bundleWrites(stream);
  return { stream, calls };
};

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('a stream whose writes are bundled', () => {
  it('writes what one turn gives it at one time, and the next turn by itself', async () => {
    const { stream, calls } = sink();
    for (const text of ['a', 'b', 'c']) stream.write(text);
    expect(calls).toEqual([]);
    await turn();
    stream.write('d');
    stream.write('e');
    await turn();
    expect(calls).toEqual(['abc', 'de']);
  });

  it('still says when it is full, and when it drained', async () => {
    const { stream, calls } = sink(4);
    let drained = 0;
    stream.on('drain', () => {
      drained += 1;
    });
    expect(stream.write('ab')).toBe(true);
    expect(stream.write('cde')).toBe(false);
    await turn();
    expect([calls, drained]).toEqual([['abcde'], 1]);
  });

  it('loses nothing where it ends, or is cut off, in the same turn', async () => {
    const { stream, calls } = sink();
    stream.write('a');
    stream.end('b');
    await turn();
    expect(calls).toEqual(['ab']);
    const cut = sink();
    cut.stream.write('a');
    cut.stream.destroy();
    await turn();
    expect(cut.stream.destroyed).toBe(true);
  });
});

(hasBroker() ? describe : describe.skip)('a connection to RabbitMQ', () => {
  it('sends a hundred messages in a few writes, not two for each', async () => {
    const host = await openVirtualHost();
    const connection = openConnection({ url: host.url, name: 'test' });
    const publisher = openPublisher(connection);
    let writes = 0;
    connection.attach(async (model) => {
      const channel = await model.createChannel();
      await declareTopology(model);
      await declareSystem(channel, 'H99.1');
      const socket = socketOf(model);
      const [one, many] = [socket._write.bind(socket), socket._writev?.bind(socket)];
      socket._write = (...words) => {
        writes += 1;
        one(...words);
      };
      socket._writev = (...words) => {
        writes += 1;
        many?.(...words);
      };
    });
    connection.start();
    try {
      await expect.poll(() => connection.state().kind, { timeout: 15_000 }).toBe('connected');
      writes = 0;
      const body = Buffer.alloc(2_048, 'x');
      const sent = Array.from({ length: 100 }, () =>
        publisher.publish({ exchange: '', key: names.inbox('H99.1'), body, properties: { messageId: randomUUID() } }),
      );
      expect(new Set(await Promise.all(sent))).toEqual(new Set(['confirmed']));
      expect(writes).toBeGreaterThan(0);
      expect(writes).toBeLessThan(30);
    } finally {
      await connection.close();
      await host.remove();
    }
  }, 30_000);
});
