/** Work that comes round by the clock; a lease sees to it that one process does each. */
import { randomUUID } from 'node:crypto';
import type { Hub } from './hub.ts';

/** `every` in milliseconds, from the end of one run to the start of the next. */
export type Task = {
  readonly every: number;
  /** What takes long gives up when it is told to stop. */
  run(stopping: AbortSignal): Promise<void>;
};
type Log = { error(context: object, message: string): void };

export const startTimers = (
  hub: Pick<Hub, 'leases' | 'now'>,
  log: Log,
  tasks: Readonly<Record<string, Task>>,
): { stop(): Promise<void> } => {
  const holder = randomUUID();
  const stopping = new AbortController();
  const running = Object.entries(tasks).map(([name, task]) => repeat(hub, log, { name, task, holder, signal: stopping.signal }));
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
};

type Round = { readonly name: string; readonly task: Task; readonly holder: string; readonly signal: AbortSignal };

const repeat = async (hub: Pick<Hub, 'leases' | 'now'>, log: Log, { name, task, holder, signal }: Round): Promise<void> => {
  while (!signal.aborted) {
    try {
      const now = hub.now();
      // Longer than the pause, so that the holder keeps it; short enough that a killed holder is soon replaced.
      const until = new Date(now.getTime() + task.every * 3 + 10_000);
      if (await hub.leases.take(name, holder, now.toISOString(), until.toISOString())) await task.run(signal);
    } catch (error) {
      log.error({ timer: name, error: String(error) }, 'a timer failed and will be repeated');
    }
    await pause(task.every, signal);
  }
  // Another process, or whoever waits for this one's end (`lienthong migrate`), need not wait for it to run out.
  const end = hub.now().toISOString();
  await hub.leases.take(name, holder, end, end).catch(() => false);
};

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
