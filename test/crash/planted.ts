/**
 * Loaded before the hub with `--import`: plants one bug of durability.md into the program as it is
 * loaded, so that a harness can be seen red. The program itself has no switch for it.
 */
import { registerHooks } from 'node:module';

type Plant = { readonly file: string; readonly sound: string; readonly bug: string };

export const plants = {
  /** The 202 goes out while the commit still waits. */
  'answer-before-commit': [
    {
      file: '/src/sqlite/store.ts',
      sound: "return writer.call('commit', { change, keep });",
      bug: `setTimeout(() => void writer.call('commit', { change, keep }).catch(() => undefined), 400);
      return { kind: 'done' };`,
    },
    {
      file: '/src/mongo/store.ts',
      sound: 'const committed = await commit(change, besideOf(connection, kept, change, small));',
      bug: `setTimeout(() => void commit(change, besideOf(connection, kept, change, small)).catch(() => undefined), 400);
      const committed = { kind: 'done' };`,
    },
  ],
  /** The log is written but not synced: a kill does not show it, a power cut would. */
  'log-not-synced': [{ file: '/src/sqlite/connection.ts', sound: 'PRAGMA synchronous = FULL', bug: 'PRAGMA synchronous = NORMAL' }],
  /** The payload gets its name without being synced. */
  'payload-not-synced': [{ file: '/src/sqlite/files/keep.ts', sound: 'await file.datasync();', bug: '' }],
  /** What is the same document is forgotten: a repeat after a lost answer becomes a second document. */
  'identity-forgotten': [
    {
      file: '/src/sqlite/store.ts',
      sound: "return writer.call('commit', { change, keep });",
      bug: `const record = change.record === undefined ? {} : { record: { ...change.record, identity: null } };
      return writer.call('commit', { change: { ...change, ...record }, keep });`,
    },
  ],
  /** The document is committed, its alert is not. */
  'alert-lost': [
    {
      file: '/src/sqlite/store.ts',
      sound: "return writer.call('commit', { change, keep });",
      bug: "return writer.call('commit', { change: Math.random() < 0.2 ? { ...change, alerts: [] } : change, keep });",
    },
  ],
  /** A delivery counts as handed over before the broker has confirmed it. */
  'relayed-before-confirm': [
    {
      file: '/src/exchange/dispatch/rounds.ts',
      sound: 'const answers = await relay.publish(parcels);',
      bug: "void relay.publish(parcels); const answers = parcels.map(() => 'confirmed');",
    },
  ],
  /** A message that no queue took is confirmed like any other, and nobody listens to its return (trap 2). */
  'returns-unheard': [{ file: '/src/amqp/publish.ts', sound: "takeReturn(line, mark) ? 'unroutable' : 'confirmed'", bug: "'confirmed'" }],
} as const satisfies Record<string, readonly Plant[]>;
export type PlantName = keyof typeof plants;

const chosen = process.env.LIENTHONG_TEST_PLANT as PlantName | undefined;
if (chosen !== undefined) {
  const beds: readonly Plant[] = plants[chosen];
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      const bed = beds.find(({ file }) => url.endsWith(file));
      if (bed === undefined) return loaded;
      const source = String(loaded.source);
      if (!source.includes(bed.sound)) throw new Error(`Nothing to plant ${chosen} into: ${url} has changed`);
      return { ...loaded, source: source.replace(bed.sound, bed.bug) };
    },
  });
}
