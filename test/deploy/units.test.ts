/** The units of systemd, filled in as install.sh does. */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../support/hub.ts';
import { hasOracle } from '../support/oracle.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'lienthong-deploy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasOracle('systemd-analyze'))('the units of systemd', () => {
  /** As install.sh fills them in; on a prefix that exists, since systemd looks for what it is to start. */
  const filled = (change: (text: string) => string = (text) => text): readonly string[] => {
    const place = mkdtempSync(join(folder, 'units-'));
    for (const name of ['node', 'app', 'data', 'backup', 'etc']) mkdirSync(join(place, 'opt/current', name, 'bin'), { recursive: true });
    cpSync(process.execPath, join(place, 'opt/current/node/bin/node'));
    mkdirSync(join(place, 'opt/etc'));
    writeFileSync(join(place, 'opt/etc/lienthong.env'), '');
    return globSync('deploy/lienthong*.{service,timer}', { cwd: root }).map((path) => {
      const unit = join(place, path.slice('deploy/'.length));
      const text = read(path).replaceAll('@PREFIX@', join(place, 'opt')).replaceAll('@DATA@', join(place, 'opt/current/data'));
      writeFileSync(unit, change(text.replaceAll('@BACKUP@', join(place, 'opt/current/backup')).replaceAll('@USER@', 'daemon')));
      return unit;
    });
  };
  const verify = (units: readonly string[]) => spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' });

  test('systemd finds nothing to say about them', { timeout: 120_000 }, () => {
    const units = filled();
    expect(units.length).toBe(3);
    expect(verify(units)).toMatchObject({ status: 0, stderr: '' });
    expect(verify(filled((text) => text.replace('ProtectSystem=strict', 'ProtectSystem=very'))).stderr).toContain('protect system');
  });

  test('what they may do is little: an exposure of at most 2 of 10', { timeout: 120_000 }, () => {
    const exposure = (unit: string) =>
      spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', '--no-pager', unit], { encoding: 'utf8' });
    for (const unit of filled().filter((path) => path.endsWith('.service'))) expect(exposure(unit)).toMatchObject({ status: 0 });
    const [open = ''] = filled((text) => text.replaceAll(/^(Protect|Restrict|Private|Capability|SystemCall).*$/gm, '')).filter((path) =>
      path.endsWith('/lienthong.service'),
    );
    expect(exposure(open).status).not.toBe(0);
  });
});
