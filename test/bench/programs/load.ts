/**
 * The client: a process of its own that posts one message after another, `flight` at a time, each with
 * its own DocumentId and number. `node load.ts URL KEY FILE FLIGHT SECONDS|x1`, answers `{count, seconds, p99}`.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';

const [url = '', key = '', path = '', flight = '16', seconds = '10'] = process.argv.slice(2);
/** Where the file says this, every message says something of the same length instead. */
const mark = 'DOCUMENT-ID-DOCUMENT-ID-DOCUMENT-ID-';
const message = readFileSync(path);
const places = [...Array(4).keys()].reduce<number[]>((found) => {
  const at = message.indexOf(mark, (found.at(-1) ?? -1) + 1);
  return at < 0 ? found : [...found, at];
}, []);
const agent = new Agent({ keepAlive: true, maxSockets: Number(flight) });

const partsOf = (id: string): readonly Buffer[] => {
  const parts: Buffer[] = [];
  let from = 0;
  for (const at of places) {
    parts.push(message.subarray(from, at), Buffer.from(id));
    from = at + mark.length;
  }
  return [...parts, message.subarray(from)];
};

const post = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/xml', 'content-length': message.length };
    const asked = request(`${url}/v1/envelopes`, { method: 'POST', agent, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        if (response.statusCode === 202) resolve(performance.now() - start);
        else reject(new Error(`${response.statusCode} ${Buffer.concat(pieces).toString().slice(0, 300)}`));
      });
    });
    asked.on('error', reject);
    for (const part of partsOf(randomUUID())) asked.write(part);
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
