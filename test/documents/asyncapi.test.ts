/** spec/asyncapi.yaml: made from the topology and the shapes, valid AsyncAPI 3, and true of the messages. */
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from 'vitest';
import { exchanges, names, queuesOf } from '../../src/amqp/topology.ts';
import { asyncApi, asyncApiPage, inboxHeaders, relayedHeaders } from './asyncapi.ts';

const parsed = async (text: string) => {
  const { document, diagnostics } = await new Parser().parse(text);
  // 0 = error; hints (a newer version, a missing example) are not faults of the document.
  const errors = diagnostics.filter(({ severity }) => severity === 0).map(({ path, message }) => `${path.join('/')}: ${message}`);
  return { document, errors };
};

describe('spec/asyncapi.yaml', () => {
  const page = readFileSync(new URL('../../spec/asyncapi.yaml', import.meta.url), 'utf8');

  it('is what `npm run docs` makes', () => {
    expect(page).toBe(asyncApiPage());
  });

  it('is valid AsyncAPI 3, for the parser of AsyncAPI itself', { timeout: 60_000 }, async () => {
    const { document, errors } = await parsed(page);
    expect(errors).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    expect(
      document
        ?.operations()
        .all()
        .map((one) => `${one.action()} ${one.id()}`),
    ).toEqual(['send submit', 'send acknowledge', 'receive collect']);
  });

  it('would not be, with a reference into nothing and an action that there is not', { timeout: 60_000 }, async () => {
    const broken = page.replace('#/components/messages/envelope', '#/components/messages/none').replace('action: receive', 'action: take');
    const found = (await parsed(broken)).errors.join('\n');
    expect(found).toContain('#/components/messages/none');
    expect(found).toContain('action');
  });

  it('names the exchanges and queues of the topology, and the headers that the relay writes', () => {
    const { channels } = asyncApi();
    const queues = queuesOf('{system}').map(({ name }) => name);
    expect([channels.inbox.address, channels.reply.address]).toEqual(queues);
    for (const name of [channels.submit.address, channels.acknowledge.address]) expect(exchanges).toContainEqual({ name, type: 'fanout' });
    expect(channels.submit.address).toBe(names.submit);
    expect(relayedHeaders()).toEqual(Object.keys(inboxHeaders.shape));
  });
});
