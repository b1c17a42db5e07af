/** Watches over a body while it arrives: asks for it, gives up on silence, notices a caller who hangs up. */
import { PassThrough, type Readable } from 'node:stream';
import type { Request, Response } from 'express';
import { failure } from '../../errors.ts';

/** Bytes of an unwanted body that are read and thrown away, so that the answer is not lost to a reset. */
const mostLingering = 4 * 1024 * 1024;
const longestLinger = 3_000;

const silent = () => failure('request.invalid', '', { vi: 'Nội dung không đến đủ trong thời hạn', en: 'The body did not arrive in time' });
const cutOff = () => failure('request.invalid', '', { vi: 'Nội dung bị cắt giữa chừng', en: 'The body was cut off' });

/**
 * The body as a stream that fails with a HubError when it stalls for `idleMs` or is cut off. Only now is
 * `100 Continue` sent, where it was asked for. Time in which we ourselves are slow does not count.
 */
export const watchBody = (request: Request, response: Response, idleMs: number): Readable => {
  if (request.headers.expect?.toLowerCase() === '100-continue' && !response.headersSent) response.writeContinue();
  const body = new PassThrough({ highWaterMark: 256 * 1024 });
  let seen = request.socket.bytesRead;
  let quietSince = performance.now();
  const timer = setInterval(
    () => {
      const now = request.socket.bytesRead;
      if (now !== seen || request.isPaused() || body.writableNeedDrain) {
        seen = now;
        quietSince = performance.now();
      } else if (performance.now() - quietSince >= idleMs) body.destroy(silent());
    },
    Math.min(1000, idleMs / 4),
  );
  timer.unref();
  const hungUp = () => {
    if (!request.complete) body.destroy(cutOff());
  };
  request.once('aborted', hungUp).once('error', hungUp).once('close', hungUp);
  body.once('close', () => {
    clearInterval(timer);
    request.unpipe(body);
    request.off('aborted', hungUp).off('close', hungUp);
  });
  request.pipe(body);
  return body;
};

/**
 * After an answer that did not wait for the body: swallows a little of what is still coming, so that the
 * caller can read the answer, then cuts the connection. A small rest leaves the connection usable.
 */
export const drainBody = (request: Request): void => {
  if (request.complete || request.socket.destroyed) return;
  const start = request.socket.bytesRead;
  const cut = () => request.socket.destroy();
  const timer = setTimeout(cut, longestLinger);
  timer.unref();
  request.on('data', () => {
    if (request.socket.bytesRead - start > mostLingering) cut();
  });
  request.once('error', () => {});
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
  request.resume();
};
