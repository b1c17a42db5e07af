/** Inspection threads, started once, when first needed: most commands of the command line never need them. */
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { type Inspector, openInspector } from '../worker/pool.ts';

export const inspectorOf = (config: Config, version: string) => {
  let opened: Promise<Inspector> | null = null;
  let seen: string | null = null;
  const start = (): Promise<Inspector> =>
    openInspector({ anchors: config.anchors, crls: config.crls, scratch: join(config.data, 'scratch'), version });
  return {
    open: (): Promise<Inspector> => {
      opened ??= start();
      return opened;
    },
    /** Threads look at their folders once a second; before a mark is told they have seen what it stands for. */
    sees: async (mark: string): Promise<string> => {
      if (mark !== seen) await (await opened)?.reload();
      seen = mark;
      return mark;
    },
    close: async (): Promise<void> => (await opened)?.close(),
  };
};
