/** What stands before every page: where a form came from, who is signed in, and how often a sign-in may fail. */
import type { Request, RequestHandler, Response } from 'express';
import { failure } from '../errors.ts';
import { type Session, type Sessions, sameToken } from './session.ts';

/** Nothing inline, nothing from elsewhere, forms only to ourselves. */
export const policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The `__Host-` name makes browsers insist on TLS and on this very host. */
export const cookieName = (secure: boolean): string => (secure ? '__Host-lienthong' : 'lienthong');

/** Whether this browser reached us over TLS: known from the configuration, or told by a trusted proxy. */
export type IsSecure = (request: Request) => boolean;

export const cookieFrom = (request: Request, secure: boolean): string | null => {
  const wanted = `${cookieName(secure)}=`;
  const pair = (request.headers.cookie ?? '').split(';').find((one) => one.trim().startsWith(wanted));
  return pair === undefined ? null : pair.trim().slice(wanted.length);
};

export const setCookie = (response: Response, secure: boolean, token: string | null): void => {
  const life = token === null ? 'Max-Age=0' : 'Max-Age=36000';
  const parts = [`${cookieName(secure)}=${token ?? ''}`, 'Path=/', 'HttpOnly', 'SameSite=Strict', life, ...(secure ? ['Secure'] : [])];
  response.append('Set-Cookie', parts.join('; '));
};

const strange = () =>
  failure('role.insufficient', '', {
    vi: 'Biểu mẫu không được gửi từ trang này, hoặc phiên làm việc đã đổi. Hãy tải lại trang rồi thử lại',
    en: 'The form did not come from this page; reload it and try again',
  });

/** A form must come from our own pages: by Sec-Fetch-Site, else by Origin, where the browser tells. */
export const checkOrigin: RequestHandler = (request, _response, next) => {
  if (request.method !== 'POST') return next();
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw strange();
  const { origin, host } = request.headers;
  if (site === undefined && origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host)) throw strange();
  next();
};

/** Pages that only signed-in administrators see; others are sent to sign in and brought back. */
export const requireSession =
  (sessions: Sessions, isSecure: IsSecure): RequestHandler =>
  async (request, response, next) => {
    const session = await sessions.find(cookieFrom(request, isSecure(request)));
    if (session === null) {
      const next = request.method === 'GET' ? `?ve=${encodeURIComponent(request.originalUrl)}` : '';
      response.redirect(303, `/dang-nhap${next}`);
      return;
    }
    if (request.method === 'POST' && !sameToken(session.formToken, request.body?.formToken)) throw strange();
    response.locals.session = session;
    next();
  };

/** Set by `requireSession` before any page runs. */
export const sessionOf = (response: Response): Session => response.locals.session as Session;

const failuresAllowed = 10;
const forgottenAfter = 10 * 60_000;
const mostAddresses = 10_000;

/** Ten wrong keys from one address, then none is tried for ten minutes; a right one wipes the slate. */
export const openAttempts = () => {
  const failed = new Map<string, { count: number; at: number }>();
  return {
    /** Seconds to wait, 0 = go on. */
    wait(address: string, now: number): number {
      const known = failed.get(address);
      if (known === undefined || known.count < failuresAllowed) return 0;
      return Math.max(0, Math.ceil((known.at + forgottenAfter - now) / 1000));
    },
    fail(address: string, now: number): void {
      const known = failed.get(address);
      const count = known === undefined || now - known.at > forgottenAfter ? 1 : known.count + 1;
      failed.delete(address);
      failed.set(address, { count, at: now });
      const oldest = failed.size > mostAddresses ? failed.keys().next().value : undefined;
      if (oldest !== undefined) failed.delete(oldest);
    },
    clear(address: string): void {
      failed.delete(address);
    },
  };
};
