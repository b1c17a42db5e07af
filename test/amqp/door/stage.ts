/** A real hub with a broker in a virtual host of its own, two systems that connect over it, and one that does not. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { hrtime } from 'node:process';
import { run, runJson } from '../../cli/line.ts';
import { openVirtualHost, type VirtualHost } from '../../support/broker.ts';
import { type Client, clientOf } from '../../support/client.ts';
import { type HubProcess, startHub, temporaryFolder } from '../../support/hub.ts';
import { seedStore } from '../../support/seed.ts';
import { type Agency, openAgency } from './agency.ts';

export const organs = [
  { code: 'H99.22', name: 'UBND xã Tân Lập' },
  { code: 'H99.5', name: 'Sở Nội vụ', level: 'province' },
  { code: 'H99.6', name: 'Sở Xây dựng', level: 'province', locked: true },
] as const;

export type Stage = {
  readonly host: VirtualHost;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The hub that runs now. */
  hub(): HubProcess;
  /** Over HTTP, as the system of that organ. */
  readonly http: Readonly<Record<'sender' | 'recipient', Client>>;
  /** `lienthong …` beside the running hub. */
  line(...words: readonly string[]): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
  /** `broker connect`, and a client with what it printed. */
  connect(system: string, options?: { readonly reads?: boolean; readonly words?: readonly string[] }): Promise<Agency>;
  /** What `broker connect` printed for it. */
  passwordOf(agency: Agency): string;
  /** kill -9 or SIGTERM, and the same hub again. */
  restart(how: 'kill' | 'stop', flags?: readonly string[]): Promise<void>;
  close(): Promise<void>;
};

export const openStage = async (more: Readonly<Record<string, string>> = {}): Promise<Stage> => {
  const [host, folder] = [await openVirtualHost(), await temporaryFolder()];
  const [sender = '', recipient = ''] = await seedStore(folder, organs, [{ system: 'H99.22' }, { system: 'H99.5' }]);
  const env = {
    ...{ LIENTHONG_DATA: folder, LIENTHONG_HUB: 'H99', LIENTHONG_DISK_MIN: '1000000', LIENTHONG_MAX_BYTES: '3000000' },
    ...{ LIENTHONG_BROKER: host.url, LIENTHONG_BROKER_MANAGEMENT: process.env.AMQP_MANAGEMENT_URL ?? '' },
    ...more,
  };
  let running = await startHub({ folder, env });
  const opened = new Map<Agency, string>();
  const mark = `${hrtime.bigint()}${randomUUID().slice(0, 4)}`;
  return {
    ...{ host, folder, env, hub: () => running },
    http: { sender: clientOf(running.url, sender), recipient: clientOf(running.url, recipient) },
    line: (...words) => run({ env, words }),
    connect: async (system, { reads = true, words = [] } = {}) => {
      // Users are of the whole broker, whatever the virtual host.
      const user = `${system}-${mark}`;
      const { code, err, value } = await runJson({ env, words: ['broker', 'connect', system, '--user', user, ...words] });
      if (code !== 0) throw new Error(err);
      const agency = await openAgency({ url: host.url, system, user, password: value.password, reads });
      opened.set(agency, value.password);
      return agency;
    },
    passwordOf: (agency) => opened.get(agency) ?? '',
    restart: async (how, flags = []) => {
      await running[how]();
      running = await startHub({ folder, env, port: running.port, flags });
    },
    close: async () => {
      for (const agency of opened.keys()) await agency.close();
      await running.kill();
      for (const { user } of opened.keys()) await host.manage('DELETE', `/api/users/${user}`).catch(() => undefined);
      await host.remove();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
