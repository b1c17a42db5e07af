/** `test/support/with-services`, as people and CI call it. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { found } from '../oracle.ts';
import { mongoProgram } from './mongo.ts';

const program = new URL('../with-services', import.meta.url).pathname;
const { MONGODB_URL: _, AMQP_URL: __, ...bare } = process.env;
const call = (words: readonly string[], env: NodeJS.ProcessEnv = bare) => spawnSync(program, words, { encoding: 'utf8', env });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-with-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('with-services', () => {
  it('explains itself, and what it does not understand', () => {
    expect(call(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('AMQP_URL') });
    expect(call(['--redis', 'true'])).toMatchObject({ status: 64, stderr: expect.stringContaining('--redis') });
    expect(call([]).status).toBe(64);
  });

  it('leaves alone what is named already, and answers as the command does', () => {
    const env = { ...bare, MONGODB_URL: 'mongodb://of.another.example/' };
    expect(call(['--mongo', 'sh', '-c', 'echo $MONGODB_URL; exit 7'], env)).toMatchObject({ status: 7, stdout: `${env.MONGODB_URL}\n` });
    expect(call(['--mongo', 'no-such-command'], env).status).toBe(127);
  });
});

describe.skipIf(!found('mongod or SecantusDB', mongoProgram() !== null))('with-services and a server', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('leaves nothing behind after %s', { timeout: 120_000 }, async (signal) => {
    const place = join(folder, signal);
    // Its own folder for temporary files, so that what stays can be seen.
    const env = { ...bare, TMPDIR: folder };
    const words = ['--mongo', 'sh', '-c', `echo $MONGODB_URL > ${place}; sleep 60 & wait`];
    const child = spawn(program, words, { env, stdio: 'ignore' });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    while (!existsSync(place) || readFileSync(place, 'utf8') === '') await new Promise((resolve) => setTimeout(resolve, 50));
    const url = readFileSync(place, 'utf8');
    const port = Number(/:(\d+)\//.exec(url)?.[1]);
    child.kill(signal);
    expect(await ended).toBe(signal === 'SIGINT' ? 130 : 143);
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(
      spawnSync('ls', [folder], { encoding: 'utf8' })
        .stdout.split('\n')
        .filter((name) => name.startsWith('lienthong-')),
    ).toEqual([]);
  });
});
