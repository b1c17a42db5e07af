/** Sets the hub of the demo up through its command line, as an operator would, in a folder of its own. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificatePem, type Pki } from '../pki.ts';
import { demoSystems, hubCode, organsCsv, provinceName, simulated } from '../plan/province.ts';
import type { SealCase } from '../seals.ts';
import { type Environment, freePort, lienthong } from './child.ts';

export type Place = {
  readonly folder: string;
  readonly url: string;
  readonly environment: Environment;
  /** Where the hub writes its log. */
  readonly log: string;
};

export type Keys = { readonly admin: string; readonly systems: ReadonlyMap<string, string> };

/** A new folder and a free port; nothing of any other hub is touched. */
export const choosePlace = async (): Promise<Place> => {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-demo-'));
  const port = await freePort();
  await Promise.all(['data', 'anchors', 'sent'].map((name) => mkdir(join(folder, name))));
  return placeIn(folder, port);
};

/** The place in a folder that is there, with the hub at this port. */
export const placeIn = (folder: string, port: number): Place => {
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    // Commands and hub start one after another: what was compiled for the first serves the others.
    NODE_COMPILE_CACHE: join(folder, 'cache'),
    LIENTHONG_DATA: join(folder, 'data'),
    LIENTHONG_ANCHORS: join(folder, 'anchors'),
    LIENTHONG_HOST: '127.0.0.1',
    LIENTHONG_PORT: String(port),
    LIENTHONG_PUBLIC_URL: url,
    LIENTHONG_HUB: hubCode,
    LIENTHONG_NAME: provinceName,
    LIENTHONG_NOTICE: simulated,
  };
  return { folder, url, environment, log: join(folder, 'hub.log') };
};

type IssuedKey = { readonly system: string; readonly key: string };

/** The lists of the two authorities as an operator carries them in, and whose the agencies' seals are. */
const importTrust = async ({ folder, environment }: Place, pki: Pki, { registryCsv, revoked }: SealCase): Promise<void> => {
  const lists = pki.revocationLists(revoked, new Date());
  const paths = lists.map((_, index) => join(folder, `thu-hoi-${index + 1}.crl`));
  const registry = join(folder, 'so-chung-thu.csv');
  await Promise.all([...paths.map((path, index) => writeFile(path, lists[index] ?? '')), writeFile(registry, registryCsv)]);
  await lienthong(environment, 'crls', 'import', ...paths);
  await lienthong(environment, 'certificates', 'import', registry);
};

/** Directory, trust, keys. The root becomes an anchor by command; the authorities below it are only laid beside it. */
export const setUpHub = async (place: Place, pki: Pki, seals: SealCase): Promise<Keys> => {
  const { folder, environment } = place;
  const [organs, root] = [join(folder, 'organs.csv'), join(folder, 'root-ca.pem')];
  await writeFile(organs, organsCsv());
  await writeFile(root, certificatePem(pki.root.certificate));
  await writeFile(join(folder, 'anchors', 'issuing-ca.pem'), certificatePem(pki.issuing.certificate));
  await writeFile(join(folder, 'anchors', 'second-ca.pem'), certificatePem(pki.sister.certificate));
  await lienthong(environment, 'organs', 'import', organs);
  await lienthong(environment, 'anchors', 'add', root, '--yes');
  await importTrust(place, pki, seals);
  const admin = await lienthong<IssuedKey>(environment, 'keys', 'issue', 'QUAN-TRI', '--role', 'admin');
  const issued = await lienthong<readonly IssuedKey[]>(environment, 'keys', 'issue', ...demoSystems);
  return { admin: admin.key, systems: new Map(issued.map(({ system, key }) => [system, key])) };
};
