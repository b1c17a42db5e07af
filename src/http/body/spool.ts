/** Takes the body of an envelope to the spool, streamed: never parsed, and only small ones held whole. */

import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { failure } from '../../errors.ts';
import type { Hub, Spooled } from '../../hub.ts';
import type { Ask } from '../call.ts';
import { mediaTypeOf } from './reading.ts';
import { watchBody } from './watch.ts';

const wholeBodies = ['application/xml', 'text/xml', 'application/octet-stream', ''];
/** What the headers and boundaries of a multipart body may add to its file, in bytes. */
const multipartAllowance = 64 * 1024;

const brokenParts = () =>
  failure('request.invalid', '', { vi: 'Nội dung multipart không đúng định dạng', en: 'The multipart body is broken' });
const noFile = () =>
  failure('request.invalid', '/file', {
    vi: 'Nội dung multipart phải có đúng một tệp trong phần "file"',
    en: 'The multipart body must bring exactly one file, in the part "file"',
  });

const openParts = (contentType: string): InstanceType<typeof Busboy> => {
  try {
    const headers: BusboyHeaders = { 'content-type': contentType };
    return new Busboy({ headers, limits: { parts: 20, fields: 19, fieldSize: 4096, headerPairs: 50, headerSize: 8192 } });
  } catch {
    throw brokenParts();
  }
};

/** The one file of a multipart body. Whatever goes wrong, no spool file stays. */
const spoolPart = async (hub: Hub, body: Readable, contentType: string): Promise<Spooled> => {
  const parts = openParts(contentType);
  const taken: Promise<Spooled>[] = [];
  let strangers = 0;
  parts.on('file', (name, file) => {
    if (name !== 'file' || taken.length > 0) {
      strangers += 1;
      file.resume();
      return;
    }
    const one = hub.originals.spool(file, hub.maxBytes);
    one.catch((error: unknown) => parts.destroy(error instanceof Error ? error : brokenParts()));
    parts.once('error', () => file.destroy(brokenParts()));
    taken.push(one);
  });
  body.once('error', (error) => parts.destroy(error));
  parts.once('error', () => body.destroy());
  const whole = await finished(body.pipe(parts)).then(
    () => null,
    (error: unknown) => error ?? brokenParts(),
  );
  const [spooled] = await Promise.allSettled(taken);
  if (whole === null && spooled?.status === 'fulfilled' && strangers === 0) return spooled.value;
  if (spooled?.status === 'fulfilled') await hub.originals.discard(spooled.value);
  throw refusalFor(whole, spooled, body.errored);
};

const isOurs = (error: unknown): boolean => error instanceof Error && error.name === 'HubError';

/** The reason that says most: the hub's own (too large, cut off, no room), else that the parts are broken or wrong. */
const refusalFor = (whole: unknown, spooled: PromiseSettledResult<Spooled> | undefined, cut: unknown): unknown => {
  const reasons = [cut, whole, spooled?.status === 'rejected' ? spooled.reason : null];
  const ours = reasons.find(isOurs);
  if (ours !== undefined) return ours;
  return whole === null ? noFile() : brokenParts();
};

/**
 * Streams the envelope of a call to the spool. Throws `media.unsupported`, `envelope.too-large` (by its
 * Content-Length before anything is read), `request.invalid`.
 */
export const spoolBody = async ({ hub, request, response, bodyIdleMs }: Ask<unknown, unknown>): Promise<Spooled> => {
  const media = mediaTypeOf(request);
  const multipart = media === 'multipart/form-data';
  const packed = (request.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity';
  if (packed || !(multipart || wholeBodies.includes(media))) {
    throw failure('media.unsupported', '', {
      vi: 'Chỉ nhận application/xml, application/octet-stream hoặc multipart/form-data với phần "file", không nén',
      en: 'Send application/xml, application/octet-stream, or multipart/form-data with a part "file", not compressed',
    });
  }
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > hub.maxBytes + (multipart ? multipartAllowance : 0)) throw failure('envelope.too-large');
  const body = watchBody(request, response, bodyIdleMs);
  try {
    return multipart ? await spoolPart(hub, body, request.headers['content-type'] ?? '') : await hub.originals.spool(body, hub.maxBytes);
  } finally {
    // The spool leaves a stream it refused as it is; nobody else will read it.
    body.destroy();
  }
};
