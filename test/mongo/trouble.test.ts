import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { HubError } from '../../src/errors.ts';
import { errorFor, isLost, isTransient, isUnknown } from '../../src/mongo/trouble.ts';

/** What a socket throws that is written to after the other side has ended it. */
const writtenAfterEnd = async (): Promise<unknown> => {
  const server = createServer((socket: Socket) => void socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket = connect({ port, host: '127.0.0.1' });
  const thrown = new Promise((resolve) =>
    socket.once('end', () => {
      socket.end();
      socket.write('a question', resolve);
    }),
  );
  socket.on('error', () => undefined).resume();
  try {
    return await thrown;
  } finally {
    socket.destroy();
    server.close();
  }
};

const refused = async (): Promise<unknown> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const [error] = await once(connect({ port, host: '127.0.0.1' }), 'error').catch((thrown) => [thrown]);
  return error;
};

describe('what the driver throws as it had it from the socket', () => {
  it.each([
    ['EPIPE', writtenAfterEnd],
    ['ECONNREFUSED', refused],
  ])('%s is a store that is away, and the question may be asked again', async (code, fail) => {
    const error = await fail();
    expect(error).toMatchObject({ code });
    expect([isLost(error), isTransient(error), isUnknown(error)]).toEqual([true, true, true]);
    const told = errorFor(error);
    expect(told).toBeInstanceOf(HubError);
    expect(told).toMatchObject({ code: 'store.unavailable', cause: error });
  });

  it.each([
    ['a bug', () => Promise.reject(new TypeError('planted'))],
    ['a file that is not there', () => readFile('/nowhere')],
  ])('%s is not', async (_, fail) => {
    const error = await fail().then(
      () => expect.fail('it went well'),
      (thrown: unknown) => thrown,
    );
    expect(isLost(error)).toBe(false);
    expect(errorFor(error)).not.toBeInstanceOf(HubError);
  });
});
