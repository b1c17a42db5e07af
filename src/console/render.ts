/** Pages from Eta templates; everything put into them is escaped unless a template is included. */
import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { Response } from 'express';
import type { Hub } from '../hub.ts';
import type { Session } from './session.ts';

const eta = new Eta({ views: fileURLToPath(new URL('./pages', import.meta.url)), cache: true, autoEscape: true });

/** What every page shows around its content. */
export type Frame = {
  readonly title: string;
  /** Which entry of the menu is the present one. */
  readonly place: 'alerts' | 'certificates' | 'report' | null;
  readonly session: Session | null;
};

/** Renders `pages/NAME.eta` inside the common frame. The session's notice is told once and forgotten. */
export const renderPage = (hub: Hub, response: Response, name: string, frame: Frame, view: object): void => {
  const notice = frame.session?.notice ?? null;
  if (frame.session !== null) frame.session.notice = null;
  const content = eta.render(`./${name}`, { ...view, formToken: frame.session?.formToken ?? '' });
  const page = { ...frame, notice, content, hubName: hub.name, hubNotice: hub.notice, formToken: frame.session?.formToken ?? '' };
  response.type('html').send(eta.render('./frame', page));
};
