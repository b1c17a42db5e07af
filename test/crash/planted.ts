/**
 * Loaded before the hub with `--import`: plants one bug of durability.md into the program as it is
 * loaded, so that a harness can be seen red. The program itself has no switch for it.
 */
import { registerHooks } from 'node:module';

type Plant = { readonly file: string; readonly sound: string; readonly bug: string };

export const plants = {
  /** The 202 goes out while the commit still waits. */
  'answer-before-commit': {
    file: '/src/sqlite/store.ts',
    sound: "return writer.call('commit', { change, keep });",
    bug: `setTimeout(() => void writer.call('commit', { change, keep }).catch(() => undefined), 400);
      return { kind: 'done' };`,
  },
  /** The log is written but not synced: a kill does not show it, a power cut would. */
  'log-not-synced': { file: '/src/sqlite/database.ts', sound: 'PRAGMA synchronous = FULL', bug: 'PRAGMA synchronous = NORMAL' },
  /** The payload gets its name without being synced. */
  'payload-not-synced': { file: '/src/sqlite/files/keep.ts', sound: 'await file.datasync();', bug: '' },
  /** What is the same document is forgotten: a repeat after a lost answer becomes a second document. */
  'identity-forgotten': {
    file: '/src/sqlite/store.ts',
    sound: "return writer.call('commit', { change, keep });",
    bug: `const record = change.record === undefined ? {} : { record: { ...change.record, identity: null } };
      return writer.call('commit', { change: { ...change, ...record }, keep });`,
  },
  /** The document is committed, its alert is not. */
  'alert-lost': {
    file: '/src/sqlite/store.ts',
    sound: "return writer.call('commit', { change, keep });",
    bug: "return writer.call('commit', { change: Math.random() < 0.2 ? { ...change, alerts: [] } : change, keep });",
  },
} as const satisfies Record<string, Plant>;
export type PlantName = keyof typeof plants;

const chosen = process.env.LIENTHONG_TEST_PLANT as PlantName | undefined;
if (chosen !== undefined) {
  const { file, sound, bug } = plants[chosen];
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.endsWith(file)) return loaded;
      const source = String(loaded.source);
      if (!source.includes(sound)) throw new Error(`Nothing to plant ${chosen} into: ${url} has changed`);
      return { ...loaded, source: source.replace(sound, bug) };
    },
  });
}
