/** Messages of MongoDB's wire protocol (specifications/message), as far as drivers and servers speak it today: OP_MSG, and the OP_QUERY and OP_REPLY of the first greeting. */
import { BSON, type Document } from 'mongodb';

const opcodes = { reply: 1, query: 2004, message: 2013 } as const;
const headerSize = 16;
/** A CRC-32C stands at the end: no driver sends one here. */
const checksumPresent = 1;

export type Message = {
  readonly id: number;
  readonly responseTo: number;
  /** The command, or the answer; null where it is none (an old opcode, compressed). */
  readonly body: Document | null;
  /** The same message with another body. */
  with(body: Document): Buffer;
  readonly bytes: Buffer;
};

/** Cuts a stream of bytes into whole messages; what is left over waits for the rest. */
export const messagesFrom = (): ((bytes: Buffer) => readonly Buffer[]) => {
  let held = Buffer.alloc(0);
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    const whole: Buffer[] = [];
    while (held.length >= 4 && held.length >= held.readInt32LE(0)) {
      const length = held.readInt32LE(0);
      whole.push(held.subarray(0, length));
      held = held.subarray(length);
    }
    return whole;
  };
};

/** Where the one document of it stands that matters: from, to. */
const bodyIn = (bytes: Buffer): readonly [from: number, to: number] | null => {
  const documentAt = (from: number): readonly [number, number] => [from, from + bytes.readInt32LE(from)];
  switch (bytes.readInt32LE(12)) {
    case opcodes.message: {
      if ((bytes.readUInt32LE(headerSize) & checksumPresent) !== 0) throw new Error('A message with a checksum');
      let at = headerSize + 4;
      // A section of kind 1 (documents beside the command) may stand before the body.
      while (bytes[at] === 1) at += 1 + bytes.readInt32LE(at + 1);
      return documentAt(at + 1);
    }
    case opcodes.query:
      // Flags, the collection's name, how many to skip and to return.
      return documentAt(bytes.indexOf(0, headerSize + 4) + 1 + 8);
    case opcodes.reply:
      return documentAt(headerSize + 20);
    default:
      return null;
  }
};

export const readMessage = (bytes: Buffer): Message => {
  const place = bodyIn(bytes);
  return {
    id: bytes.readInt32LE(4),
    responseTo: bytes.readInt32LE(8),
    body: place === null ? null : BSON.deserialize(bytes.subarray(...place), { promoteBuffers: false, promoteValues: false }),
    bytes,
    with: (body) => {
      if (place === null) return bytes;
      const changed = Buffer.concat([bytes.subarray(0, place[0]), BSON.serialize(body), bytes.subarray(place[1])]);
      changed.writeInt32LE(changed.length, 0);
      return changed;
    },
  };
};
