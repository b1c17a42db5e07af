/** The short form; `node test/crash/main.ts --engine mongo+rabbit --faults 200 --envelopes 50000` is the long one. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { found } from '../support/oracle.ts';
import { mongoProgram, openMongo } from '../support/servers/mongo.ts';
import { rabbitScript } from '../support/servers/rabbit.ts';
import { watchLockUps } from './faults/lock-up.ts';
import { crash, wrongsOf } from './run.ts';

const timeout = 180_000;

it('loses nothing, repeats nothing and misses no alert when it is broken under load', { timeout }, async () => {
  const report = await crash({ faults: ['hub killed', 'answer to a POST lost', 'hub frozen', 'hub killed'], envelopes: 60 });
  expect(wrongsOf(report)).toEqual({});
  expect(report.accepted).toBeGreaterThanOrEqual(60);
  expect(report.deliveries).toBeGreaterThan(60);
});

it('is red when the answer goes out before the commit', { timeout }, async () => {
  const report = await crash({ faults: ['both hubs killed', 'both hubs killed'], envelopes: 40, within: 5, plant: 'answer-before-commit' });
  expect(report.lost).not.toEqual([]);
});

const hasRabbit = found('RabbitMQ', rabbitScript() !== null);
const hasMongo = found('mongod or SecantusDB', mongoProgram() !== null);

/** The smallest part that one of them has of what all did. */
const smallestPart = (counts: readonly number[]): number => Math.min(...counts) / counts.reduce((sum, count) => sum + count, 0);

describe.skipIf(!hasRabbit || !hasMongo)('with MongoDB and RabbitMQ', () => {
  it('is carried by both hubs: what the broker hands out, and what is handed to it', { timeout }, async () => {
    const { shares, ...report } = await crash({ engine: 'mongo+rabbit', faults: [], envelopes: 60 });
    expect(wrongsOf(report)).toEqual({});
    expect(shares).toHaveLength(2);
    expect(smallestPart(shares.map(({ overAmqp }) => overAmqp))).toBeGreaterThan(0.2);
    expect(smallestPart(shares.map(({ relayed }) => relayed))).toBeGreaterThan(0.1);
    const accepted = shares.reduce((sum, { overHttp, overAmqp }) => sum + overHttp + overAmqp, 0);
    expect(accepted).toBeGreaterThanOrEqual(report.accepted);
  });

  it('loses nothing when hubs, store, broker and the network between them are broken', { timeout }, async () => {
    const report = await crash({
      engine: 'mongo+rabbit',
      faults: [
        'answer to a commit lost',
        'store stepped down',
        'broker wiped',
        'hub killed while the store restarts',
        'confirm of a publish lost',
      ],
      envelopes: 70,
    });
    expect(wrongsOf(report)).toEqual({});
    expect(report.accepted).toBeGreaterThanOrEqual(70);
    expect(report.deliveries).toBeGreaterThan(70);
  });
});

describe.skipIf(!(hasMongo && mongoProgram()?.isStandIn))('a stand-in for MongoDB', () => {
  it('that takes no write any more is found and started again', { timeout }, async () => {
    const server = await openMongo();
    await server.start();
    const told: string[] = [];
    const lockUps = watchLockUps(server, (text) => told.push(text), 1_500);
    try {
      const pid = server.pid() ?? 0;
      await pause(4_000);
      expect(told).toEqual([]);
      process.kill(pid, 'SIGSTOP');
      await expect.poll(() => server.pid() ?? pid, { timeout: 60_000 }).not.toBe(pid);
      await expect.poll(lockUps.count).toBe(1);
    } finally {
      await lockUps.close();
      await server.remove();
    }
    expect(told).toHaveLength(1);
  });
});

describe.skipIf(!hasRabbit)('with RabbitMQ', () => {
  it('is red when a delivery counts as handed over before the broker has confirmed it', { timeout }, async () => {
    const faults = ['network to the broker silent', 'broker killed', 'network to the broker silent'] as const;
    const report = await crash({
      engine: 'sqlite+rabbit',
      faults,
      envelopes: 60,
      within: 5,
      againSeconds: 900,
      plant: 'relayed-before-confirm',
    });
    expect([...report.lost, ...report.stuck]).not.toEqual([]);
  });
});
