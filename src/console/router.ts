/** The console as one router, to be mounted at the root beside the REST door. */
import { fileURLToPath } from 'node:url';
import express from 'express';
import { failures, HubError } from '../errors.ts';
import type { Hub } from '../hub.ts';
import { alertsPage } from './alerts-page.ts';
import { checkOrigin, cookieFrom, type IsSecure, policy, requireSession } from './guard.ts';
import { renderPage } from './render.ts';
import { reportPage } from './report-page.ts';
import { openSessions } from './session.ts';
import { signInPage, signOutPage } from './sign-in.ts';
import { certificatesPage } from './signers/certificates-page.ts';
import { recordPage } from './signers/record-page.ts';

const assets = fileURLToPath(new URL('./assets', import.meta.url));
const places = ['/dang-nhap', '/dang-xuat', '/canh-bao', '/van-ban', '/bao-cao', '/chung-thu-so', '/console/assets'];

/** A HubError in the words of its table; all else goes on to the door, which tells nothing. */
const showProblem =
  (hub: Hub): express.ErrorRequestHandler =>
  (error, _request, response, next) => {
    if (!(error instanceof HubError) || response.headersSent) return next(error);
    const { status, vi } = failures[error.code];
    response.locals.failureCode = error.code;
    const frame = { title: 'Không thực hiện được', place: null, session: response.locals.session ?? null };
    renderPage(hub, response.status(status), 'problem', frame, { headline: vi, sentence: error.faults[0]?.vi ?? vi });
  };

/** `secureCookies` when the hub itself speaks TLS; behind a proxy that does, each request says so. */
export const consoleRouter = (hub: Hub, { secureCookies }: { readonly secureCookies: boolean }): express.Router => {
  const sessions = openSessions(hub);
  const isSecure: IsSecure = (request) => secureCookies || request.secure;
  const pages = express.Router({ caseSensitive: true });
  pages.use((_request, response, next) => {
    response.set('Content-Security-Policy', policy);
    next();
  });
  pages.use(
    '/console/assets',
    express.static(assets, {
      index: false,
      maxAge: '1h',
      setHeaders: (response) => response.setHeader('Cache-Control', 'public, max-age=3600'),
    }),
  );
  pages.use(checkOrigin, express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 20 }));
  pages.use(signInPage(hub, sessions, isSecure));
  pages.use(
    requireSession(sessions, isSecure),
    signOutPage(sessions, isSecure),
    alertsPage(hub),
    recordPage(hub),
    certificatesPage(hub),
    reportPage(hub),
  );
  const router = express.Router({ caseSensitive: true });
  router.get('/', async (request, response) => {
    const session = await sessions.find(cookieFrom(request, isSecure(request)));
    response.redirect(303, session === null ? '/dang-nhap' : '/canh-bao');
  });
  router.use((request, response, next) => {
    const ours = places.some((place) => request.path === place || request.path.startsWith(`${place}/`));
    if (ours) pages(request, response, next);
    else next();
  });
  router.use(showProblem(hub));
  return router;
};
