/** Bytes that are looked at for a while: in memory where they are few, else in a file. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { bufferOf, type Place, type RandomAccess } from './bytes.ts';

/** Closed by hand, or at the end of the block by `using`. */
export type Opened = RandomAccess & Disposable & { close(): void };

/** Small reads come from a window this long, so that a reader that goes token by token costs few system calls. */
const window = 64 * 1024;

/** Fills `target` from `offset` on; answers how much, less than fits only at the end of the file. */
const fillAt = (descriptor: number, offset: number, target: Uint8Array): number => {
  let filled = 0;
  while (filled < target.length) {
    const got = readSync(descriptor, target, filled, target.length - filled, offset + filled);
    if (got === 0) break;
    filled += got;
  }
  return filled;
};

const readAt = (descriptor: number, offset: number, length: number): Uint8Array => {
  const bytes = Buffer.allocUnsafeSlow(length);
  return bytes.subarray(0, fillAt(descriptor, offset, bytes));
};

const disposable = (access: RandomAccess, close: () => void): Opened => ({ ...access, close, [Symbol.dispose]: close });

/** A window is never written again, so callers may keep what `read` answers. */
const openFile = (path: string): Opened => {
  const descriptor = openSync(path, 'r');
  const { size } = fstatSync(descriptor);
  let start = 0;
  let held: Uint8Array = new Uint8Array(0);
  const read = (offset: number, length: number): Uint8Array => {
    const from = Math.min(Math.max(offset, 0), size);
    const wanted = Math.max(0, Math.min(length, size - from));
    if (wanted > window / 2) return readAt(descriptor, from, wanted);
    if (from < start || from + wanted > start + held.length) {
      start = from;
      held = readAt(descriptor, from, Math.min(window, size - from));
    }
    return held.subarray(from - start, from - start + wanted);
  };
  const fill = (offset: number, target: Uint8Array): number => fillAt(descriptor, offset, target);
  return disposable({ size, read, fill }, () => closeSync(descriptor));
};

const accessTo = (bytes: Buffer): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => {
    const from = Math.min(Math.max(offset, 0), bytes.length);
    return bytes.subarray(from, from + Math.max(0, length));
  },
});

export const openPlace = (place: Place): Opened =>
  'path' in place ? openFile(place.path) : disposable(accessTo(bufferOf(place.bytes)), () => undefined);

/** All of them at once: for what is known to be small. */
export const bytesAt = (place: Place): Buffer => ('path' in place ? readFileSync(place.path) : bufferOf(place.bytes));

/** Where the decoded attachments of one envelope go. */
export type Scratch = {
  /** For those that do not fit in memory; exists, and is emptied by its owner. */
  readonly folder: string;
  /** Bytes that may still stay in memory, of all of them together. */
  room: number;
};

export type Sink = {
  /** The bytes are copied. */
  write(bytes: Uint8Array): void;
  end(): Place;
};

const writeAll = (descriptor: number, bytes: Uint8Array): void => {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
};

/**
 * Takes bytes into memory while there is room, and all of them to a new file of that name once there is none. `most`:
 * how many come at most, where that is known; then they are held in one piece from the first on.
 */
export const openSink = (scratch: Scratch, name: string, most = 0): Sink => {
  const path = join(scratch.folder, name);
  const whole = most <= scratch.room ? Buffer.allocUnsafeSlow(most) : Buffer.alloc(0);
  let filled = 0;
  const more: Buffer[] = [];
  let file: number | null = null;
  const hold = (bytes: Uint8Array): void => {
    scratch.room -= bytes.length;
    if (more.length > 0 || filled + bytes.length > whole.length) more.push(Buffer.from(bytes));
    else {
      whole.set(bytes, filled);
      filled += bytes.length;
    }
  };
  const held = (): readonly Buffer[] => [whole.subarray(0, filled), ...more];
  const spill = (): number => {
    const opened = openSync(path, 'wx', 0o600);
    for (const each of held()) {
      scratch.room += each.length;
      writeAll(opened, each);
    }
    more.length = 0;
    return opened;
  };
  const write = (bytes: Uint8Array): void => {
    if (file === null && bytes.length <= scratch.room) hold(bytes);
    else {
      file ??= spill();
      writeAll(file, bytes);
    }
  };
  const end = (): Place => {
    if (file === null) return { bytes: more.length === 0 ? whole.subarray(0, filled) : Buffer.concat(held()) };
    closeSync(file);
    return { path };
  };
  return { write, end };
};

/** Of what nobody will look at. */
export const letGo = (scratch: Scratch, place: Place): void => {
  if ('path' in place) rmSync(place.path, { force: true });
  else scratch.room += place.bytes.length;
};
