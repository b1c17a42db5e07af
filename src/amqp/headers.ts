/**
 * Headers are whatever a publisher wrote, and RabbitMQ passes on more than this client library can read: a
 * 64-bit number under the tag `L` ends the connection with all that is in hand on it, and so does a table
 * inside a table many thousand times over (its reader recurses). Sent again, such a message would end the
 * next connection too. So tags are put right in the bytes of each content header before they are read.
 */
import type { ChannelModel } from 'amqplib';

/** What we look into of the library's connection: bytes that came and are not read yet, and the reader of one frame. */
type Frames = { readonly rest: Buffer; recvFrame(): unknown };

const contentHeader = 2;
/** Type, channel and size before a frame's payload; one byte after it (AMQP 0-9-1 §4.2.3). */
const frameHead = 7;
/** Class, weight and body size before the flags of a content header (§4.2.6.1). */
const propertiesAt = frameHead + 12;
/** Flags of the properties before the headers, and of the headers. */
const flags = { contentType: 0x8000, contentEncoding: 0x4000, headers: 0x2000 } as const;

const tag = (letter: string): number => letter.charCodeAt(0);
/** Tag -> bytes of the value. */
const widths: ReadonlyMap<number, number> = new Map(
  Object.entries({ b: 1, B: 1, t: 1, s: 2, u: 2, I: 4, i: 4, f: 4, D: 5, l: 8, L: 8, d: 8, T: 8, V: 0 }).map(([letter, width]) => [
    tag(letter),
    width,
  ]),
);
/** Deeper than anything of ours or the broker's: `x-death` is a list of tables. */
const deepest = 4;

/** The end of one value that begins with its tag at `at`. */
const mendValue = (bytes: Buffer, at: number, depth: number): number => {
  const kind = bytes.readUInt8(at);
  if (kind === tag('L')) bytes.writeUInt8(tag('l'), at);
  const width = widths.get(kind);
  if (width !== undefined) return at + 1 + width;
  // All others are a length of four bytes and as many bytes: what is too deep becomes mere bytes.
  const [from, end] = [at + 5, at + 5 + bytes.readUInt32BE(at + 1)];
  if (kind !== tag('F') && kind !== tag('A')) return end;
  if (depth >= deepest) bytes.writeUInt8(tag('x'), at);
  else mendAll(bytes, from, end, { named: kind === tag('F'), depth: depth + 1 });
  return end;
};

const mendAll = (bytes: Buffer, from: number, end: number, { named, depth }: { readonly named: boolean; readonly depth: number }): void => {
  for (let at = from; at < end; ) at = mendValue(bytes, named ? at + 1 + bytes.readUInt8(at) : at, depth);
};

/** Puts right what stands first among the bytes that came, where that is a whole content header. */
export const mendHeaders = (bytes: Buffer): void => {
  if (bytes.length <= propertiesAt || bytes.readUInt8(0) !== contentHeader) return;
  if (bytes.length < frameHead + bytes.readUInt32BE(3) + 1) return;
  const found = bytes.readUInt16BE(propertiesAt);
  if ((found & flags.headers) === 0) return;
  let at = propertiesAt + 2;
  for (const flag of [flags.contentType, flags.contentEncoding]) if ((found & flag) !== 0) at += 1 + bytes.readUInt8(at);
  mendAll(bytes, at + 4, at + 4 + bytes.readUInt32BE(at), { named: true, depth: 0 });
};

/** From now on every header that comes on this connection can be read. */
export const readAnyHeader = (model: ChannelModel): void => {
  // Not part of the library's interface: a test sends such headers and fails when its insides have changed.
  const frames = model.connection as unknown as Frames;
  const receive = frames.recvFrame.bind(frames);
  frames.recvFrame = () => {
    mendHeaders(frames.rest);
    return receive();
  };
};
