/** The key that all hub processes on this database sign with: receipts under two keys would be those of two hubs. */
import type { Store } from '../../hub/store.ts';
import type { Connection } from '../connection.ts';
import { isClash } from '../trouble.ts';

const _id = 'signing key';

/** The first one sets it; a change is compare-and-set, so that a setting left behind changes nothing later. */
export const mongoKeyAgreement =
  ({ rows: { settings } }: Connection): NonNullable<Store['agreeOnKey']> =>
  async (fingerprint, replaces) => {
    await settings.updateOne({ _id }, { $setOnInsert: { value: fingerprint } }, { upsert: true }).catch((error: unknown) => {
      if (!isClash(error)) throw error;
    });
    if (replaces !== '') await settings.updateOne({ _id, value: replaces }, { $set: { value: fingerprint } });
    return String((await settings.findOne({ _id }))?.value ?? '');
  };
