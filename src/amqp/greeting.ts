/**
 * A broker may close a connection in the very bytes that open it (a limit of connections, an internal error, its
 * own end). The client library reads on before it hands the connection out, so nobody listens yet: such an error
 * would end this process (amqplib, issue 738), and a close without error would leave a connection that only looks open.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

type Done = (error: unknown, ok?: unknown) => void;
/** What we look into of the library's connection. */
type Opening = { open(fields: unknown, done: Done): void; on(event: 'error' | 'close', heard: (error?: unknown) => void): Opening };

/** Not part of the library's interface: a test closes so, and fails when its insides have changed. */
const connectionOf = (): { readonly prototype: Opening } => {
  const require = createRequire(import.meta.url);
  return require(join(dirname(require.resolve('amqplib')), 'lib/connection.js')).Connection;
};

let heard = false;
/** From now on a connection that ended while it opened counts as one that did not open. */
export const hearWhileOpening = (): void => {
  if (heard) return;
  heard = true;
  const { prototype } = connectionOf();
  const { open } = prototype;
  prototype.open = function (this: Opening, fields: unknown, done: Done): void {
    let ended: unknown = null;
    const end = (error?: unknown): void => {
      ended ??= error ?? new Error('the broker closed the connection');
    };
    this.on('error', end).on('close', end);
    open.call(this, fields, (error, ok) => done(error ?? ended, ok));
  };
};
