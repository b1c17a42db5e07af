/** Commands that open the store themselves, also beside a running hub (contract §7). */
import type { Hub } from '../hub.ts';
import type { Caller } from '../records/key.ts';
import type { Terminal } from './terminal.ts';

/** Whoever may run this command on the hub's machine is its operator; the journal says so. */
export const operator: Caller = { keyId: 'cli', system: 'cli', role: 'admin' };

/** Opens the hub of the environment for one act and closes it, whatever happens. */
export const withHub = async <Result>(terminal: Terminal, act: (hub: Hub) => Promise<Result>): Promise<Result> => {
  // Only now: commands that need no store start without its threads, its signatures and its libraries.
  const [{ readConfig }, { openHub }] = await Promise.all([import('../config.ts'), import('../open.ts')]);
  const hub = await openHub(readConfig(terminal.env));
  try {
    return await act(hub);
  } finally {
    await hub.close();
  }
};
