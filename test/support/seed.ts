/** A directory, keys and trust put straight into a data folder; the command line's own way is tested in `e2e/`. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificatePem, fingerprint } from '../../src/demo/pki.ts';
import { openMongo } from '../../src/mongo/store.ts';
import type { Account } from '../../src/records/account.ts';
import type { AccessKey, Role } from '../../src/records/key.ts';
import type { Organ } from '../../src/records/organ.ts';
import { openSqlite } from '../../src/sqlite/store.ts';

/** `code` and what differs from an administrative commune of this province. */
export type OrganSeed = Partial<Organ> & { readonly code: string };
export type KeySeed = { readonly system: string; readonly role?: Role; readonly expiresAt?: string; readonly revokedAt?: string };

const organFrom = (seed: OrganSeed): Organ => ({
  ...{ oldCodes: [], name: `Cơ quan ${seed.code}`, level: 'commune', kind: 'administrative', parent: null, successor: null },
  ...{ validFrom: null, validTo: null, member: true, locked: false, delegate: null, statisticsAs: null },
  system: seed.member === false ? null : seed.code,
  ...seed,
});

const entry = (act: string) => ({ entryId: randomUUID(), at: new Date().toISOString(), act, by: 'test', subject: act, details: {} });

/** Into the store of a data folder, or of a URL. Answers the keys in the order asked for. */
export const seedStore = async (
  place: string,
  organs: readonly OrganSeed[],
  keys: readonly KeySeed[],
  accounts: readonly Pick<Account, 'system' | 'user'>[] = [],
): Promise<readonly string[]> => {
  const store = await (place.startsWith('mongodb:')
    ? openMongo({ url: place, folder: await mkdtemp(join(tmpdir(), 'lienthong-seed-')) })
    : openSqlite({ folder: place }));
  try {
    const { version } = await store.organs.directory();
    const put = await store.organs.put(organs.map(organFrom), version, entry('organs.import'));
    if (put.kind !== 'done') throw new Error('The directory was not taken');
    for (const account of accounts)
      await store.accounts.put({ ...account, role: 'agency', issuedAt: new Date().toISOString() }, entry('accounts.put'));
    const issued: string[] = [];
    for (const { system, role = 'agency', expiresAt, revokedAt } of keys) {
      const key = `lt_${randomBytes(24).toString('base64url')}`;
      const at = new Date(Date.now() - 60_000).toISOString();
      const row: AccessKey = {
        ...{ id: randomUUID(), system, role, sha256: createHash('sha256').update(key).digest('hex'), issuedAt: at },
        expiresAt: expiresAt ?? new Date(Date.now() + 86_400_000).toISOString(),
        revokedAt: revokedAt ?? null,
      };
      const answer = await store.keys.add(
        row,
        expiresAt !== undefined || revokedAt !== undefined ? at : new Date().toISOString(),
        entry('keys.issue'),
      );
      if (answer !== 'done') throw new Error(`No key for ${system}: ${answer}`);
      issued.push(key);
    }
    return issued;
  } finally {
    await store.close();
  }
};

/** Puts certificates (DER) into the anchors folder of a data folder: the first list pinned, the second as intermediates. */
export const seedAnchors = async (
  folder: string,
  anchors: readonly Uint8Array[],
  intermediates: readonly Uint8Array[] = [],
): Promise<void> => {
  const place = join(folder, 'anchors');
  await mkdir(place, { recursive: true });
  for (const one of [...anchors, ...intermediates])
    await writeFile(join(place, `${fingerprint(one).slice(0, 16)}.pem`), certificatePem(one));
  await writeFile(join(place, 'anchors.sha256'), anchors.map((one) => `${fingerprint(one)}  anchor of the tests\n`).join(''));
};
