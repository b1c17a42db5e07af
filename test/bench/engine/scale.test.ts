/** The short form; `npm run bench -- scale` has 1,000 queues and 1,000 envelopes to 50 recipients each. */
import { describe, expect, it } from 'vitest';
import { found } from '../../support/oracle.ts';
import { mongoProgram } from '../../support/servers/mongo.ts';
import { rabbitScript } from '../../support/servers/rabbit.ts';
import { scale } from './scale.ts';

describe.skipIf(!found('RabbitMQ', rabbitScript() !== null) || !found('mongod or SecantusDB', mongoProgram() !== null))('scale', () => {
  it.each(['sqlite+rabbit', 'mongo+rabbit'] as const)(
    'on %s: 2,000 recipients of one envelope are one transaction, and what waited stands in its queues once',
    { timeout: 240_000 },
    async (engine) => {
      const report = await scale({ engine, queues: 20, envelopes: 8, recipients: 10, most: 2_000 });
      expect(report.deliveries).toBe(100);
      expect(report.inQueues).toEqual(Array.from({ length: 20 }, () => 5));
    },
  );
});
