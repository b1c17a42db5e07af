/**
 * Moves everything that one store remembers into another, empty one (contract: nothing accepted is ever lost, also not
 * on the way to a larger engine). May be killed at any moment and run again: the target is marked until all of it was
 * brought and proved, and no hub opens a marked store.
 */
import { type ArchiveKind, archiveKinds, type Move } from '../../hub/archive.ts';
import type { Store } from '../../hub/store.ts';
import { fileKinds, type Holding, rowHolding } from '../../oversight/holdings.ts';
import { type BroughtFiles, bringFiles } from './files.ts';
import { MoveRefused } from './refusal.ts';
import { type Brought, bringRows } from './rows.ts';

export type MoveOptions = {
  /** How the target is called in the journal; no password. */
  readonly to: string;
  /** Also where the source lacks bytes that its rows name. */
  readonly anyway: boolean;
  readonly now: () => Date;
  /** Throws once a hub runs on either store. */
  check(): void;
  /** What is brought now, and how far: rows, or bytes of files. */
  note(what: ArchiveKind | BroughtFiles['kind'], done: number): void;
};
export type Moved = {
  readonly move: Move;
  readonly resumed: boolean;
  readonly rows: readonly Brought[];
  readonly files: readonly BroughtFiles[];
};

/** Of the whole log: whatever a hub accepts adds to it. */
const sealAll = async ({ journal }: Store): Promise<void> => {
  const most = 5_000;
  while ((await journal.seal(most)) === most);
};

const firstEntry = async ({ archive }: Store): Promise<string> => {
  const [first] = (await archive.read('journal', null, 1)).rows;
  if (first !== undefined) return first.entryId;
  throw new MoveRefused('source-empty', 'Kho nguồn trống, không có gì để chuyển', 'The source store is empty: there is nothing to move');
};

const isEmpty = async ({ archive }: Store): Promise<boolean> => {
  for (const kind of archiveKinds) if (kind !== 'directory' && (await archive.read(kind, null, 1)).rows.length > 0) return false;
  return (await archive.read('directory', null, 1)).rows.every(({ version }) => version === 0);
};

const refuseHalfMoved = async ({ archive }: Store): Promise<void> => {
  if ((await archive.move()) !== null)
    throw new MoveRefused(
      'source-moving',
      'Kho nguồn chưa đầy đủ: một lần chuyển vào chính nó chưa xong',
      'The source store is not whole: a move into it has not come to its end',
    );
};

/** The move that is under way from this source, or a new one into an empty target. */
const begin = async (target: Store, from: string, now: Date): Promise<{ readonly move: Move; readonly resumed: boolean }> => {
  const standing = await target.archive.move();
  if (standing?.from === from) return { move: standing, resumed: true };
  if (standing !== null)
    throw new MoveRefused(
      'target-of-another',
      `Kho đích đang nhận dữ liệu của một kho khác (từ ${standing.startedAt}): chọn kho đích khác`,
      `The target is half filled from another store (since ${standing.startedAt}): choose another target`,
    );
  if (!(await isEmpty(target)))
    throw new MoveRefused(
      'target-taken',
      'Kho đích đã có dữ liệu: chỉ chuyển vào kho trống. Không có gì bị thay đổi',
      'The target holds data already: only an empty store is moved into. Nothing was changed',
    );
  const move = { from, startedAt: now.toISOString() };
  await target.archive.mark(move);
  return { move, resumed: false };
};

/** Once, however often the move is begun again: in the log of the source, and so in that of the target. */
const noteIn = ({ journal }: Store, { startedAt }: Move, to: string): Promise<void> =>
  journal.add({ entryId: `j_move_${startedAt}`, at: startedAt, act: 'store.moved', by: 'cli', subject: 'store', details: { to } });

const refuseMissing = (files: readonly BroughtFiles[]): void => {
  const missing = files.flatMap((one) => one.missing.map((sha256) => `${one.kind} ${sha256}`));
  if (missing.length === 0) return;
  const list = `${missing.slice(0, 5).join(', ')}${missing.length > 5 ? ', …' : ''}`;
  throw new MoveRefused(
    'bytes-missing',
    `Kho nguồn thiếu hoặc hỏng ${missing.length} tệp mà hồ sơ nhắc đến (${list}): khôi phục từ bản sao lưu, hoặc dùng --anyway`,
    `The source lacks ${missing.length} files that its records name, or has them damaged (${list}): restore them from a backup, or say --anyway`,
  );
};

const refuseChanged = async (source: Store, journal: Holding): Promise<void> => {
  const now = await rowHolding(source.archive, 'journal');
  if (now.sha256 !== journal.sha256)
    throw new MoveRefused(
      'source-changed',
      'Kho nguồn đã thay đổi trong lúc chuyển: có Trục chạy trên đó. Hãy dừng rồi chạy lại',
      'The source changed during the move: a hub ran on it. Stop it, then run this again',
    );
};

const bringAll = async (source: Store, target: Store, { anyway, check, note }: MoveOptions) => {
  const files: BroughtFiles[] = [];
  const counting = (what: Parameters<MoveOptions['note']>[0]): ((by: number) => void) => {
    let done = 0;
    return (by) => {
      check();
      done += by;
      note(what, done);
    };
  };
  // Files before the rows that name them.
  for (const kind of fileKinds) files.push(await bringFiles({ source, target }, kind, counting(kind)));
  if (!anyway) refuseMissing(files);
  const rows: Brought[] = [];
  const archives = { source: source.archive, target: target.archive };
  for (const kind of archiveKinds) rows.push(await bringRows(archives, kind, counting(kind)));
  return { rows, files };
};

/** Fails with a MoveRefused; then the target is as it was, or marked as half filled. Whoever calls sees to it that no hub runs on either. */
export const moveStore = async (source: Store, target: Store, options: MoveOptions): Promise<Moved> => {
  await refuseHalfMoved(source);
  await sealAll(source);
  const { move, resumed } = await begin(target, await firstEntry(source), options.now());
  await noteIn(source, move, options.to);
  await sealAll(source);
  const journal = await rowHolding(source.archive, 'journal');
  const brought = await bringAll(source, target, options);
  await refuseChanged(source, journal);
  options.check();
  await target.archive.mark(null);
  return { move, resumed, ...brought };
};
