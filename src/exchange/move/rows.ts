/** Rows of one kind from store to store: what stands there already as it should is left alone. */
import { createHash } from 'node:crypto';
import type { Archive, ArchiveKind, ArchiveRows } from '../../hub/archive.ts';
import { type Holding, pageRows, pagesOf, rowHolding } from '../../oversight/holdings.ts';
import { canonicalJson } from '../../records/canonical.ts';
import { MoveRefused } from './refusal.ts';

/** The rows of an archive one by one, as canonical JSON; undefined after the last. */
const textsOf = (archive: Archive, kind: ArchiveKind): (() => Promise<string | undefined>) => {
  const pages = pagesOf<ArchiveRows[ArchiveKind]>((after) => archive.read(kind, after, pageRows));
  let held: string[] = [];
  return async () => {
    if (held.length === 0) held = ((await pages.next()).value ?? []).map(canonicalJson).reverse();
    return held.pop();
  };
};

export type Brought = { readonly kind: ArchiveKind; readonly from: Holding; readonly to: Holding; readonly written: number };
type Stores = { readonly source: Archive; readonly target: Archive };
/** Told after each page; may throw to stop. */
type Step = (rows: number) => void;

/**
 * Both in lockstep as long as they agree; from the first row that differs on, all of the source is written. That is
 * where a run that was killed stopped, and no more than a page is ever written twice. `whole` writes everything.
 */
const bringOnce = async ({ source, target }: Stores, kind: ArchiveKind, whole: boolean, step: Step): Promise<Omit<Brought, 'to'>> => {
  const theirs = textsOf(target, kind);
  const hash = createHash('sha256');
  let agrees = !whole;
  const sum = { count: 0, written: 0 };
  for await (const rows of pagesOf<ArchiveRows[ArchiveKind]>((after) => source.read(kind, after, pageRows))) {
    const first: number[] = [];
    for (const [place, row] of rows.entries()) {
      const text = canonicalJson(row);
      hash.update(`${text}\n`);
      agrees &&= (await theirs()) === text;
      if (!agrees) first.push(place);
    }
    const rest = rows.slice(first[0] ?? rows.length);
    if (rest.length > 0) await target.add(kind, rest as never);
    sum.written += rest.length;
    sum.count += rows.length;
    step(rows.length);
  }
  return { kind, from: { count: sum.count, sha256: hash.digest('hex') }, written: sum.written };
};

/** Written until both hold the same, by count and digest: the second time whole. */
export const bringRows = async (stores: Stores, kind: ArchiveKind, step: Step): Promise<Brought> => {
  let written = 0;
  for (const whole of [false, true]) {
    const brought = await bringOnce(stores, kind, whole, step);
    written += brought.written;
    const to = await rowHolding(stores.target, kind);
    if (to.count === brought.from.count && to.sha256 === brought.from.sha256) return { ...brought, to, written };
  }
  throw new MoveRefused(
    'rows-differ',
    `Sau khi chuyển, loại dữ liệu “${kind}” ở hai kho vẫn khác nhau: kho đích có dòng mà kho nguồn không có`,
    `After the move the rows of “${kind}” still differ: the target has some that the source has not`,
  );
};
