/**
 * One row of the REST door: what a call takes and answers, as zod schemas, and what it does. The routes,
 * the checking of requests, the `Allow` headers and the OpenAPI document are all made from these rows.
 */
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { FailureCode } from '../errors.ts';
import type { Hub } from '../hub.ts';
import type { Caller, Role } from '../records/key.ts';
import type { Log } from './log.ts';

/** What every call has at hand. */
export type Door = {
  readonly hub: Hub;
  readonly log: Log;
  /** Aborted when the door closes: who waits is answered at once. */
  readonly closing: AbortSignal;
  /** A body that brings no byte for this long is given up, in milliseconds. */
  readonly bodyIdleMs: number;
};

export type Ask<Query, Body> = Door & {
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
};

export type Answer = {
  readonly description: string;
  /** Media type -> shape; a string is a text or binary body. Empty: no body. */
  readonly content: Readonly<Record<string, z.ZodType | 'binary' | 'text'>>;
  readonly headers?: Readonly<Record<string, string>>;
};

/** `open`: anybody, counted by address; `unlimited`: not even that; else the roles whose keys may. */
export type Access = 'open' | 'unlimited' | readonly Role[];

type Row = {
  readonly method: 'get' | 'post' | 'put';
  /** OpenAPI form: `/v1/deliveries/{id}/envelope`. */
  readonly path: string;
  readonly name: string;
  readonly group: string;
  readonly vi: string;
  readonly en: string;
  readonly access: Access;
  /** Whether the body is an envelope: streamed, never parsed here. */
  readonly takesEnvelope?: boolean;
  /** Whether a delivery's link (`?link=`) does in place of a key. */
  readonly takesLink?: boolean;
  readonly answers: Readonly<Record<number, Answer>>;
  /** Beside those of every call with a key. */
  readonly refusals: readonly FailureCode[];
};

export type Call = Row & {
  readonly query: z.ZodObject | null;
  readonly body: z.ZodType | null;
  run(ask: Ask<unknown, unknown>): Promise<void>;
};

/** Ties the type of `run` to the schemas that check what it is given. */
export const call = <Query extends z.ZodObject = z.ZodObject, Body extends z.ZodType = z.ZodNever>(
  row: Row & {
    readonly query?: Query;
    readonly body?: Body;
    run(ask: Ask<z.output<Query>, z.output<Body>>): Promise<void>;
  },
): Call => ({
  ...row,
  query: row.query ?? null,
  body: row.body ?? null,
  // The route hands over only what these very schemas answered.
  run: row.run as (ask: Ask<unknown, unknown>) => Promise<void>,
});
