/** `Hub.revocation` over the folders of certificates and of lists: what is there, and how more is put there. */
import { readFileSync } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { KeptRevocation, Revocation } from '../hub/trust.ts';
import { piecesOf, readPiece } from '../signature/revocation/facts.ts';
import { anchorsIn, unlessUnreadable, watch } from './folders.ts';

/** Where a fetched file came from stands beside it, hidden from whoever reads lists. */
const sourcePath = (path: string): string => join(dirname(path), `.${basename(path)}.source`);

const sourceOf = (path: string): string | null => {
  try {
    return readFileSync(sourcePath(path), 'utf8').trim() || null;
  } catch {
    return null;
  }
};

/** Of each piece of a file its outside only: the bytes are not kept in this thread. */
const readOutside = (path: string): readonly KeptRevocation[] =>
  piecesOf(readFileSync(path)).flatMap((piece) => {
    const facts = readPiece(piece)?.facts;
    return facts === undefined ? [] : [{ ...facts, name: basename(path), size: piece.length, source: sourceOf(path) }];
  });

const synced = async (path: string, bytes: Uint8Array | null): Promise<void> => {
  const handle = await open(path, bytes === null ? 'r' : 'w', 0o644);
  try {
    if (bytes !== null) await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

export const openRevocation = ({ anchors, crls }: { readonly anchors: string; readonly crls: string }): Revocation => {
  const trust = anchorsIn(anchors);
  const kept = watch(crls, readOutside, (pieces) => pieces.flat(), unlessUnreadable);
  return {
    trust: async () => trust.value(),
    mark: async () => `${trust.mark()}\n\n${kept.mark()}`,
    kept: async () => kept.value(),
    keep: async (name, bytes, { superseded, source }) => {
      await mkdir(crls, { recursive: true, mode: 0o755 });
      const path = join(crls, name);
      if (source !== null) await writeFile(sourcePath(path), `${source}\n`);
      // Hidden until it is whole: whoever looks meanwhile sees the old state.
      const part = join(crls, `.${name}.${process.pid}.part`);
      await synced(part, bytes);
      await rename(part, path);
      await synced(crls, null);
      for (const one of superseded.filter((other) => other !== name).map((other) => join(crls, basename(other))))
        for (const gone of [one, sourcePath(one)]) await rm(gone, { force: true });
      kept.forget();
    },
  };
};
