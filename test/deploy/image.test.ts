/** The Dockerfile, read: no container engine runs here. That the program runs as another user on a read-only file system: bundle.test.ts. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort, root, startHub } from '../support/hub.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Instructions with their arguments, continuation lines joined, by stage. */
const stagesOf = (text: string): readonly (readonly (readonly [word: string, rest: string])[])[] => {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1).trim()] as const);
  const stages: (readonly [string, string])[][] = [];
  for (const line of lines) {
    if (line[0] === 'FROM') stages.push([]);
    stages.at(-1)?.push(line);
  }
  return stages;
};

const dockerFaults = (text: string): readonly string[] => {
  const stages = stagesOf(text);
  const last = stages.at(-1) ?? [];
  const all = stages.flat();
  const of = (word: string): readonly string[] => last.filter(([one]) => one === word).map(([, rest]) => rest);
  const faults: string[] = [];
  const want = (holds: boolean, what: string): void => void (holds || faults.push(what));
  want(stages.length === 2, 'not two stages');
  want(/^[1-9]\d*:[1-9]\d*$/.test(of('USER').at(-1) ?? ''), 'runs as root, or by name');
  const user = last.findIndex(([word]) => word === 'USER');
  want(!last.slice(user).some(([word]) => ['RUN', 'COPY', 'ADD'].includes(word)), 'writes files that its user owns');
  want(!all.some(([word]) => word === 'ADD'), 'ADD instead of COPY');
  want(
    all.filter(([word]) => word === 'COPY').every(([, rest]) => !rest.includes('--chown')),
    'the program may change itself',
  );
  want(
    ['CMD', 'HEALTHCHECK'].every((word) => /\[.*\]$/.test(of(word).at(-1) ?? '')),
    'a shell stands between',
  );
  want(/^ARG NODE=node:24-\w+-slim$/m.test(text), 'an image that is not Node 24, slim');
  want(all.filter(([word, rest]) => word === 'RUN' && /\bnpm (i|install)\b/.test(rest)).length === 0, 'npm install instead of npm ci');
  want(
    all.some(([word, rest]) => word === 'RUN' && /npm ci --ignore-scripts/.test(rest)),
    'runs scripts of packages',
  );
  want(of('EXPOSE').join() === '8080' && of('VOLUME').join() === '/data', 'another port or volume');
  return faults;
};

describe('Dockerfile', () => {
  const text = read('Dockerfile');

  test('has two stages, runs as a number, and its user can change nothing', () => {
    expect(dockerFaults(text)).toEqual([]);
  });

  test.each([
    ['USER 1000:1000', 'USER root', 'runs as root'],
    ['USER 1000:1000\n', '', 'runs as root'],
    ['CMD ["node", "dist/main.js"]', 'CMD node dist/main.js', 'a shell stands between'],
    ['npm ci --ignore-scripts', 'npm install', 'npm install instead of npm ci'],
    ['COPY --from=build /build/dist', 'COPY --chown=node:node --from=build /build/dist', 'the program may change itself'],
    ['node:24-bookworm-slim', 'node:latest', 'an image that is not Node 24'],
    ['VOLUME /data', 'VOLUME /data\nRUN touch /x', 'writes files that its user owns'],
  ])('a break is noticed: %s', (right, wrong, fault) => {
    expect(text).toContain(right);
    expect(dockerFaults(text.replaceAll(right, wrong)).join('\n')).toContain(fault);
  });

  test('copies only what .dockerignore lets through, and everything that the build needs', () => {
    const passed = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied =
      stagesOf(text)[0]
        ?.filter(([word]) => word === 'COPY')
        .flatMap(([, rest]) => rest.split(' ').slice(0, -1)) ?? [];
    expect(copied.filter((path) => !passed.includes(path.replace('./', '')))).toEqual([]);
    for (const path of copied) expect(existsSync(join(root, path)), path).toBe(true);
    // What the package ships stands in the image, too.
    const { files }: { readonly files: readonly string[] } = JSON.parse(read('package.json'));
    for (const path of files) expect(text).toContain(`/build/${path.split('/')[0]}`);
  });

  test('its health check tells a live hub from a dead one', { timeout: 120_000 }, async () => {
    const [, check = ''] = /HEALTHCHECK .* CMD (\[.*\])$/m.exec(text) ?? [];
    const [, ...words]: readonly string[] = JSON.parse(check);
    const hub = await startHub();
    const ask = (port: number) => spawnSync(process.execPath, words, { env: { LIENTHONG_PORT: String(port) }, timeout: 20_000 }).status;
    try {
      expect([ask(hub.port), ask(await freePort())]).toEqual([0, 1]);
    } finally {
      await hub.remove();
    }
  });
});
