/** Every record of the hub, as an administrator sees it over the API. */
import { type Door, list } from '../agents/api.ts';

/** An item of `GET /v1/records`, as far as it is compared. */
export type HubRecord = {
  readonly recordId: string;
  readonly kind: 'document' | 'status';
  readonly documentId: string | null;
  readonly code: string | null;
  readonly from: string | null;
  readonly to: readonly { readonly organ: string; readonly deliveryId: string; readonly state: string }[];
  readonly verdict: string | null;
  readonly reason: string | null;
  readonly sha256: string;
  readonly outcome: 'accepted' | 'held' | 'refused';
  readonly refusalCode: string | null;
};

/** By record id, refused ones too. */
export const recordsOf = async (admin: Door): Promise<ReadonlyMap<string, HubRecord>> =>
  new Map((await list<HubRecord>(admin, '/v1/records')).map((record) => [record.recordId, record]));
