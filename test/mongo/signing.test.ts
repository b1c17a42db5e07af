/** Two hub processes on one database sign with one key, or the second does not start. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openMongo } from '../../src/mongo/store.ts';
import { openHub } from '../../src/open.ts';
import { type Base, freshBase, freshFolder, hasMongo } from './opening.ts';

describe.skipIf(!hasMongo())('the signing key of hubs on one MongoDB', () => {
  let base: Base;
  beforeAll(async () => {
    base = await freshBase();
  });
  afterAll(() => base?.drop());

  /** '' where it starts; otherwise what it says. */
  const starting = async (folder: string, replaces = ''): Promise<string> => {
    const env = { LIENTHONG_STORE: base.url, LIENTHONG_DATA: folder, LIENTHONG_KEY_REPLACES: replaces };
    const hub = await openHub(readConfig(env));
    try {
      await hub.warm();
      return '';
    } catch (error) {
      return String(error);
    } finally {
      await hub.close();
    }
  };

  it('is that of the first; another is refused in words, and changed only by naming it', { timeout: 180_000 }, async () => {
    const [one, other] = [freshFolder(), freshFolder()];
    // A command of the operator's machine, which signs nothing, decides nothing.
    await (await openHub(readConfig({ LIENTHONG_STORE: base.url, LIENTHONG_DATA: other }))).close();
    expect(await starting(one)).toBe('');
    const said = await starting(other);
    expect(said).toMatch(/đặt cùng LIENTHONG_KEY .*give all of them the same LIENTHONG_KEY/);
    const [, agreed = ''] = /LIENTHONG_KEY_REPLACES=([0-9a-f]{64})/.exec(said) ?? [];
    expect(await starting(other, agreed)).toBe('');
  });

  it('is changed once by a setting that is left behind', { timeout: 60_000 }, async () => {
    const [fresh, folder] = [await freshBase(), freshFolder()];
    const store = await openMongo({ url: fresh.url, folder });
    const agree = async (key: string, replaces = '') => store.agreeOnKey?.(key, replaces);
    // Several at once agree on one of them.
    expect(new Set(await Promise.all(['a', 'b', 'c'].map((key) => agree(key)))).size).toBe(1);
    const first = (await agree('a')) ?? '';
    expect(await agree('new'), 'not named').toBe(first);
    expect(await agree('new', 'strange'), 'another is named').toBe(first);
    expect(await agree('new', first)).toBe('new');
    expect(await agree('new')).toBe('new');
    expect(await agree(first, first), 'the old one comes back with the old setting').toBe('new');
    await store.close();
    await fresh.drop();
  });
});
