/** Signing in with an administrator's key, and out again. */
import { randomUUID } from 'node:crypto';
import express from 'express';
import { failures, HubError } from '../errors.ts';
import { callerFor } from '../exchange/caller.ts';
import type { Hub } from '../hub.ts';
import type { Caller } from '../records/key.ts';
import { cookieFrom, type IsSecure, openAttempts, setCookie } from './guard.ts';
import { renderPage } from './render.ts';
import type { Sessions } from './session.ts';

/** Where to go after signing in: only to pages of this console. */
const placeFrom = (asked: unknown): string =>
  typeof asked === 'string' && /^\/(canh-bao|van-ban|chung-thu-so|bao-cao)([/?][\w./?=&%-]{0,300})?$/.test(asked) ? asked : '/canh-bao';

type Judged = { readonly caller: Caller } | { readonly vi: string };

const judge = async (hub: Hub, key: string): Promise<Judged> => {
  try {
    const caller = await callerFor(hub, key);
    return caller.role === 'admin' ? { caller } : { vi: 'Khóa này không phải khóa quản trị' };
  } catch (error) {
    if (error instanceof HubError && failures[error.code].blame === 'caller') return { vi: error.faults[0]?.vi ?? failures[error.code].vi };
    throw error;
  }
};

export const signInPage = (hub: Hub, sessions: Sessions, isSecure: IsSecure): express.Router => {
  const router = express.Router();
  const attempts = openAttempts();
  const show = (response: express.Response, status: number, place: string, wrong: string | null): void => {
    renderPage(hub, response.status(status), 'sign-in', { title: 'Đăng nhập', place: null, session: null }, { next: place, wrong });
  };
  const note = (act: string, by: string, address: string): Promise<void> =>
    hub.journal.add({ entryId: randomUUID(), at: hub.now().toISOString(), act, by, subject: 'console', details: { address } });
  router.get('/dang-nhap', (request, response) => show(response, 200, placeFrom(request.query.ve), null));
  router.post('/dang-nhap', async (request, response) => {
    const [address, now, place] = [request.ip ?? '', hub.now().getTime(), placeFrom(request.body?.ve)];
    const wait = attempts.wait(address, now);
    if (wait > 0) {
      response.set('Retry-After', String(wait));
      return show(response, 429, place, `Sai khóa quá nhiều lần; hãy thử lại sau ${Math.ceil(wait / 60)} phút`);
    }
    const key: unknown = request.body?.key;
    const judged = await judge(hub, typeof key === 'string' ? key.trim() : '');
    if (!('caller' in judged)) {
      attempts.fail(address, now);
      return show(response, 403, place, judged.vi);
    }
    attempts.clear(address);
    sessions.end(cookieFrom(request, isSecure(request)));
    setCookie(response, isSecure(request), sessions.begin(judged.caller, String(key).trim()));
    await note('console.signed-in', judged.caller.keyId, address);
    response.redirect(303, place);
  });
  return router;
};

/** Mounted behind `requireSession`, so that nobody else can sign a person out. */
export const signOutPage = (sessions: Sessions, isSecure: IsSecure): express.Router => {
  const router = express.Router();
  router.post('/dang-xuat', (request, response) => {
    sessions.end(cookieFrom(request, isSecure(request)));
    setCookie(response, isSecure(request), null);
    response.redirect(303, '/dang-nhap');
  });
  return router;
};
