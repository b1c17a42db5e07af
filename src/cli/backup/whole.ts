/**
 * `backup --verify` without a folder: whether the store of the configuration holds what its rows say, whichever kind of
 * store it is. So a MongoDB hub is checked that was brought back by MongoDB's own tools (spec/operations.md).
 */
import { createHash } from 'node:crypto';
import type { Store } from '../../hub/store.ts';
import type { Flaw } from '../../open/backups.ts';
import { fileKinds, type Holdings, holdingsOf, pageRows, pagesOf } from '../../oversight/holdings.ts';
import { type ChainFinding, checkChain } from '../../oversight/journal.ts';
import { grouped } from '../../oversight/numerals.ts';
import { sizeText } from '../doctor/finding.ts';
import { type Exit, exits } from '../ending.ts';
import { answer, type Terminal } from '../terminal.ts';

type Sum = { files: number; bytes: number };

/** Null when it is there with its bytes. */
const flawOf = async (store: Store, kind: (typeof fileKinds)[number], sha256: string, sum: Sum): Promise<Flaw | null> => {
  const hash = createHash('sha256');
  const at = `${kind} ${sha256}`;
  const absent: Flaw = { at, vi: 'không còn nội dung', en: 'its bytes are gone' };
  const take = (chunk: Uint8Array): void => {
    hash.update(chunk);
    sum.bytes += chunk.length;
  };
  try {
    if (kind === 'evidence') {
      const bytes = await store.evidence.open(sha256);
      if (bytes === null) return absent;
      take(bytes);
    } else {
      const original = await store.originals.open(sha256);
      if (original === null) return absent;
      for await (const chunk of original.stream()) take(chunk as Uint8Array);
    }
  } catch (error) {
    return { at, vi: 'không đọc được nội dung', en: `its bytes cannot be read: ${String(error)}` };
  }
  sum.files += 1;
  return hash.digest('hex') === sha256 ? null : { at, vi: 'nội dung không khớp mã băm', en: 'its bytes do not have this digest' };
};

type Whole = {
  readonly intact: boolean;
  /** `SQLite 3.50`, `MongoDB 8.0 (…)`. */
  readonly store: string;
  /** Of each kind of row, how many and one digest over all: two stores with the same holdings hold the same. */
  readonly holdings: Holdings;
  readonly files: number;
  readonly bytes: number;
  readonly flaws: readonly Flaw[];
  readonly journal: ChainFinding;
};

const examineWhole = async (store: Store): Promise<Whole> => {
  const flaws: Flaw[] = [];
  const sum: Sum = { files: 0, bytes: 0 };
  // Every row is read on the way: one that cannot be ends the command with its error.
  const holdings = await holdingsOf(store.archive);
  for (const kind of fileKinds)
    for await (const files of pagesOf((after) => store.archive.files(kind, after, pageRows)))
      for (const { sha256 } of files) {
        const flaw = await flawOf(store, kind, sha256, sum);
        if (flaw !== null) flaws.push(flaw);
      }
  const journal = await checkChain(store);
  if (journal.brokenAt !== null)
    flaws.push({ at: `journal ${journal.brokenAt}`, vi: 'nhật ký không nguyên vẹn', en: 'the journal is not intact from here' });
  return { intact: flaws.length === 0, store: (await store.part()).what, holdings, ...sum, flaws, journal };
};

export const verifyWhole = async (terminal: Terminal): Promise<Exit> => {
  const [{ readConfig }, { storeOf }] = await Promise.all([import('../../config.ts'), import('../../open.ts')]);
  const store = await storeOf(readConfig(terminal.env));
  try {
    const whole = await examineWhole(store);
    const { intact, holdings, files, bytes, flaws, journal } = whole;
    answer(terminal, whole, [
      intact ? `Kho ${whole.store} nguyên vẹn` : `KHO ${whole.store} KHÔNG NGUYÊN VẸN: ${grouped(flaws.length)} lỗi`,
      `${grouped(holdings.record.count)} hồ sơ, ${grouped(holdings.delivery.count)} lượt chuyển; ${grouped(files)} nội dung (${sizeText(bytes)}) đã đọc lại`,
      `Nhật ký: ${grouped(journal.sealed)} dòng, mã cuối ${journal.head}`,
      ...flaws.map(({ at, vi }) => `LỖI ${at}: ${vi}`),
    ]);
    return intact ? exits.done : exits.input;
  } finally {
    await store.close();
  }
};
