/** What became of a message that a system put into one of the hub's queues. */
export type Taken =
  /** Its answer is in the system's reply queue, or nobody waits for one. */
  | 'answered'
  /** The sender was told what is wrong with it. */
  | 'refused'
  /** Something the hub needs is away: it comes again after a pause. */
  | 'paused'
  /** Put aside for a person. */
  | 'parked'
  /** Of a user without an account. */
  | 'stranger'
  /** Given back to the broker, at once. */
  | 'again';

/** Messages of one queue that ended in one way, since this process started. */
export type TakenCount = { readonly queue: string; readonly taken: Taken; readonly count: number };
