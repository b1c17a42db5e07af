/** `/van-ban/{id}`: one document, its signatures and what became of it. */
import express from 'express';
import { seenRecord } from '../../exchange/browse.ts';
import type { Hub } from '../../hub.ts';
import { clockText, dayOfInstant } from '../../oversight/numerals.ts';
import { findingWords } from '../../oversight/words.ts';
import type { RecordEvent } from '../../records/record.ts';
import { documentLine } from '../alerts-view.ts';
import { sessionOf } from '../guard.ts';
import { renderPage } from '../render.ts';
import { organText, proofView } from './signature-view.ts';

const eventWords: Readonly<Record<RecordEvent['kind'], string>> = {
  accepted: 'Trục đã nhận',
  refused: 'Trục từ chối',
  held: 'Giữ lại, chờ quyết định',
  released: 'Chuyển tiếp theo quyết định',
  returned: 'Trả lại bên gửi',
  offered: 'Chuyển đến nơi nhận',
  collected: 'Nơi nhận đã tải về',
  failed: 'Nơi nhận báo lỗi',
  parked: 'Gửi lỗi, chờ xử lý',
  status: 'Nơi nhận báo trạng thái',
  judged: 'Kiểm tra lại chữ ký số',
  supplemented: 'Gửi bổ sung nơi nhận',
  alerted: 'Cảnh báo',
  withdrawn: 'Thu hồi trước khi giao',
  linked: 'Có thông điệp liên quan',
};

const showRecord = async (hub: Hub, response: express.Response, recordId: string): Promise<void> => {
  const session = sessionOf(response);
  const { view } = await seenRecord(hub, session.caller, recordId);
  const [directory, events] = await Promise.all([hub.organs.directory(), hub.records.events(recordId)]);
  const { record } = view;
  const history = events.map(({ at, kind, organ, text }) => ({
    at: `${clockText(at)} ngày ${dayOfInstant(at)}`,
    what: eventWords[kind],
    organ: organ === null ? '' : organText(directory, organ),
    text: text ?? '',
  }));
  renderPage(
    hub,
    response,
    'record',
    { title: record.code ?? 'Văn bản', place: null, session },
    {
      line: documentLine(directory, view),
      sender: record.from === null ? (record.fromName ?? 'không rõ') : organText(directory, record.from),
      received: `${clockText(record.acceptedAt)} ngày ${dayOfInstant(record.acceptedAt)}`,
      finding: record.verdict === null ? null : findingWords(record.verdict, record.reason),
      recordId,
      proof: proofView(directory, record.proof),
      history,
    },
  );
};

export const recordPage = (hub: Hub): express.Router => {
  const router = express.Router();
  router.get('/van-ban/:id', (request, response) => showRecord(hub, response, String(request.params.id)));
  return router;
};
