/** What becomes of a message that could not be worked on: the AMQP column of the error table (spec/errors.md). */
import { failures, HubError } from '../../errors.ts';
import { type Pause, pauses } from '../topology.ts';
import type { Arrived } from './message/arrived.ts';

export type Outcome =
  /** The sender or its operator must act: told at once, and the message is done with. */
  | { readonly kind: 'refused'; readonly error: HubError }
  /** Something we need is away: tried again after a pause. */
  | { readonly kind: 'pause'; readonly pause: Pause }
  /** Nothing more can be done without a person. */
  | { readonly kind: 'park'; readonly error: unknown }
  /** A bug of ours: once more, perhaps in another process. */
  | { readonly kind: 'again' };

/** How long a message waits for a store that is away before a person is asked, milliseconds. */
export const patience = 24 * 3_600_000;

/** The pauses in their order, the last one over and over. */
const pauseAfter = (attempt: number): Pause => pauses[attempt] ?? pauses.at(-1) ?? pauses[0];

export const outcomeFor = (error: unknown, { attempt, since, redelivered }: Arrived, now: Date): Outcome => {
  if (!(error instanceof HubError)) return redelivered ? { kind: 'park', error } : { kind: 'again' };
  if (failures[error.code].blame !== 'dependency') return { kind: 'refused', error };
  return now.getTime() - Date.parse(since) < patience ? { kind: 'pause', pause: pauseAfter(attempt) } : { kind: 'park', error };
};
