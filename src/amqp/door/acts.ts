/** What the door is handed (by serve.ts): the very acts of the REST door. This room imports no use case. */
import type { HubError } from '../../errors.ts';
import type { Taken } from '../../hub/taken.ts';
import type { Hub, Spooled } from '../../hub.ts';
import type { Caller } from '../../records/key.ts';
import type { Connection } from '../connection.ts';
import type { Publisher } from '../publish.ts';
import type { Strangers } from './strangers.ts';

/** An RFC 9457 problem document with the headers that REST would send beside it (`Retry-After`). */
export type Problem = { readonly body: { readonly status: number }; readonly headers: Readonly<Record<string, string>> };

export type DoorActs = {
  /** Rate, role, locks, store and disk, counted together with the system's calls over HTTP. Throws what the REST gate throws. */
  pass(caller: Caller, rules: { readonly takesEnvelope: boolean }): Promise<void>;
  /** Takes spooled bytes, documents and statuses alike; the door discards them afterwards. */
  accept(caller: Caller, spooled: Spooled): Promise<{ readonly receipt: object; readonly replayed: boolean }>;
  /** `told` is JSON as it came: `{deliveryId, result, reason}`. Throws `request.invalid` for anything else. */
  acknowledge(caller: Caller, told: unknown): Promise<object>;
  problemOf(error: HubError): Problem;
  /** The bland sentence of a bug of ours, with the number under which it stands in the log. */
  incidentOf(incident: string): Problem;
};

export type DoorLog = {
  warn(fields: Readonly<Record<string, unknown>>, sentence: string): void;
  error(fields: Readonly<Record<string, unknown>>, sentence: string): void;
};

/** Reading and asking on the one, publishing on the other: a broker short of memory holds up the second only. */
export type Lines = { readonly inward: Connection; readonly publisher: Publisher };

/** What everything behind the door works with. */
export type Room = {
  readonly hub: Pick<Hub, 'accounts' | 'originals' | 'maxBytes' | 'now'>;
  readonly acts: DoorActs;
  readonly publisher: Publisher;
  /** Makes a system's queues where they are missing; false while the broker is away. */
  declare(system: string): Promise<boolean>;
  readonly log: DoorLog;
  /** Told of each message, once. */
  note(queue: string, taken: Taken): void;
  /** How many messages of nobody known are still parked: the rest are let go. */
  readonly strangers: Strangers;
  /** Aborted when the door closes: nothing waits for the broker any longer. */
  readonly closing: AbortSignal;
};
