/**
 * The anchors folder (contract §2): certificates, one a file, and `anchors.sha256` with the digests of
 * those that are anchors. Looked at once a second at most, and only when work arrives, so that
 * `lienthong anchors add` takes effect without a restart.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readPins, type Trust, trustFrom } from '../signature/path/trust.ts';

const checkEveryMs = 1000;
const pinFile = 'anchors.sha256';

type Anchors = {
  /** The trust of the folder as it stands now, give or take a second. */
  trust(): Trust;
  forget(): void;
};

/** Changes whenever a file comes, goes or is rewritten. Subfolders and hidden files are not looked at. */
const listing = (folder: string): readonly { readonly path: string; readonly mark: string }[] => {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.'));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ path, mark: `${name}\n${stat.ino}\n${stat.size}\n${stat.mtimeMs}` }] : [];
  });
};

const trustIn = (paths: readonly string[]): Trust => {
  const isPins = (path: string): boolean => basename(path) === pinFile;
  return trustFrom({
    anchors: paths.filter((path) => !isPins(path)).map((path) => readFileSync(path)),
    pins: paths.filter(isPins).flatMap((path) => readPins(readFileSync(path, 'utf8'))),
  });
};

const filesIn = (folder: string): ReturnType<typeof listing> => {
  try {
    return listing(folder);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw cause;
  }
};

/** Opens a folder lazily; null, an absent or an empty one means no anchors at all. */
export const anchorsIn = (folder: string | null): Anchors => {
  let held: { readonly trust: Trust; readonly mark: string; checkedAt: number } | null = null;
  const trust = (): Trust => {
    const now = performance.now();
    if (held !== null && now - held.checkedAt < checkEveryMs) return held.trust;
    const found = folder === null ? [] : filesIn(folder);
    const mark = found.map((one) => one.mark).join('\n\n');
    if (held?.mark === mark) held.checkedAt = now;
    else held = { trust: trustIn(found.map((one) => one.path)), mark, checkedAt: now };
    return held.trust;
  };
  return {
    trust,
    forget: () => {
      held = null;
    },
  };
};
