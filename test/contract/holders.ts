/** `Hub.holders`, and what a commit adds to it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Holder, holderKey, type MetCertificate, type Sighting } from '../../src/records/holder.ts';
import { at, document, entry, type Opened, type OpenTwice, type Store } from './specimens.ts';

const issuer = 'CN=CA thử nghiệm, O=Ban Cơ yếu thử nghiệm, C=VN';

const holder = (serial: string, changes: Partial<Holder> = {}): Holder => ({
  key: holderKey(issuer, serial),
  serial,
  issuer,
  kind: 'agency',
  organ: 'H99.01',
  person: null,
  validTo: null,
  ...changes,
});

const met = (serial: string, changes: Partial<MetCertificate> = {}): MetCertificate => ({
  key: holderKey(issuer, serial),
  serial,
  issuer,
  name: 'ỦY BAN NHÂN DÂN XÃ TÂN LẬP',
  organisation: 'UBND TỈNH THỬ NGHIỆM',
  kind: 'agency',
  validTo: '2030-03-12',
  metAt: at(0),
  ...changes,
});

const sighting = (serial: string, organ: string, recordId: string): Sighting => ({
  key: holderKey(issuer, serial),
  organ,
  recordId,
  at: at(0),
});

/** Core: what one process lists or learns, the other is told with its next question. */
export const expectSharedHolders = async (one: Store, two: Store): Promise<void> => {
  await one.holders.put([holder('01')], entry());
  expect(await two.holders.find([holderKey(issuer, '01'), holderKey(issuer, '02')])).toEqual([holder('01')]);
  await Promise.all(
    [one, two, one, two, one].map((store, place) => {
      const change = document(['H99.02']);
      return store.commit({ ...change, sightings: [sighting('01', 'H99.01', `r${place}`)], certificates: [met('01')] });
    }),
  );
  for (const store of [one, two]) {
    // Five came, from two processes at once: three are enough.
    expect(await store.holders.sightings([holderKey(issuer, '01')])).toEqual([
      { key: holderKey(issuer, '01'), organ: 'H99.01', documents: 3 },
    ]);
    expect(await store.holders.met([holderKey(issuer, '01')])).toEqual([met('01')]);
  }
};

const listTests = (stores: () => Opened): void => {
  it('adds, changes and leaves alone, and counts each', async () => {
    const { one, two } = stores();
    expect(await one.holders.put([holder('01'), holder('02')], entry())).toEqual({ added: 2, changed: 0, unchanged: 0 });
    const person = holder('02', { kind: 'person', organ: null, person: 'Nguyễn Văn An', validTo: '2030-01-31' });
    expect(await two.holders.put([holder('01'), person, holder('03')], entry())).toEqual({ added: 1, changed: 1, unchanged: 1 });
    expect([...(await one.holders.list())].sort((a, b) => a.serial.localeCompare(b.serial))).toEqual([holder('01'), person, holder('03')]);
  });

  it('may be handed the same list again, and writes one journal entry', async () => {
    const { one, two } = stores();
    const journal = entry({ act: 'certificates.imported' });
    await one.holders.put([holder('01')], journal);
    expect(await two.holders.put([holder('01')], journal)).toEqual({ added: 0, changed: 0, unchanged: 1 });
    expect((await one.journal.list(0, 100)).filter(({ act }) => act === 'certificates.imported')).toHaveLength(1);
  });

  it('answers nothing for none', async () => {
    const { one } = stores();
    expect([await one.holders.find([]), await one.holders.sightings([]), await one.holders.met([])]).toEqual([[], [], []]);
  });
};

const learningTests = (stores: () => Opened): void => {
  it('is shared, and keeps three documents of a certificate and organ', () => expectSharedHolders(stores().one, stores().two));

  it('counts organs apart, and a repeated change once', async () => {
    const { one, two } = stores();
    const change = { ...document(['H99.02']), sightings: [sighting('01', 'H99.01', 'r1'), sighting('01', 'H99.02', 'r1')] };
    await one.commit(change);
    await two.commit(change);
    await two.commit({ ...document(['H99.02']), sightings: [sighting('02', 'H99.01', 'r2')] });
    const counts = [
      { key: holderKey(issuer, '01'), organ: 'H99.01', documents: 1 },
      { key: holderKey(issuer, '01'), organ: 'H99.02', documents: 1 },
    ];
    expect(await one.holders.sightings([holderKey(issuer, '01')])).toEqual(counts);
    expect(await two.holders.sightings(null)).toEqual([...counts, { key: holderKey(issuer, '02'), organ: 'H99.01', documents: 1 }]);
  });

  it('keeps a certificate as it was met first', async () => {
    const { one, two } = stores();
    await one.commit({ ...document(['H99.02']), certificates: [met('01')] });
    await two.commit({
      ...document(['H99.02']),
      certificates: [met('01', { name: 'Tên khác' }), met('02', { validTo: null, name: null })],
    });
    expect(await one.holders.met(null)).toEqual([met('02', { validTo: null, name: null }), met('01')]);
  });

  it('learns nothing from a change that did not hold', async () => {
    const { one, two } = stores();
    const change = document(['H99.02']);
    await one.commit(change);
    const again = { ...change, journal: entry(), sightings: [sighting('01', 'H99.01', 'r1')], certificates: [met('01')] };
    expect((await two.commit(again)).kind).toBe('duplicate');
    expect([await one.holders.sightings(null), await one.holders.met(null)]).toEqual([[], []]);
  });
};

export const holdersContract = (name: string, open: OpenTwice): void => {
  describe(`${name}: holders`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.empty());
    afterAll(() => opened.close());
    listTests(() => opened);
    learningTests(() => opened);
  });
};
