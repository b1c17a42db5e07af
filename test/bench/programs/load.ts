/**
 * The client: a process of its own that posts one message after another, `flight` at a time, each with
 * its own DocumentId and number. `node load.ts URL KEY FILE FLIGHT SECONDS|x1 [SENDER,…]` (see `letters.ts`), answers
 * `{count, seconds, p99}`.
 */
import { statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { lettersFrom } from './letters.ts';

const [url = '', key = '', path = '', flight = '16', seconds = '10', senders] = process.argv.slice(2);
const letter = lettersFrom(path, senders?.split(','));
const { size } = statSync(path);
const agent = new Agent({ keepAlive: true, maxSockets: Number(flight) });

const post = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/xml', 'content-length': size };
    const asked = request(`${url}/v1/envelopes`, { method: 'POST', agent, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        if (response.statusCode === 202) resolve(performance.now() - start);
        else reject(new Error(`${response.statusCode} ${Buffer.concat(pieces).toString().slice(0, 300)}`));
      });
    });
    asked.on('error', reject);
    for (const part of letter()) asked.write(part);
    asked.end();
  });

const once = seconds.startsWith('x');
const start = performance.now();
const times: number[] = [];
const lane = async (): Promise<void> => {
  do times.push(await post());
  while (!once && performance.now() - start < Number(seconds) * 1000);
};
await Promise.all(Array.from({ length: once ? 1 : Number(flight) }, lane));
agent.destroy();
times.sort((a, b) => a - b);
const p99 = times[Math.floor(times.length * 0.99)] ?? 0;
process.stdout.write(JSON.stringify({ count: times.length, seconds: (performance.now() - start) / 1000, p99 }));
