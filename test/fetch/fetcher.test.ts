/** Fetching asks only whom it may, takes only so much, and waits only so long: against real servers on this machine. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isPublic } from '../../src/fetch/address.ts';
import { type FetcherOptions, openFetcher } from '../../src/fetch/fetcher.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type Site = { readonly port: number; readonly asked: string[]; readonly url: (path?: string) => string; readonly host: string };

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server on this machine; `url` names it by a name that only the tests' resolver knows. */
const serve = async (answer: Answer, name = 'ca.example.test'): Promise<Site> => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  const host = `${name}:${port}`;
  return { port, asked, host, url: (path = '/a.crl') => `http://${host}${path}` };
};

const bytes: Answer = (_request, response) => response.end('list');
const here = async () => [{ address: '127.0.0.1', family: 4 }];
/** The operator lists the test server: only then may it be on this machine. */
const fetcherFor = (sites: readonly Site[], differs: Partial<FetcherOptions> = {}) =>
  openFetcher({ on: true, hosts: sites.map(({ host }) => host), resolve: here, timeMs: 5_000, ...differs });
const text = (fetched: Awaited<ReturnType<ReturnType<typeof openFetcher>['fetch']>>): string =>
  fetched.kind === 'done' ? Buffer.from(fetched.bytes).toString() : `${fetched.kind}: ${fetched.why}`;

describe('fetching', () => {
  it('does nothing while it is off', async () => {
    const site = await serve(bytes);
    expect(await fetcherFor([site], { on: false }).fetch({ url: site.url(), hosts: [] })).toMatchObject({ kind: 'off' });
    expect(site.asked).toEqual([]);
  });

  it('gets bytes, and posts a question with its type', async () => {
    const site = await serve((request, response) => {
      const pieces: Buffer[] = [];
      request
        .on('data', (piece) => pieces.push(piece))
        .on('end', () => response.end(`${request.headers['content-type']} ${Buffer.concat(pieces)}`));
    });
    const fetcher = fetcherFor([site]);
    expect(text(await fetcher.fetch({ url: site.url(), hosts: [] }))).toBe('undefined ');
    const body = { bytes: Buffer.from('question'), type: 'application/ocsp-request' };
    expect(text(await fetcher.fetch({ url: site.url('/ocsp'), hosts: [], body }))).toBe('application/ocsp-request question');
    expect(site.asked).toEqual([`GET ${site.host} /a.crl`, `POST ${site.host} /ocsp`]);
  });

  it('asks only hosts of the list, over http and https, on their own ports, without passwords', async () => {
    const site = await serve(bytes);
    const fetcher = fetcherFor([site]);
    const refused = [
      `http://other.example.test:${site.port}/`,
      `http://127.0.0.1:${site.port}/`,
      `http://ca.example.test:${site.port + 1}/`,
      'http://ca.example.test/',
      `ftp://ca.example.test:${site.port}/`,
      'file:///etc/passwd',
      `http://a:b@${site.host}/`,
      'nonsense',
    ];
    for (const url of refused) expect([url, (await fetcher.fetch({ url, hosts: [] })).kind]).toEqual([url, 'refused']);
    expect(site.asked).toEqual([]);
  });

  it('never reaches a private address of a host that only a certificate names, by name or literally', async () => {
    const site = await serve(bytes);
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.0.1', '169.254.169.254', '0.0.0.0']) {
      const fetcher = openFetcher({ on: true, hosts: [], resolve: async () => [{ address, family: address.includes(':') ? 6 : 4 }] });
      const answer = await fetcher.fetch({ url: site.url(), hosts: [site.host] });
      expect([address, answer.kind]).toEqual([address, 'refused']);
    }
    // One private address among public ones is enough.
    const mixed = openFetcher({ on: true, hosts: [], resolve: async () => [{ address: '8.8.8.8', family: 4 }, ...(await here())] });
    expect((await mixed.fetch({ url: site.url(), hosts: [site.host] })).kind).toBe('refused');
    const literal = openFetcher({ on: true, hosts: [] });
    for (const host of [`127.0.0.1:${site.port}`, `[::1]:${site.port}`, `[::ffff:7f00:1]:${site.port}`])
      expect([host, (await literal.fetch({ url: `http://${host}/`, hosts: [host] })).kind]).toEqual([host, 'refused']);
    // Other spellings of 127.0.0.1 are the same address (WHATWG URL), not names.
    for (const host of ['2130706433', '0x7f.1', '127.1'])
      expect([host, (await literal.fetch({ url: `http://${host}:${site.port}/`, hosts: [`127.0.0.1:${site.port}`] })).kind]).toEqual([
        host,
        'refused',
      ]);
    expect(site.asked).toEqual([]);
  });

  it('resolves once and connects to what it checked, whatever the name server says next (rebinding)', async () => {
    const site = await serve(bytes);
    let asked = 0;
    const rebinding = async () => {
      asked += 1;
      return asked === 1 ? [{ address: '198.41.0.4', family: 4 }] : here();
    };
    const fetcher = openFetcher({ on: true, hosts: [], resolve: rebinding, timeMs: 300 });
    expect((await fetcher.fetch({ url: site.url(), hosts: [site.host] })).kind).toBe('failed');
    expect([asked, site.asked]).toEqual([1, []]);
  });

  it('follows at most three redirects, each only to a host of the list', async () => {
    const other = await serve(bytes, 'other.example.test');
    const site = await serve((request, response) => {
      const [, left = '0'] = (request.url ?? '').split('/');
      const to: Readonly<Record<string, string>> = {
        away: other.url(),
        scheme: 'file:///etc/passwd',
        inside: `http://127.0.0.1:${other.port}/`,
      };
      if (left === '0') return bytes(request, response);
      response.writeHead(302, { location: to[left] ?? `/${Number(left) - 1}` }).end();
    });
    const fetcher = fetcherFor([site]);
    const get = async (path: string) => (await fetcher.fetch({ url: site.url(path), hosts: [] })).kind;
    expect([await get('/3'), await get('/4'), await get('/away'), await get('/scheme'), await get('/inside')]).toEqual([
      'done',
      'refused',
      'refused',
      'refused',
      'refused',
    ]);
    expect(other.asked).toEqual([]);
    expect(text(await fetcherFor([site, other]).fetch({ url: site.url('/away'), hosts: [] }))).toBe('list');
    const body = { bytes: Buffer.from('question'), type: 'text/plain' };
    expect((await fetcher.fetch({ url: site.url('/1'), hosts: [], body })).kind).toBe('refused');
  });

  it('stops at the largest size, announced or not, and takes no coding it did not ask for', async () => {
    const big: Answer = (request, response) => {
      if (request.url === '/told') response.setHeader('content-length', 2_000_000);
      if (request.url === '/coded') response.setHeader('content-encoding', 'gzip');
      const piece = Buffer.alloc(10_000);
      const more = (): void => {
        while (response.writable && response.write(piece));
        response.once('drain', more);
      };
      more();
    };
    const site = await serve(big);
    const fetcher = fetcherFor([site], { maxBytes: 1_000_000 });
    for (const path of ['/told', '/endless', '/coded'])
      expect([path, (await fetcher.fetch({ url: site.url(path), hosts: [] })).kind]).toEqual([path, 'refused']);
  });

  it('gives up in time on a server that drips, one that never answers, and a name server that never does', async () => {
    const site = await serve((request, response) => {
      if (request.url === '/silent') return;
      const drip = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drip));
    });
    const begun = Date.now();
    for (const path of ['/drip', '/silent'])
      expect(await fetcherFor([site], { timeMs: 200 }).fetch({ url: site.url(path), hosts: [] })).toEqual({
        kind: 'failed',
        why: 'no answer in time',
      });
    const deaf = fetcherFor([site], { timeMs: 200, resolve: () => new Promise(() => undefined) });
    expect((await deaf.fetch({ url: site.url(), hosts: [] })).kind).toBe('failed');
    expect(Date.now() - begun).toBeLessThan(3_000);
  });

  it('leaves a host alone that failed three times, longer each time, and asks again afterwards', async () => {
    let isBroken = true;
    let clock = 0;
    const site = await serve((request, response) => (isBroken ? response.writeHead(500).end() : bytes(request, response)));
    const fetcher = fetcherFor([site], { now: () => clock });
    const get = async () => (await fetcher.fetch({ url: site.url(), hosts: [] })).kind;
    expect([await get(), await get(), await get(), await get()]).toEqual(['failed', 'failed', 'failed', 'resting']);
    expect(fetcher.resting()).toMatchObject([{ host: site.host, until: new Date(60_000).toISOString() }]);
    clock = 60_000;
    expect([await get(), await get()]).toEqual(['failed', 'resting']);
    expect(fetcher.resting()).toMatchObject([{ until: new Date(180_000).toISOString() }]);
    clock = 180_000;
    isBroken = false;
    expect([await get(), await get(), fetcher.resting()]).toEqual(['done', 'done', []]);
    expect(site.asked).toHaveLength(6);
  });
});

describe('addresses', () => {
  it('are public only where no registry keeps them for something else', () => {
    const kept = [
      '0.1.2.3',
      '10.255.0.1',
      '100.64.0.1',
      '127.8.8.8',
      '169.254.1.1',
      '172.31.255.255',
      '192.0.0.8',
      '192.0.2.1',
      '192.168.1.1',
    ];
    const more = ['198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'];
    const six = [
      '::',
      '::1',
      '::ffff:8.8.8.8',
      '64:ff9b::808:808',
      'fe80::1',
      'fe80::1%eth0',
      'fc00::1',
      'fd12::1',
      'ff02::1',
      '2001:db8::1',
    ];
    const tunnels = ['2001::1', '2002:7f00:1::1', '3fff::1', 'localhost', '', '8.8.8'];
    for (const address of [...kept, ...more, ...six, ...tunnels]) expect([address, isPublic(address)]).toEqual([address, false]);
    for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '203.162.0.181', '2405:4800::1', '2a00:1450::1'])
      expect([address, isPublic(address)]).toEqual([address, true]);
  });
});
