/** A store into which rows are being moved holds less than was accepted: no hub opens it. */
import type { Store } from '../hub/store.ts';

/** Thrown with a sentence in both languages that an operator can act on. */
export class HalfMoved extends Error {}

/** Answers the store itself. Lets go of one that it refuses. */
export const wholeStore = async (store: Store): Promise<Store> => {
  const move = await store.archive.move().catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  if (move === null) return store;
  await store.close();
  throw new HalfMoved(
    `Việc chuyển kho bắt đầu lúc ${move.startedAt} chưa xong: hãy chạy lại lienthong migrate cho đến khi hoàn tất, hoặc xóa cơ sở dữ liệu đích. / ` +
      `The move into this store that began at ${move.startedAt} is not finished: run lienthong migrate again, or drop the target database.`,
  );
};
