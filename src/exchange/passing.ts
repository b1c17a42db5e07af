/** What goes on to another hub carries our TraceHeader; everyone here gets the bytes as they came (contract §5). */
import { Readable } from 'node:stream';
import { withTrace } from '../envelope/trace.ts';
import type { Hub, Spooled } from '../hub.ts';
import type { Change } from '../records/change.ts';
import { keepOwn } from './own-bytes.ts';
import type { Commit } from './proposal.ts';

/** What a TraceHeader, or a list made for it, may add, in bytes. */
const traceRoom = 4_096;

/**
 * The change with the derived bytes kept and named by the deliveries that go abroad. The record and its
 * submission keep the digest of the original. The same message makes the same bytes, so it may be
 * repeated. A hub without a code has no name to sign with, and passes the original on.
 */
export const passOn = async (hub: Hub, spooled: Spooled, { change, abroad }: Commit): Promise<Change> => {
  const { deliveries = [] } = change;
  if (hub.code === '' || !deliveries.some(({ organ }) => abroad.includes(organ))) return change;
  await hub.originals.keep(spooled);
  const original = await hub.originals.open(spooled.sha256);
  if (original === null) return change;
  const mark = { organId: hub.code, at: new Date(change.journal.at) };
  const marked = withTrace(original.stream(), mark);
  const { sha256, size } = await keepOwn(hub, Readable.from(marked, { objectMode: false }), hub.maxBytes + traceRoom);
  return {
    ...change,
    deliveries: deliveries.map((delivery) => (abroad.includes(delivery.organ) ? { ...delivery, sha256, size } : delivery)),
  };
};
