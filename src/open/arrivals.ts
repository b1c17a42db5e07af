/** Wakes long polls: of this process by a bell, of the others through whatever carries word between them. */
import { EventEmitter, once } from 'node:events';
import type { Arrivals } from '../hub.ts';

/** Whatever can tell other processes, and be told by them: a broker, a store with change streams. */
export type Carrier = {
  /** Absent where the carrier sees by itself what arrives. */
  tell?(systems: readonly string[]): void;
  /** Answers how to stop. */
  listen(heard: (systems: readonly string[]) => void): () => Promise<void>;
};

/** Without a carrier another process's arrivals are found by polling, and with one, too, if word is lost. */
export const arrivalsOf = (carriers: readonly Carrier[]): Arrivals & { close(): Promise<void> } => {
  const bell = new EventEmitter();
  bell.setMaxListeners(0);
  const ring = (systems: readonly string[]): void => {
    for (const system of systems) bell.emit(`to:${system}`);
    if (systems.length > 0) bell.emit('any');
  };
  const stops = carriers.map(({ listen }) => listen(ring));
  return {
    announce: (systems) => {
      ring(systems);
      for (const { tell } of carriers) tell?.(systems);
    },
    wait: async (system, ms, signal) => {
      const limit = AbortSignal.timeout(ms);
      const until = signal === undefined ? limit : AbortSignal.any([limit, signal]);
      // Being aborted is how a wait without an arrival ends.
      await once(bell, system === null ? 'any' : `to:${system}`, { signal: until }).catch(() => undefined);
    },
    close: async () => void (await Promise.all(stops.map((stop) => stop()))),
  };
};
