/**
 * Who is signed in. A session is an opaque random token in a cookie; what it stands for stays here, in
 * memory, under the token's digest: a restart signs everybody out and nothing else. The key itself is
 * never kept, only its digest, and it is looked up again at every page: a revoked key ends its session.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Hub } from '../hub.ts';
import type { Caller } from '../records/key.ts';

/** Half an hour of nothing, or ten hours in all, end a session; milliseconds. */
const idleFor = 30 * 60_000;
const atMost = 10 * 60 * 60_000;
/** Forgotten oldest first. */
const mostSessions = 500;

export type Notice = { readonly tone: 'done' | 'failed'; readonly text: string };

export type Session = {
  readonly caller: Caller;
  readonly keySha256: string;
  /** Must come back with every form. */
  readonly formToken: string;
  readonly since: number;
  seen: number;
  /** Told once, on the next page. */
  notice: Notice | null;
};

export type Sessions = {
  /** Answers the token for the cookie. */
  begin(caller: Caller, key: string): string;
  /** The live session of a token whose key is still good, else null. */
  find(token: string | null): Promise<Session | null>;
  end(token: string | null): void;
};

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

export const openSessions = (hub: Hub): Sessions => {
  const sessions = new Map<string, Session>();
  const ended = ({ seen, since }: Session, now: number): boolean => now - seen > idleFor || now - since > atMost;
  return {
    begin(caller, key) {
      const now = hub.now().getTime();
      for (const [digest, session] of sessions) if (ended(session, now) || sessions.size >= mostSessions) sessions.delete(digest);
      const token = randomBytes(32).toString('base64url');
      const formToken = randomBytes(32).toString('base64url');
      sessions.set(digestOf(token), { caller, keySha256: digestOf(key), formToken, since: now, seen: now, notice: null });
      return token;
    },
    async find(token) {
      const digest = token === null ? '' : digestOf(token);
      const session = sessions.get(digest);
      if (session === undefined) return null;
      const now = hub.now();
      const key = ended(session, now.getTime()) ? null : await hub.keys.find(session.keySha256);
      if (key === null || key.revokedAt !== null || key.expiresAt <= now.toISOString()) {
        sessions.delete(digest);
        return null;
      }
      session.seen = now.getTime();
      return session;
    },
    end(token) {
      if (token !== null) sessions.delete(digestOf(token));
    },
  };
};

/** Compared in constant time. */
export const sameToken = (expected: string, given: unknown): boolean =>
  typeof given === 'string' && timingSafeEqual(Buffer.from(digestOf(expected)), Buffer.from(digestOf(given)));
