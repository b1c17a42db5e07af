/** `/bao-cao/{period}`: the table of the period as officials read it, on screen and on paper. */
import express from 'express';
import { vietnamDay } from '../envelope/dates.ts';
import type { Hub } from '../hub.ts';
import { complianceFor } from '../oversight/compliance.ts';
import { dayText } from '../oversight/numerals.ts';
import { monthHolding, nextPeriod, type Period, periodFor, periodTitle, previousPeriod } from '../oversight/period.ts';
import { complianceCsv } from '../oversight/report/csv.ts';
import { complianceTable } from '../oversight/report/table.ts';
import { sessionOf } from './guard.ts';
import { renderPage } from './render.ts';

const monthsOffered = 13;

const linkFor = (period: Period) => ({ id: period.id, title: periodTitle(period), href: `/bao-cao/${period.id}` });

/** The months before and up to today's, of the manner in view. */
const recentMonths = (today: string, manner: Period['manner']): readonly Period[] => {
  const months = [monthHolding(today, manner)];
  for (let last = months[0]; last !== undefined && months.length < monthsOffered; ) {
    last = previousPeriod(last);
    months.push(last);
  }
  return months;
};

/** The same period in the other manner of counting, where it makes sense to look at both. */
const otherManner = ({ id, manner }: Period): Period => periodFor(manner === 'calendar' ? `BC${id}` : id.slice(2));

/** `15/10 – 14/11/2026`. */
const spanText = ({ from, to }: Period): string =>
  `${from.slice(0, 4) === to.slice(0, 4) ? dayText(from).slice(0, 5) : dayText(from)} – ${dayText(to)}`;

const navigationFor = (period: Period, today: string) => {
  const following = nextPeriod(period);
  return {
    previous: linkFor(previousPeriod(period)),
    // A period that has not begun has nothing to show.
    next: following.from <= today ? linkFor(following) : null,
    other: linkFor(otherManner(period)),
    otherWord: period.manner === 'calendar' ? 'Kỳ báo cáo hành chính' : 'Tháng dương lịch',
    otherSpan: spanText(otherManner(period)),
    recent: recentMonths(today, period.manner).map(linkFor),
  };
};

const showReport = async (hub: Hub, id: string, response: express.Response): Promise<void> => {
  const period = periodFor(id);
  const compliance = await complianceFor(hub, sessionOf(response).caller, { period: period.id });
  const table = complianceTable(compliance, hub);
  const view = { table, period: linkFor(period), navigation: navigationFor(period, vietnamDay(hub.now())) };
  renderPage(hub, response, 'report', { title: table.title, place: 'report', session: sessionOf(response) }, view);
};

const sendFigures = async (hub: Hub, id: string, form: string, response: express.Response): Promise<void> => {
  const compliance = await complianceFor(hub, sessionOf(response).caller, { period: id });
  response.attachment(`${compliance.period}.${form}`);
  if (form === 'csv') response.type('text/csv').send(complianceCsv(compliance));
  else response.json(compliance);
};

export const reportPage = (hub: Hub): express.Router => {
  const router = express.Router();
  router.get('/bao-cao', (request, response) => {
    const asked: unknown = request.query.ky;
    const period = typeof asked === 'string' ? periodFor(asked) : monthHolding(vietnamDay(hub.now()), 'calendar');
    response.redirect(303, `/bao-cao/${period.id}`);
  });
  router.get('/bao-cao/:period', async (request, response) => {
    const [id = '', form] = String(request.params.period).split(/\.(csv|json)$/);
    if (form === undefined) await showReport(hub, id, response);
    else await sendFigures(hub, id, form, response);
  });
  return router;
};
