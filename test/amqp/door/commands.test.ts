/** `lienthong broker …` against a real RabbitMQ, its management API and its import of definitions. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { names, policies } from '../../../src/amqp/topology.ts';
import { run, runJson } from '../../cli/line.ts';
import { hasBroker, openVirtualHost, type VirtualHost } from '../../support/broker.ts';
import { temporaryFolder } from '../../support/hub.ts';
import { seedStore } from '../../support/seed.ts';
import { openAgency } from './agency.ts';
import { organs } from './stage.ts';

const suite = hasBroker() ? describe : describe.skip;
// biome-ignore lint/suspicious/noExplicitAny: answers of the management API, asserted field by field
type Json = any;

let host: VirtualHost;
let folder: string;
let env: Readonly<Record<string, string>>;
const user = `H99.22-${randomUUID()}`;
const other = `H99.5-${randomUUID()}`;

suite('lienthong broker', () => {
  beforeAll(async () => {
    [host, folder] = await Promise.all([openVirtualHost(), temporaryFolder()]);
    await seedStore(folder, organs, []);
    env = {
      ...{ LIENTHONG_DATA: folder, LIENTHONG_BROKER: host.url },
      LIENTHONG_BROKER_MANAGEMENT: process.env.AMQP_MANAGEMENT_URL ?? '',
    };
  }, 150_000);
  afterAll(async () => {
    for (const one of [user, other]) await host.manage('DELETE', `/api/users/${one}`).catch(() => undefined);
    await host.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('connect makes queues, policies and a user with exactly its rights, before any hub ran here', async () => {
    const { code, value } = await runJson({ env, words: ['broker', 'connect', 'H99.22', '--user', user] });
    expect(code).toBe(0);
    expect(value).toEqual({
      ...{ system: 'H99.22', user, role: 'agency', vhost: host.name, password: expect.stringMatching(/^lb_[\w-]{32}$/) },
      ...{ inbox: 'lienthong.inbox.H99.22.v1', reply: 'lienthong.reply.H99.22.v1' },
    });
    expect(await host.manage('GET', `/api/permissions/${host.name}/${user}`)).toEqual({
      ...{ user, vhost: host.name, configure: '^$', write: '^(lienthong\\.submit\\.v1|lienthong\\.acknowledge\\.v1)$' },
      read: '^(lienthong\\.inbox\\.H99\\.22\\.v1|lienthong\\.reply\\.H99\\.22\\.v1)$',
    });
    const known = (await host.manage('GET', `/api/users/${user}`)) as Json;
    expect([known.tags, known.limits]).toEqual([[], { 'max-channels': 100, 'max-connections': 20 }]);
    const found = ((await host.manage('GET', `/api/policies/${host.name}`)) as Json[]).map(({ name }) => name);
    expect(found.toSorted()).toEqual(policies.map(({ name }) => name).toSorted());
    await (await openAgency({ url: host.url, system: 'H99.22', user, password: value.password })).close();
  });

  it('connect once more gives a new password, and another user takes the place of the first', async () => {
    const first = (await runJson({ env, words: ['broker', 'connect', 'H99.5', '--user', `${other}-old`] })).value;
    const second = (await runJson({ env, words: ['broker', 'connect', 'H99.5', '--user', other] })).value;
    const third = (await runJson({ env, words: ['broker', 'connect', 'H99.5', '--user', other] })).value;
    expect(new Set([first.password, second.password, third.password]).size).toBe(3);
    for (const { user: name, password } of [first, second])
      await expect(openAgency({ url: host.url, system: 'H99.5', user: name, password })).rejects.toThrow();
    await (await openAgency({ url: host.url, system: 'H99.5', user: other, password: third.password })).close();
    const { out } = await run({ env, words: ['broker', 'list'] });
    expect(out.split('\n').filter((line) => line.includes('H99.5'))).toHaveLength(1);
    const { value } = await runJson({ env, words: ['broker', 'list'] });
    expect(value.map(({ system, inbox }: Json) => [system, inbox.ready])).toEqual([
      ['H99.22', 0],
      ['H99.5', 0],
    ]);
  });

  it.each([
    ['the hub’s own user', ['H99.5', '--user', 'guest'], 65],
    ['another system’s user', ['H99.5', '--user', user], 65],
    ['a user with blanks', ['H99.5', '--user', 'a b'], 64],
    ['a system that is not in the directory', ['H77.1'], 65],
    ['an administrator', ['H99.5', '--role', 'admin'], 64],
  ])('connect refuses %s', async (_, words, code) => {
    const refused = await run({ env, words: ['broker', 'connect', ...words] });
    expect([refused.code, refused.out]).toEqual([code, '']);
  });

  it('says what is missing: no broker 64, no management 64, a wrong password 77, nobody there 75', async () => {
    const list = async (more: object, words = ['broker', 'connect', 'H99.22', '--user', user]) =>
      (await run({ env: { ...env, ...more }, words })).code;
    const wrong = (process.env.AMQP_MANAGEMENT_URL ?? '').replace(/:[^:@/]*@/, ':sai@');
    expect(await list({ LIENTHONG_BROKER: 'none' })).toBe(64);
    expect(await list({ LIENTHONG_BROKER_MANAGEMENT: '' })).toBe(64);
    expect(await list({ LIENTHONG_BROKER_MANAGEMENT: wrong })).toBe(77);
    expect(await list({ LIENTHONG_BROKER_MANAGEMENT: 'http://127.0.0.1:9' })).toBe(75);
    expect(await list({ LIENTHONG_BROKER: 'amqp://127.0.0.1:9' }, ['broker', 'parked'])).toBe(75);
  });

  it('definitions are what RabbitMQ imports: an empty virtual host has everything afterwards, with new passwords', async () => {
    const empty = await openVirtualHost();
    try {
      const there = { ...env, LIENTHONG_BROKER: empty.url };
      const { out, err } = await run({ env: there, words: ['broker', 'definitions', '--passwords'] });
      await empty.manage('POST', '/api/definitions', JSON.parse(out));
      const queues = ((await empty.manage('GET', `/api/queues/${empty.name}`)) as Json[]).map(({ name }) => name);
      expect(queues).toEqual(expect.arrayContaining([names.submit, names.parking, names.inbox('H99.22'), names.reply('H99.5')]));
      const [, password = ''] = new RegExp(`^${user} (\\S+)$`, 'm').exec(err) ?? [];
      expect(out).not.toContain(password);
      await (await openAgency({ url: empty.url, system: 'H99.22', user, password })).close();
      const plain = JSON.parse((await run({ env: there, words: ['broker', 'definitions'] })).out);
      expect([plain.users, plain.permissions]).toEqual([[], []]);
      await empty.manage('POST', '/api/definitions', plain);
    } finally {
      await empty.remove();
    }
  });

  it('connect --offline prints the definitions of that system and calls no broker', async () => {
    const away = { ...env, LIENTHONG_BROKER: `amqp://hub:x@127.0.0.1:9/${host.name}`, LIENTHONG_BROKER_MANAGEMENT: '' };
    const { code, value } = await runJson({ env: away, words: ['broker', 'connect', 'H99.22', '--user', user, '--offline'] });
    expect(code).toBe(0);
    await host.manage('POST', '/api/definitions', value.definitions);
    await (await openAgency({ url: host.url, system: 'H99.22', user, password: value.password })).close();
  });
});
