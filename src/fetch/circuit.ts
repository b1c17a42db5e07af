/** A host that fails several times in a row is left alone for a while, twice as long each time. */

/** Failures in a row before a host rests. */
const patience = 3;
const firstRestMs = 60_000;
const longestRestMs = 3_600_000;

type State = { readonly failures: number; readonly until: number; readonly why: string };

export type Circuits = {
  /** Until when this host rests, null when it may be asked. */
  restsUntil(host: string): Date | null;
  succeeded(host: string): void;
  failed(host: string, why: string): void;
  resting(): readonly { readonly host: string; readonly until: string; readonly why: string }[];
};

export const openCircuits = (now: () => number): Circuits => {
  const states = new Map<string, State>();
  const restsUntil = (host: string): Date | null => {
    const until = states.get(host)?.until ?? 0;
    return until > now() ? new Date(until) : null;
  };
  return {
    restsUntil,
    succeeded: (host) => void states.delete(host),
    failed: (host, why) => {
      const failures = (states.get(host)?.failures ?? 0) + 1;
      // After a rest one more failure is enough for the next, longer one.
      const rest = failures < patience ? 0 : Math.min(longestRestMs, firstRestMs * 2 ** (failures - patience));
      states.set(host, { failures, until: now() + rest, why });
    },
    resting: () =>
      [...states].flatMap(([host, { until, why }]) => (until > now() ? [{ host, until: new Date(until).toISOString(), why }] : [])),
  };
};
