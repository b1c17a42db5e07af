/** The bytes of a message in hand: in memory as they came, and of large ones only until they are on the disk. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ConsumeMessage } from 'amqplib';
import type { Hub, Spooled } from '../../../hub.ts';

export type Load = {
  readonly size: number;
  /** In pieces, so that hashing a large one does not hold up everything else. */
  stream(): Readable;
  /** They stand elsewhere now: what is in memory need not be there twice, and a large body not at all while it is inspected. */
  spooled(spooled: Spooled): void;
  /** All of them, from wherever they are. Throws where they are nowhere any more: then the broker still has them. */
  body(): Promise<Uint8Array>;
  /** Lets go of the file. */
  close(): Promise<void>;
};

const pieceSize = 262_144;
/** Up to here (bytes) they stay in memory anyway. */
const small = 1_048_576;
const none = Buffer.alloc(0);

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += pieceSize) yield bytes.subarray(start, start + pieceSize);
}

/** Kept bytes have no spool file any more, though what was to be committed with them may have failed. */
const bytesOf = async (originals: Hub['originals'], { place, sha256 }: Spooled): Promise<Uint8Array> => {
  if ('bytes' in place) return place.bytes;
  try {
    return await readFile(place.path);
  } catch (error) {
    const kept = await originals.open(sha256);
    if (kept === null) throw error;
    return buffer(kept.stream());
  }
};

export const loadOf = (message: ConsumeMessage, originals: Hub['originals']): Load => {
  const size = message.content.length;
  let place: Spooled | null = null;
  return {
    size,
    stream: () => Readable.from(piecesOf(message.content)),
    spooled: (spooled) => {
      place = spooled;
      // The reader keeps the message until it is answered: its bytes go, its tag stays.
      if (size > small || 'bytes' in spooled.place) message.content = none;
    },
    body: async () => (place === null || message.content.length === size ? message.content : bytesOf(originals, place)),
    close: async () => {
      if (place !== null) await originals.discard(place);
    },
  };
};
