/**
 * The main path. A message is accepted when its bytes are durable and its record, deliveries, alerts,
 * figures and journal entry are committed together, with every recipient resolved. Only then does the
 * caller get a receipt, and the same message gets the same receipt again for ever.
 */
import { HubError } from '../errors.ts';
import type { Hub, InspectionOptions } from '../hub.ts';
import type { Receipt } from '../records/record.ts';
import { acceptDocument } from './accept-document.ts';
import { acceptStatus } from './accept-status.ts';
import { inspectionKept } from './evidence/keep.ts';
import { type Examined, examine, type Submitted } from './examine.ts';
import { applyParkedFor } from './parked.ts';
import { passOn } from './passing.ts';
import type { Proposal } from './proposal.ts';
import { refuse } from './refuse.ts';

export type Accepted = { readonly receipt: Receipt /** True where the receipt was given before. */; readonly replayed: boolean };

/** A store that keeps moving on under us is overloaded, not broken: the caller may simply repeat. */
const mostAttempts = 20;

/** Takes spooled bytes; the door that spooled them discards them, whatever the outcome. */
export const acceptEnvelope = async (hub: Hub, submitted: Submitted): Promise<Accepted> => {
  const { spooled, caller } = submitted;
  const at = hub.now();
  const options: InspectionOptions = { at, profile: caller.role === 'hub' ? 'hub' : 'member' };
  let inspection = await hub.inspect(spooled.place, options);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const examined = await examine(hub, submitted, inspection, at);
    const proposal = await propose(hub, submitted, examined);
    if (proposal.kind === 'replay') return { receipt: proposal.receipt, replayed: true };
    const kept = proposal.change.judgement === undefined ? inspection : await inspectionKept(hub, spooled, options, inspection);
    // Another verdict, perhaps: what is known of revocation may have changed between the two looks.
    const judgedAgain = kept !== inspection;
    inspection = kept;
    if (judgedAgain) continue;
    const committed = await hub.commit(await passOn(hub, spooled, proposal), spooled);
    // Duplicate or stale: someone else was faster, and the next look sees what they did.
    if (committed.kind !== 'done') continue;
    hub.arrivals.announce(proposal.wake);
    await applyParkedFor(hub, proposal.change);
    return { receipt: proposal.receipt, replayed: false };
  }
  throw busy();
};

const propose = async (hub: Hub, submitted: Submitted, examined: Examined): Promise<Proposal> => {
  switch (examined.kind) {
    case 'faulty':
      throw await refuse(hub, submitted, examined);
    case 'document':
      return acceptDocument(hub, submitted, examined);
    case 'status':
      return acceptStatus(hub, submitted, examined);
  }
};

const busy = (): HubError =>
  new HubError(
    [
      {
        code: 'store.unavailable',
        at: '',
        vi: 'Kho dữ liệu đang quá bận, hãy gửi lại sau ít giây',
        en: 'The store is too busy, please repeat in a few seconds',
      },
    ],
    { retryAfterSeconds: 2 },
  );
