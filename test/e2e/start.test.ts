/** How the service ends when it cannot start (contract §2): told, never a stack trace on its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bareEnvironment, root } from '../support/hub.ts';

const start = (env: Readonly<Record<string, string>>) =>
  spawnSync(process.execPath, [join(root, 'src/main.ts')], { env: { ...bareEnvironment(), ...env }, encoding: 'utf8', timeout: 30_000 });

it('with 64 and every mistake at once, on stderr, when it is told something wrong', () => {
  const { status, stdout, stderr } = start({ LIENTHONG_PORT: 'x', LIENTHONG_HOST: '0.0.0.0', LIENTHONG_STORE: 'redis://x' });
  expect([status, stdout]).toEqual([64, '']);
  for (const name of ['LIENTHONG_PORT', 'LIENTHONG_HOST', 'LIENTHONG_STORE']) expect(stderr).toContain(`${name}: `);
  expect(stderr).not.toMatch(/\n {4}at /);
});

it('with 75 and one line of the log when folder, store or port cannot be had', () => {
  const { status, stdout, stderr } = start({ LIENTHONG_DATA: join(root, 'package.json') });
  expect([status, stderr]).toEqual([75, '']);
  expect(JSON.parse(stdout)).toMatchObject({ level: 60, msg: 'LienThong cannot start' });
});

it('names variables of its own prefix that mean nothing', () => {
  const { stdout } = start({ LIENTHONG_PROT: '80', LIENTHONG_DATA: join(root, 'package.json') });
  expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ level: 40, variables: ['LIENTHONG_PROT'] });
});
