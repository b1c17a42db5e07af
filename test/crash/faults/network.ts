/** A network between two processes that can be cut, or swallow what is sent: TCP on loopback, bytes untouched. */
import { connect, createServer, type Socket } from 'node:net';

export type Network = {
  readonly port: number;
  /** Breaks every connection and refuses new ones until `mend`. */
  cut(): void;
  /** Nothing passes any more, in either direction, and nobody is told: a network that drops packets. */
  swallow(): void;
  /** Connections that swallowed are broken, as they would be by their time-outs; new ones pass. */
  mend(): void;
  /**
   * Passes the next bytes that hold `mark` on to the server, then breaks that connection before any answer
   * comes back. Resolves false when none came within `ms`.
   */
  cutAfter(mark: Buffer, ms: number): Promise<boolean>;
  close(): Promise<void>;
};

type Pair = { readonly client: Socket; readonly server: Socket };
type Trap = { readonly mark: Buffer; spring(): void };

/**
 * A replica set tells its members' addresses, and a driver would go there past the proxy: what the server
 * calls itself becomes the proxy. Both are as long (ports of five digits), so no length field changes.
 */
const renamed = (bytes: Buffer, server: Buffer, proxy: Buffer): Buffer => {
  for (let at = bytes.indexOf(server); at >= 0; at = bytes.indexOf(server, at + 1)) proxy.copy(bytes, at);
  return bytes;
};

/** Long enough for loopback to hand the last bytes to the server's kernel, and no longer. */
const grace = 2;

/** In front of one port, or of those that it names in turn; `outward` may change what goes there. */
export const openNetwork = async (target: number | (() => number), outward = (bytes: Buffer): Buffer => bytes): Promise<Network> => {
  const pairs = new Set<Pair>();
  let state: 'open' | 'cut' | 'swallow' = 'open';
  let trap: Trap | null = null;
  const next = typeof target === 'number' ? () => target : target;
  const ownName = Buffer.from(`127.0.0.1:${next()}`);
  const end = (pair: Pair): void => {
    pairs.delete(pair);
    for (const socket of [pair.client, pair.server]) socket.resetAndDestroy();
  };
  const pass = (pair: Pair, from: Socket, to: Socket): void => {
    let severed = false;
    from.on('data', (bytes: Buffer) => {
      if (state === 'swallow' || severed) return;
      if (!to.write(from === pair.server ? renamed(bytes, ownName, proxyName) : outward(bytes))) {
        from.pause();
        to.once('drain', () => from.resume());
      }
      if (from !== pair.client || trap === null || !bytes.includes(trap.mark)) return;
      const sprung = trap;
      trap = null;
      severed = true;
      // From here on no answer passes.
      pair.server.removeAllListeners('data').resume();
      setTimeout(() => {
        end(pair);
        sprung.spring();
      }, grace);
    });
    from.on('end', () => {
      if (state !== 'swallow') to.end();
    });
    from.on('error', () => end(pair));
    from.on('close', () => {
      if (state !== 'swallow') end(pair);
    });
  };
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (state === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const pair = { client, server: connect({ port: next(), host: '127.0.0.1', noDelay: true, allowHalfOpen: true }) };
    client.setNoDelay(true);
    pairs.add(pair);
    pass(pair, client, pair.server);
    pass(pair, pair.server, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const proxyName = Buffer.from(`127.0.0.1:${port}`);
  const endAll = (): void => {
    for (const pair of [...pairs]) end(pair);
  };
  return {
    port,
    cut: () => {
      state = 'cut';
      endAll();
    },
    swallow: () => {
      state = 'swallow';
    },
    mend: () => {
      if (state === 'swallow') endAll();
      state = 'open';
    },
    cutAfter: (mark, ms) =>
      new Promise((resolve) => {
        const late = setTimeout(() => {
          trap = null;
          resolve(false);
        }, ms);
        const spring = (): void => {
          clearTimeout(late);
          resolve(true);
        };
        trap = { mark, spring };
      }),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      endAll();
      await closed;
    },
  };
};
