/**
 * What is settled before the first body byte (contract §5): who calls, locks, role, rate, store, disk:
 * 401, 403, 429, 503 with nothing read.
 */
import type { Request } from 'express';
import { failure, failures, HubError } from '../../errors.ts';
import { callerFor, checkSender } from '../../exchange/caller.ts';
import { linkCallerFor } from '../../exchange/delivery-link.ts';
import type { Hub } from '../../hub.ts';
import type { Caller, Role } from '../../records/key.ts';
import { openInflight } from './inflight.ts';
import { type Buckets, openBuckets, strangerFor } from './rate.ts';

/** Without a valid key: 20 calls a second from one address. */
const strangerRate = 20;
const burstFactor = 10;
/** Addresses and systems remembered at once; about 100 bytes each. */
const mostRemembered = 20_000;

export type Gate = {
  /** An open page or call: only the address counts. Throws `caller.too-fast`. */
  passStranger(request: Request): void;
  /** A call with a key. Throws key.invalid, key.expired, sender.locked, role.insufficient, caller.too-fast, store.unavailable, disk.low. */
  passCaller(request: Request, rules: GateRules, link?: DeliveryLink): Promise<Caller>;
  /** A caller who is known already, whatever door it stands before: all doors count one system's calls together. Throws as `passCaller`. */
  passSystem(caller: Caller, rules: GateRules): Promise<void>;
  /** Bytes of bodies that were let in and are not answered yet. */
  inHand(): number;
};

/** A link in place of a key (contract §8): the delivery that is asked for, and the token. */
export type DeliveryLink = { readonly deliveryId: string; readonly token: string };

export type GateRules = {
  readonly roles: readonly Role[];
  /** Whether the call brings an envelope, and so needs an unlocked organ, store and disk. */
  readonly takesEnvelope: boolean;
  /** The body that is to follow: its length, and who gives its place back when it has been dealt with. */
  readonly body?: { readonly bytes: number; until(release: () => void): void };
};

/** `rate` = calls a second of one system, `inflightBytes` = bytes of its bodies in hand; 0 = unlimited. */
export type GateLimits = { readonly rate: number; readonly inflightBytes: number };

/** The key of `Authorization: Bearer KEY`; null where there is none. */
export const keyFrom = (request: Request): string | null =>
  /^Bearer +([\x21-\x7e]{1,256}) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;

const tooFast = (seconds: number): HubError => failure('caller.too-fast', '', {}, { retryAfterSeconds: seconds });

const tooMuch = (): HubError =>
  failure(
    'caller.too-fast',
    '',
    {
      vi: 'Hệ thống đang gửi quá nhiều dữ liệu cùng lúc, hãy chờ các lần gửi trước xong',
      en: 'This system is sending too much at once; wait until what it is sending has been answered',
    },
    { retryAfterSeconds: 1 },
  );

const passBucket = (buckets: Buckets, name: string, now: number): void => {
  const wait = buckets.take(name, now);
  if (wait > 0) throw tooFast(wait);
};

const isKeyFailure = (error: unknown): boolean =>
  error instanceof HubError && (error.code === 'key.invalid' || error.code === 'key.expired');

/** Why this caller may not make this call now, whatever its rate; a bug of ours passes through. */
const refusalOf = async (hub: Hub, caller: Caller, rules: GateRules): Promise<HubError | null> => {
  if (!rules.roles.includes(caller.role)) return failure('role.insufficient');
  if (!rules.takesEnvelope) return null;
  try {
    await checkSender(hub, caller);
    return null;
  } catch (error) {
    if (error instanceof HubError) return error;
    throw error;
  }
};

/** `clock` answers milliseconds that never run backwards. */
export const openGate = (hub: Hub, { rate, inflightBytes }: GateLimits, clock: () => number = () => performance.now()): Gate => {
  const strangers = openBuckets({ perSecond: strangerRate, burst: strangerRate * burstFactor, most: mostRemembered });
  const systems = openBuckets({ perSecond: rate, burst: rate * burstFactor, most: mostRemembered });
  const passStranger = (request: Request): void => passBucket(strangers, strangerFor(request.ip), clock());
  const inflight = openInflight(inflightBytes);
  const passSystem: Gate['passSystem'] = async (caller, rules) => {
    const wait = systems.take(caller.system, clock());
    const refusal = await refusalOf(hub, caller, rules);
    // The order of the contract: who may not at all (403), who must wait (429), and only then what ails us (503).
    if (refusal !== null && failures[refusal.code].blame === 'caller') throw refusal;
    if (wait > 0) throw tooFast(wait);
    const release = rules.body === undefined ? () => undefined : inflight.take(caller.system, rules.body.bytes);
    if (release === null) throw tooMuch();
    if (refusal === null) return rules.body?.until(release);
    release();
    throw refusal;
  };
  return {
    passStranger,
    passSystem,
    inHand: () => inflight.bytes,
    async passCaller(request, rules, link) {
      const key = keyFrom(request);
      const asked = key === null && link !== undefined ? linkCallerFor(hub, link.deliveryId, link.token) : callerFor(hub, key);
      // The address is charged only where the key is no good: a flood of strangers never slows a valid key.
      const caller = await asked.catch((error: unknown) => {
        if (isKeyFailure(error)) passStranger(request);
        throw error;
      });
      await passSystem(caller, rules);
      return caller;
    },
  };
};
