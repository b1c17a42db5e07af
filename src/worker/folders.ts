/**
 * The folders an operator fills (contract §2): certificates with `anchors.sha256`, and what is known of
 * revocation. Looked at when work arrives and about once a second at most, so that `anchors add`, `crls
 * import` and a copied file take effect without a restart. A file is read again only when it has changed:
 * a list of many megabytes is not touched because another came.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readPins, type Trust, trustFrom } from '../signature/path/trust.ts';
import { type KnownRevocation, revocationFrom } from '../signature/revocation/known.ts';

const checkEveryMs = 1000;
/** Looking through a folder of thousands of files takes at most one part in so many of a thread's time. */
const restRatio = 50;
const pinFile = 'anchors.sha256';

export type Watched<Value> = {
  /** What the folder holds now, give or take a second. */
  value(): Value;
  /** Changes whenever a file comes, goes or is rewritten. */
  mark(): string;
  /** Looks again at the next question, however soon that is. */
  forget(): void;
};

/** Which troubles of the disk count as nothing being there; the others are thrown. */
type Spared = <Value>(look: () => Value, absent: Value) => Value;

type Listed = { readonly path: string; readonly mark: string };

/** Told once, though the folder is looked at every second. */
const complained = new Set<string>();
const MAX_COMPLAINTS = 1000;
const complain = (message: string): void => {
  if (!complained.has(message)) process.emitWarning(message, 'LienThongFolder');
  if (complained.size < MAX_COMPLAINTS) complained.add(message);
};

/** Larger than any list (half a million entries take 25 MB): reading it would stop every verdict. */
const mostBytes = 256 * 1024 ** 2;

/** Subfolders, hidden files and huge ones are not looked at; an absent folder is an empty one. */
const listing = (folder: string, spared: Spared): readonly Listed[] => {
  const names = spared(() => readdirSync(folder), []).filter((name) => !name.startsWith('.'));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    const stat = spared(() => statSync(path, { throwIfNoEntry: false }), undefined);
    if (stat?.isFile() && stat.size > mostBytes) complain(`${path}: ${stat.size} bytes are no list and no certificate; it is left out`);
    return stat?.isFile() && stat.size <= mostBytes
      ? [{ path, mark: `${name}\n${stat.ino}\n${stat.size}\n${stat.mtimeMs}\n${stat.ctimeMs}` }]
      : [];
  });
};

/** A file may go between two looks. */
const unlessAbsent = <Value>(look: () => Value, absent: Value): Value => {
  try {
    return look();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return absent;
    throw cause;
  }
};

/** For what a verdict can do without: a file or folder that may not be read is as good as none, and is told of. */
export const unlessUnreadable = <Value>(look: () => Value, absent: Value): Value => {
  try {
    return look();
  } catch (cause) {
    const { syscall, code, message } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    if (code !== 'ENOENT') complain(message);
    return absent;
  }
};

/**
 * `read` is called once for each state of a file, `gather` whenever the folder has changed. Null, an
 * absent and an empty folder hold nothing.
 */
export const watch = <Piece, Value>(
  folder: string | null,
  read: (path: string) => Piece,
  gather: (pieces: readonly Piece[]) => Value,
  spared: Spared = unlessAbsent,
): Watched<Value> => {
  let pieces = new Map<string, Piece>();
  let held: { readonly value: Value; readonly mark: string; checkAt: number } | null = null;
  const look = (): { readonly value: Value; readonly mark: string } => {
    const now = performance.now();
    if (held !== null && now < held.checkAt) return held;
    const found = folder === null ? [] : listing(folder, spared);
    const mark = found.map((one) => one.mark).join('\n\n');
    if (held?.mark !== mark) {
      const fresh = found.map((one) => [one.mark, pieces.get(one.mark) ?? spared<Piece | null>(() => read(one.path), null)] as const);
      pieces = new Map(fresh.filter((one): one is readonly [string, Piece] => one[1] !== null));
      held = { value: gather([...pieces.values()]), mark, checkAt: 0 };
    }
    const end = performance.now();
    held.checkAt = end + Math.max(checkEveryMs, (end - now) * restRatio);
    return held;
  };
  return {
    value: () => look().value,
    mark: () => look().mark,
    forget: () => {
      if (held !== null) held.checkAt = 0;
    },
  };
};

/** Certificates, one a file, and `anchors.sha256` with the digests of those that are anchors. */
export const anchorsIn = (folder: string | null): Watched<Trust> =>
  watch(
    folder,
    (path) => ({ isPins: basename(path) === pinFile, bytes: readFileSync(path) }),
    (files) =>
      trustFrom({
        anchors: files.filter((file) => !file.isPins).map((file) => file.bytes),
        pins: files.filter((file) => file.isPins).flatMap((file) => readPins(file.bytes.toString('utf8'))),
      }),
  );

/** Lists and OCSP answers, PEM or DER, whatever their names; each file is a shelf of its own, so that the others stay read. */
export const revocationIn = (folder: string | null): Watched<KnownRevocation> =>
  watch(
    folder,
    (path) => revocationFrom([readFileSync(path)]),
    (files) => files.flat(),
    unlessUnreadable,
  );
