/**
 * The client library hands each message to the socket in two pieces, and each piece is a system call here and may
 * wake the broker: for small messages that was nearly half of what publishing cost this thread. So what is written in
 * one turn goes out together.
 */
import type { Writable } from 'node:stream';
import type { ChannelModel } from 'amqplib';

/** From now on all that is written to this stream before the present callback ends is one write to what is below it. */
export const bundleWrites = (stream: Writable): void => {
  const write = stream.write.bind(stream) as (chunk: unknown, ...more: unknown[]) => boolean;
  let open = false;
  const send = (): void => {
    open = false;
    stream.uncork();
  };
  stream.write = (chunk: unknown, ...more: unknown[]): boolean => {
    if (!open) {
      open = true;
      stream.cork();
      process.nextTick(send);
    }
    return write(chunk, ...more);
  };
};

/** Not part of the library's interface: a test counts the writes, and fails when its insides have changed. */
export const socketOf = (model: ChannelModel): Writable => (model.connection as unknown as { readonly stream: Writable }).stream;
