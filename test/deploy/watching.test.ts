/** deploy/prometheus and deploy/grafana ask for what a hub really gives. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { failures } from '../../src/errors.ts';
import { alertKinds } from '../../src/records/alert.ts';
import { deliveryStates } from '../../src/records/delivery.ts';
import { root, startHub } from '../support/hub.ts';
import { hasOracle } from '../support/oracle.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'lienthong-deploy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what Prometheus and Grafana are told', () => {
  type Rule = { readonly alert: string; readonly expr: string; readonly labels: { readonly severity: string } };
  const rules = (
    parse(read('deploy/prometheus/rules.yaml')) as { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
  ).groups.flatMap((group) => group.rules);
  const dashboard: { readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[] } =
    JSON.parse(read('deploy/grafana/lienthong.json'));
  const asked = [...rules.map(({ expr }) => expr), ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))];

  test('every metric they ask for is one that a hub gives', { timeout: 120_000 }, async () => {
    const hub = await startHub();
    const text = await (await fetch(`${hub.url}/metrics`)).text().finally(() => hub.remove());
    // Counters and histograms that have counted nothing yet, and those of a broker, are named in the source.
    const known = new Set(
      [...text.matchAll(/^# TYPE (\S+)/gm), ...read('src/http/metrics.ts').matchAll(/name: '(lienthong_\w+)'/g)].map((match) => match[1]),
    );
    const names = asked.flatMap((expr) => [...expr.matchAll(/\blienthong_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')));
    expect(new Set(names).size).toBeGreaterThan(12);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    expect(known.has('lienthong_nothing')).toBe(false);
  });

  test('every kind, code and state they name exists', () => {
    const real: Readonly<Record<string, readonly string[]>> = {
      kind: alertKinds,
      code: Object.keys(failures),
      state: [...deliveryStates, 'ok', 'warning', 'blocked', 'away'],
    };
    const named = asked.flatMap((expr) =>
      [...expr.matchAll(/(kind|code|state)=~?"([^"]+)"/g)].flatMap(([, label = '', values = '']) =>
        values.split('|').map((value) => [label, value] as const),
      ),
    );
    expect(named.length).toBeGreaterThan(6);
    expect(named.filter(([label, value]) => !real[label]?.includes(value))).toEqual([]);
    expect(rules.filter(({ labels }) => !['low', 'high', 'critical'].includes(labels.severity))).toEqual([]);
  });

  test.skipIf(!hasOracle('promtool'))('promtool takes the rules and every expression of the dashboard', () => {
    const check = (file: string) => spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
    expect(check(join(root, 'deploy/prometheus/rules.yaml'))).toMatchObject({ status: 0 });
    const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }, place) => ({ record: `shown:panel:${place}`, expr })));
    writeFileSync(
      join(folder, 'shown.yaml'),
      stringify({ groups: shown.map((rule, place) => ({ name: `panel ${place}`, rules: [rule] })) }),
    );
    expect(check(join(folder, 'shown.yaml'))).toMatchObject({ status: 0 });
    writeFileSync(join(folder, 'wrong.yaml'), read('deploy/prometheus/rules.yaml').replace('lienthong_ready == 0', 'lienthong_ready = 0'));
    expect(check(join(folder, 'wrong.yaml')).status).not.toBe(0);
  });
});
