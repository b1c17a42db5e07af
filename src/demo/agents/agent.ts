/** One agency system (QLVB): posts what its organs send, collects what arrives, acknowledges, reports statuses. */
import { createHash } from 'node:crypto';
import { writeDocument, writeStatusMessage } from '../edxml.ts';
import { documentFacts, followEnvelope, renumbered, type Stationery } from '../files.ts';
import { digestOf, type Ledger, type PostAnswer, type Posting, type Step } from '../ledger/ledger.ts';
import type { PlannedDocument } from '../plan/planned.ts';
import { demoOrgan } from '../plan/province.ts';
import { type Answer, ask, type Door, get, type InboxItem, json, type Page, send } from './api.ts';

/** An envelope ready to go, with the one that follows it. */
export type Prepared = { readonly posting: Posting; readonly bytes: Uint8Array; readonly follow: Prepared | null };

/** With its entry for the ledger: digest and size of exactly the bytes that will be posted. */
const preparedFrom = (document: PlannedDocument, step: Step, bytes: Uint8Array, follow: Prepared | null): Prepared => ({
  bytes,
  follow,
  posting: {
    document,
    step,
    documentId: step === 'renumbered' ? renumbered(document) : document.documentId,
    to: step === 'supplement' && document.follow?.kind === 'supplement' ? document.follow.to : document.to,
    sha256: digestOf(bytes),
    size: bytes.length,
  },
});

/** Makes the files, signs them, writes the envelopes. */
export const prepare = (document: PlannedDocument, stationery: Stationery): Prepared => {
  const facts = documentFacts(document, stationery);
  const first = writeDocument(facts);
  const second = followEnvelope(document, facts, first);
  const follow = second === null || document.follow === null ? null : preparedFrom(document, document.follow.kind, second, null);
  return preparedFrom(document, 'first', first, follow);
};

/** Posts an envelope and the one that follows it; the ledger knows both before, and the answers after. */
export const post = async (door: Door, prepared: Prepared, ledger: Ledger): Promise<void> => {
  ledger.postings.push(prepared.posting);
  const answer = await ask(door, { method: 'POST', path: '/v1/envelopes', body: prepared.bytes });
  const said = json<{ readonly code?: string; readonly recordId?: string; readonly alerts?: PostAnswer['alerts'] }>(answer);
  ledger.answers.push({
    posting: prepared.posting,
    status: answer.status,
    code: answer.status === 202 ? null : (said.code ?? null),
    replayed: answer.headers.get('replayed') === 'true',
    recordId: answer.status === 202 ? (said.recordId ?? null) : null,
    alerts: answer.status === 202 ? (said.alerts ?? []) : [],
  });
  if (prepared.follow !== null) await post(door, prepared.follow, ledger);
};

/** What a recipient reports, decided by chance that is the same in every run. Rarely it returns the document. */
const statusesFor = (documentId: string, organ: string): readonly (readonly [code: string, text: string])[] => {
  const chance = createHash('sha256').update(`${documentId} ${organ}`).digest().readUInt16BE() % 300;
  const received = ['03', 'Đã tiếp nhận, vào sổ văn bản đến'] as const;
  if (chance < 2) return [['02', 'Văn bản gửi không đúng nơi nhận']];
  if (chance < 160) return [received];
  if (chance < 190) return [received, ['05', 'Đang xử lý']];
  return chance < 205 ? [received, ['04', 'Đã phân công xử lý'], ['06', 'Đã hoàn thành xử lý']] : [];
};

/** Reports in the order in which a clerk would; each status is in the ledger before it is posted. */
const report = async (door: Door, item: InboxItem, document: PlannedDocument, ledger: Ledger): Promise<void> => {
  const from = demoOrgan(item.organ);
  for (const [statusCode, description] of statusesFor(item.documentId ?? '', item.organ)) {
    const about = {
      organ: document.from,
      code: `${document.number}/${document.notation}`,
      documentId: item.documentId ?? '',
      promulgatedOn: document.promulgatedOn,
    };
    const bytes = writeStatusMessage({ from, about, statusCode, description, at: new Date() });
    const posting = { documentId: about.documentId, by: item.organ, to: document.from, statusCode, sha256: digestOf(bytes) };
    ledger.statuses.push(posting);
    const answer: Answer = await ask(door, { method: 'POST', path: '/v1/statuses', body: bytes });
    const said = json<{ readonly matched?: boolean; readonly moved?: boolean }>(answer);
    ledger.statusAnswers.push({ posting, status: answer.status, matched: said.matched === true, moved: said.moved === true });
  }
};

/** Fetches, writes down, acknowledges, reports: the order of contract §5, so that a crash between loses nothing. */
const collect = async (door: Door, item: InboxItem, documents: ReadonlyMap<string, PlannedDocument>, ledger: Ledger): Promise<void> => {
  const answer = await ask(door, { method: 'GET', path: `/v1/deliveries/${encodeURIComponent(item.deliveryId)}/envelope` });
  if (answer.status !== 200) return;
  const { kind, organ, documentId, statusCode, recordId, deliveryId, verdict } = item;
  // Written down as it came; whether it is what was sent, the comparison says at the end.
  ledger.arrivals.push({ kind, organ, documentId, statusCode, recordId, deliveryId, sha256: digestOf(answer.bytes), verdict });
  await send(door, 'POST', `/v1/deliveries/${encodeURIComponent(deliveryId)}/acknowledgement`, { result: 'done' });
  const document = kind === 'document' ? documents.get(documentId ?? '') : undefined;
  if (document !== undefined) await report(door, item, document, ledger);
};

/** A QLVB that speaks for two dozen communes fetches several documents at once. */
const hands = 4;

/** Collects whatever is offered, by long polls, until told to stop. */
export const keepCollecting = async (
  door: Door,
  documents: ReadonlyMap<string, PlannedDocument>,
  ledger: Ledger,
  stop: AbortSignal,
): Promise<void> => {
  while (!stop.aborted) {
    const page = await get<Page<InboxItem>>(door, '/v1/inbox?wait=10&limit=50', stop).catch((error: unknown) => {
      if (stop.aborted) return null;
      throw error;
    });
    const items = [...(page?.items ?? [])];
    const hand = async (): Promise<void> => {
      for (let item = items.shift(); item !== undefined && !stop.aborted; item = items.shift())
        await collect(door, item, documents, ledger);
    };
    await Promise.all(Array.from({ length: hands }, hand));
  }
};
