/** `/canh-bao`: what needs a person, and the forms by which a person deals with it. */
import express, { type Response } from 'express';
import { z } from 'zod';
import { failure, HubError } from '../errors.ts';
import { decide } from '../exchange/decide.ts';
import type { Hub } from '../hub.ts';
import { acknowledgeAlert, listAlerts, settleAlert, showAlert } from '../oversight/alerts.ts';
import { padded } from '../oversight/numerals.ts';
import { alertCard, type DocumentLine, documentLine, groupAlerts, mostDocuments } from './alerts-view.ts';
import { sessionOf } from './guard.ts';
import { renderPage } from './render.ts';
import { proofView } from './signers/signature-view.ts';

const mostAlerts = 100;
const mostOnOnePage = 200;

/** What the filter offers; `todo` is what is not settled. */
const filters = { todo: 'Chưa giải quyết', open: 'Mới', acknowledged: 'Đang xử lý', settled: 'Đã giải quyết', all: 'Tất cả' } as const;
type Filter = keyof typeof filters;
const query = z.object({
  tinhtrang: z.enum(['todo', 'open', 'acknowledged', 'settled', 'all']).catch('todo'),
  sau: z.string().max(2000).optional().catch(undefined),
});

type Listed = Awaited<ReturnType<typeof listAlerts>>;

/** The store knows single states; "not settled" is both of them, the new ones first. */
const alertsFor = async (hub: Hub, response: Response, filter: Filter, after: string | undefined): Promise<Listed> => {
  const { caller } = sessionOf(response);
  const ask = { limit: mostAlerts, ...(after === undefined ? {} : { after }) };
  if (filter === 'all') return listAlerts(hub, caller, ask);
  if (filter !== 'todo') return listAlerts(hub, caller, { ...ask, state: filter });
  const [state, rest] = after === undefined ? ['open', ''] : [after.split(' ', 1)[0], after.slice(after.indexOf(' ') + 1)];
  const first =
    state === 'open' ? await listAlerts(hub, caller, { limit: mostAlerts, state: 'open', ...(rest === '' ? {} : { after: rest }) }) : null;
  if (first !== null && first.next !== null) return { items: first.items, next: `open ${first.next}` };
  const resume = state === 'acknowledged' && rest !== '' ? { after: rest } : {};
  const second = await listAlerts(hub, caller, { limit: mostAlerts, state: 'acknowledged', ...resume });
  return { items: [...(first?.items ?? []), ...second.items], next: second.next === null ? null : `acknowledged ${second.next}` };
};

const cardFor = async (hub: Hub, response: Response, alertId: string, most: number) => {
  const alert = await showAlert(hub, sessionOf(response).caller, alertId);
  const directory = await hub.organs.directory();
  const newest = [...alert.records].sort((one, other) => other.at.localeCompare(one.at)).slice(0, most);
  const views = await Promise.all(newest.map(({ recordId }) => hub.records.get(recordId)));
  const lines = views.flatMap((view): readonly DocumentLine[] => (view === null ? [] : [documentLine(directory, view)]));
  const proofs = views.flatMap((view) => {
    const proof = view === null ? null : proofView(directory, view.record.proof);
    return view === null || proof === null ? [] : [{ recordId: view.record.recordId, code: view.record.code ?? 'không số', proof }];
  });
  return { alert, card: alertCard(alert, lines), proofs: proofs.slice(0, mostDocuments) };
};

const showList =
  (hub: Hub): express.RequestHandler =>
  async (request, response) => {
    const { tinhtrang: filter, sau } = query.parse(request.query);
    const page = await alertsFor(hub, response, filter, sau);
    const shown = await Promise.all(page.items.map(({ alertId }) => cardFor(hub, response, alertId, mostDocuments)));
    const groups = groupAlerts(await hub.organs.directory(), shown);
    const critical = shown.filter(({ alert }) => alert.severity === 'critical').length;
    const documents = shown.reduce((total, { alert }) => total + alert.count, 0);
    renderPage(
      hub,
      response,
      'alerts',
      { title: 'Cảnh báo', place: 'alerts', session: sessionOf(response) },
      {
        filter,
        filters: Object.entries(filters),
        groups,
        counts: {
          alerts: padded(shown.length),
          documents: padded(documents),
          critical: padded(critical),
          organs: padded(groups.length),
        },
        next: page.next === null ? null : `/canh-bao?tinhtrang=${filter}&sau=${encodeURIComponent(page.next)}`,
        back: `/canh-bao?tinhtrang=${filter}`,
      },
    );
  };

const showOne =
  (hub: Hub): express.RequestHandler =>
  async (request, response) => {
    const { alert, card, proofs } = await cardFor(hub, response, String(request.params.id), mostOnOnePage);
    const groups = groupAlerts(await hub.organs.directory(), [{ alert, card }]);
    const frame = { title: 'Một cảnh báo', place: 'alerts', session: sessionOf(response) } as const;
    renderPage(hub, response, 'alert', frame, { group: groups[0], card, proofs, back: `/canh-bao/${card.alertId}` });
  };

/** Only back to our own list or one of its alerts. */
const backFrom = (request: express.Request): string => {
  const back: unknown = request.body?.back;
  return typeof back === 'string' && /^\/canh-bao(\/[\w-]{1,200}|\?tinhtrang=[a-z]{1,20})?$/.test(back) ? back : '/canh-bao';
};

/** Does what a form asks and goes back to the page it came from, with a word about how it went. */
const act =
  (done: string, deed: (request: express.Request, response: Response) => Promise<unknown>): express.RequestHandler =>
  async (request, response) => {
    const session = sessionOf(response);
    try {
      await deed(request, response);
      session.notice = { tone: 'done', text: done };
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      session.notice = { tone: 'failed', text: `${error.faults[0]?.vi ?? 'Không thực hiện được'}.` };
    }
    response.redirect(303, backFrom(request));
  };

const reasonOf = (request: express.Request): string => {
  const reason: unknown = request.body?.reason;
  if (typeof reason === 'string' && reason.trim() !== '' && reason.length <= 2000) return reason.trim();
  throw failure('request.invalid', '/reason', { vi: 'Phải nêu lý do (tối đa 2.000 ký tự)', en: 'A reason is required' });
};

const resultOf = (request: express.Request): 'release' | 'return' => {
  const result: unknown = request.body?.result;
  if (result === 'release' || result === 'return') return result;
  throw failure('request.invalid', '/result', { vi: 'Phải chọn chuyển tiếp hoặc trả lại', en: 'Choose release or return' });
};

export const alertsPage = (hub: Hub): express.Router => {
  const router = express.Router();
  const idOf = (request: express.Request): string => String(request.params.id);
  router.get('/canh-bao', showList(hub));
  router.get('/canh-bao/:id', showOne(hub));
  router.post(
    '/canh-bao/:id/ghi-nhan',
    act('Đã ghi nhận cảnh báo; cảnh báo chuyển sang "đang xử lý".', (request, response) =>
      acknowledgeAlert(hub, sessionOf(response).caller, idOf(request)),
    ),
  );
  router.post(
    '/canh-bao/:id/ket-thuc',
    act('Đã kết thúc cảnh báo.', (request, response) => settleAlert(hub, sessionOf(response).caller, idOf(request), reasonOf(request))),
  );
  router.post(
    '/van-ban/:id/quyet-dinh',
    act('Đã ghi quyết định đối với văn bản.', (request, response) =>
      decide(hub, sessionOf(response).caller, idOf(request), { result: resultOf(request), reason: reasonOf(request) }),
    ),
  );
  return router;
};
