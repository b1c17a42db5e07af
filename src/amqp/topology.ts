/**
 * Everything the hub has at the broker: exchanges, queues, bindings, policies. Names end in a version,
 * because what a queue was declared with cannot be changed afterwards (406): what must differ gets a new
 * version beside the old one. What may be tuned (sizes, ages) stands in policies, which are applied
 * from outside (`lienthong broker`) and without which everything works.
 *
 * A system publishes to two exchanges and reads two queues of its own (contract §8); all else is the hub's.
 * What comes from systems and what the hub itself puts back after a pause arrive in different queues: no
 * system may write to the second, so that there the hub may trust the headers that it set itself.
 */

export type Exchange = { readonly name: string; readonly type: 'fanout' };
/** Each survives a restart on a majority of the brokers (quorum). */
export type Queue = { readonly name: string; readonly arguments: Readonly<Record<string, string | number>> };
export type Binding = { readonly exchange: string; readonly queue: string };
/** Of two that fit one queue RabbitMQ takes the one with the higher priority: here none overlap. */
export type QueuePolicy = {
  readonly name: string;
  readonly pattern: string;
  readonly definition: Readonly<Record<string, string | number>>;
};

export const names = {
  /** Exchange that systems publish envelopes and statuses to, and the queue behind it. */
  submit: 'lienthong.submit.v1',
  submitAgain: 'lienthong.submit.again.v1',
  /** Exchange that systems publish `{deliveryId, result, reason}` to, and the queue behind it. */
  acknowledge: 'lienthong.acknowledge.v1',
  acknowledgeAgain: 'lienthong.acknowledge.again.v1',
  /** What a system's own consumer sent back, or broke over, five times. */
  undelivered: 'lienthong.undelivered.v1',
  /** What nobody can work on: a person looks. */
  parking: 'lienthong.parking.v1',
  /** Word between the hub's processes that something arrived. */
  arrivals: 'lienthong.arrivals.v1',
  inbox: (system: string): string => `lienthong.inbox.${system}.v1`,
  reply: (system: string): string => `lienthong.reply.${system}.v1`,
} as const;

/** Deliveries of one message to consumers that end without an answer; then it goes to the queue's dead letters. */
const deliveryLimit = 5;

/**
 * A full queue refuses instead of dropping. The limit of deliveries stands here and not in a policy, because
 * without one RabbitMQ 4 takes a limit of its own and 3 none.
 */
const guarded = (deadLetters: string): Queue['arguments'] => ({
  'x-queue-type': 'quorum',
  'x-delivery-limit': deliveryLimit,
  'x-dead-letter-exchange': deadLetters,
  'x-overflow': 'reject-publish',
});

/** Where the message is the only copy there is, its dead letter may not be lost on the way either. */
const kept = (deadLetters: string): Queue['arguments'] => ({ ...guarded(deadLetters), 'x-dead-letter-strategy': 'at-least-once' });

/** A pause before another try: one queue each, because messages only expire at the head of a queue. */
export type Pause = { readonly name: string; readonly seconds: number };
export const pauses: readonly [Pause, ...Pause[]] = [
  { name: 'lienthong.retry.5s.v1', seconds: 5 },
  { name: 'lienthong.retry.30s.v1', seconds: 30 },
  { name: 'lienthong.retry.5m.v1', seconds: 300 },
];

/**
 * Published to the exchange of that name with the queue it shall go to as its routing key, a message waits
 * and then goes there: dead letters keep their key, and the exchange without a name routes by it.
 */
const pauseQueue = ({ name, seconds }: Pause): Queue => {
  const { 'x-delivery-limit': _, ...rest } = kept('');
  return { name, arguments: { ...rest, 'x-message-ttl': seconds * 1_000 } };
};

/** A queue that fills from the exchange of the same name. */
const fed = (name: string, deadLetters: string): Queue => ({ name, arguments: kept(deadLetters) });

/**
 * Each look into it hands its messages out and takes them back: that must never use them up. Full, it lets its oldest
 * go. Were it to refuse, what the broker parks would stay in the intake queues until those are full too, and a system
 * whose messages expire could stop all others. Nothing in it was ever accepted: nobody holds a receipt for it.
 */
const parking: Queue = { name: names.parking, arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000 } };

export const exchanges: readonly Exchange[] = [
  ...[names.submit, names.acknowledge, names.undelivered, names.parking, names.arrivals, ...pauses.map(({ name }) => name)],
].map((name) => ({ name, type: 'fanout' }));

/** The hub's own; those of systems come with their accounts (`queuesOf`). */
export const queues: readonly Queue[] = [
  fed(names.submit, names.parking),
  fed(names.submitAgain, names.parking),
  fed(names.acknowledge, names.parking),
  fed(names.acknowledgeAgain, names.parking),
  fed(names.undelivered, names.parking),
  parking,
  ...pauses.map(pauseQueue),
];

/** Each from the exchange of its own name; what goes to one queue alone takes the exchange without a name. */
export const bindings: readonly Binding[] = [
  ...[names.submit, names.acknowledge, names.undelivered, names.parking, ...pauses.map(({ name }) => name)],
].map((name) => ({ exchange: name, queue: name }));

/**
 * Documents for a system. Its dead letters only report that the system's consumer cannot take one: the document
 * is in the outbox until it is acknowledged. So they go at most once: all the at-least-once queues of a node
 * hang on one process of RabbitMQ that a burst of failures ends (its issue 16652), and inboxes are by far the most.
 */
export const inboxQueue = (system: string): Queue => ({ name: names.inbox(system), arguments: guarded(names.undelivered) });
/** Answers to what a system submitted: who never reads them loses the oldest, and may ask over HTTP. */
export const replyQueue = (system: string): Queue => ({ name: names.reply(system), arguments: { 'x-queue-type': 'quorum' } });
export const queuesOf = (system: string): readonly Queue[] => [inboxQueue(system), replyQueue(system)];

const mebibyte = 1_048_576;
const week = 7 * 86_400_000;

/**
 * How much may stand where. A full inbox refuses, and the hub's own outbox keeps what it does not take:
 * one system that stays away must not fill the disks of all. A full intake makes its publishers wait.
 */
export const policies: readonly QueuePolicy[] = [
  {
    name: 'lienthong-inbox',
    pattern: '^lienthong\\.inbox\\..+\\.v1$',
    definition: { 'max-length': 10_000, 'max-length-bytes': 256 * mebibyte },
  },
  {
    name: 'lienthong-reply',
    pattern: '^lienthong\\.reply\\..+\\.v1$',
    definition: { 'max-length': 10_000, 'max-length-bytes': 64 * mebibyte, 'message-ttl': week },
  },
  {
    name: 'lienthong-intake',
    pattern: '^lienthong\\.(submit|acknowledge|undelivered|retry)\\.(.+\\.)?v1$',
    definition: { 'max-length-bytes': 2_048 * mebibyte },
  },
  { name: 'lienthong-parking', pattern: '^lienthong\\.parking\\.v1$', definition: { 'max-length-bytes': 1_024 * mebibyte } },
];
