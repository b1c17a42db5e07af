/**
 * Commits documents to the store in argv[2], 16 in flight, until it is killed. What was acknowledged is
 * told on stdout, one line each: `recordId sha256`.
 */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { openSqlite } from '../../src/sqlite/store.ts';
import { document, raise } from '../contract/specimens.ts';

const store = await openSqlite({ folder: process.argv[2] ?? '' });

const one = async (): Promise<never> => {
  for (;;) {
    // Both kinds of original: inside the store and as a file.
    const bytes = randomBytes(Math.random() < 0.5 ? 3000 : 100_000);
    const spooled = await store.originals.spool(Readable.from([bytes]), 1e9);
    await store.originals.keep(spooled);
    const sent = document(['H99.02', 'H99.03'], { sha256: spooled.sha256, size: spooled.size });
    const figures = [{ day: '2026-11-19', organ: 'H99.01', figure: 'turns-sent', by: 1 }] as const;
    const alerts = [raise(sent.record.recordId, { key: `signature.invalid:${sent.record.recordId}` })];
    const { kind } = await store.commit({ ...sent, figures, alerts });
    if (kind === 'done') process.stdout.write(`${sent.record.recordId} ${spooled.sha256}\n`);
  }
};
/** The sealer runs beside the commits, as it does in the service. */
const seal = async (): Promise<never> => {
  for (;;) await store.journal.seal(50);
};
process.stdout.write('started\n');
await Promise.all([seal(), ...Array.from({ length: 16 }, one)]);
