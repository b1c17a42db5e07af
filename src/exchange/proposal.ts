/** What one attempt at accepting would commit: the receipt that becomes true with the change, and whom to wake. */
import type { Change } from '../records/change.ts';
import type { Receipt } from '../records/record.ts';

export type Commit = {
  readonly kind: 'commit';
  readonly change: Change;
  readonly receipt: Receipt;
  readonly wake: readonly string[];
  /** Addressees that another hub collects for: their copy carries our TraceHeader. */
  readonly abroad: readonly string[];
};
/** It was accepted before: the receipt of then. */
export type Replay = { readonly kind: 'replay'; readonly receipt: Receipt };
export type Proposal = Commit | Replay;
