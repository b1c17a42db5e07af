/** That no hub runs on either store: what it accepted meanwhile would be left behind, or mixed with what is brought. */
import { setTimeout as pause } from 'node:timers/promises';
import type { StorePorts } from '../../hub/store.ts';
import { exits, Stopped } from '../ending.ts';

/** Every hub holds this one as long as it runs (`timers.ts`), and some seconds longer. */
const lease = 'seal';
const holder = 'lienthong migrate';
/** A hub that has ended lets it go after 13 s; one that runs takes it again every second. Milliseconds. */
const longest = 16_000;
const heldFor = 20_000;
const renewEvery = 5_000;

export type Guard = { /** Fails once a hub has begun to run. */ check(): void; release(): Promise<void> };

type Side = 'source' | 'target';

const running = (side: Side): Stopped =>
  new Stopped(
    exits.later,
    `Trục đang chạy trên kho ${side === 'source' ? 'nguồn' : 'đích'}: hãy dừng mọi tiến trình của Trục rồi chạy lại`,
    `A hub is running on the ${side} store: stop every process of it, then run this again`,
  );

const take = ({ leases }: Pick<StorePorts, 'leases'>, until: number): Promise<boolean> =>
  leases.take(lease, holder, new Date().toISOString(), new Date(until).toISOString());

/** Takes the sealer's lease and keeps it; fails with exit 75 while a hub has it. `waiting` is called once where it is not free at once. */
export const guardStore = async (
  side: Side,
  store: Pick<StorePorts, 'leases'>,
  waiting: () => void,
  patience = longest,
): Promise<Guard> => {
  const until = Date.now() + patience;
  for (let asked = 0; !(await take(store, Date.now() + heldFor)); asked += 1) {
    if (asked === 0) waiting();
    if (Date.now() > until) throw running(side);
    await pause(500);
  }
  let lost: unknown = null;
  const renew = async (): Promise<void> => {
    try {
      if (!(await take(store, Date.now() + heldFor))) lost = running(side);
    } catch (error) {
      lost = error;
    }
  };
  const timer = setInterval(() => void renew(), renewEvery);
  return {
    check: () => {
      if (lost !== null) throw lost;
    },
    release: async () => {
      clearInterval(timer);
      await take(store, Date.now()).catch(() => false);
    },
  };
};
