/** The pieces of a body in memory. Small ones are gathered: a buffer of its own for every few bytes costs far more than they. */
export type Pieces = {
  readonly add: (chunk: Uint8Array) => void;
  /** Bytes so far. */
  readonly size: () => number;
  readonly pieces: () => readonly Uint8Array[];
  /** All in one, in a buffer of just that length: it is copied to other threads with whatever else would stand in it. */
  readonly whole: () => Uint8Array;
  /** Lets go of them; answers how many bytes they were. */
  readonly clear: () => number;
};

const blockBytes = 65_536;
/** From here on (bytes) a piece is taken as it is. */
const wholeFrom = 8_192;

/** In a buffer of just that length. */
const joined = (pieces: readonly Uint8Array[], size: number): Uint8Array => {
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};

export const openPieces = (): Pieces => {
  let done: Uint8Array[] = [];
  let block: Uint8Array | null = null;
  let filled = 0;
  let size = 0;
  const pieces = (): readonly Uint8Array[] => (block === null ? done : [...done, block.subarray(0, filled)]);
  const add = (chunk: Uint8Array): void => {
    size += chunk.length;
    for (let rest = chunk; rest.length > 0; ) {
      if (block === null && rest.length >= wholeFrom) {
        done.push(rest);
        return;
      }
      block ??= Buffer.allocUnsafeSlow(blockBytes);
      const part = rest.subarray(0, blockBytes - filled);
      block.set(part, filled);
      filled += part.length;
      rest = rest.subarray(part.length);
      if (filled < blockBytes) continue;
      done.push(block);
      block = null;
      filled = 0;
    }
  };
  const clear = (): number => {
    const cleared = size;
    [done, block, filled, size] = [[], null, 0, 0];
    return cleared;
  };
  return { add, size: () => size, pieces, whole: () => joined(pieces(), size), clear };
};
