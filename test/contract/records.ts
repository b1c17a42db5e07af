/** `Hub.records`: the list of contract §5, and how a message is found again (§4). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecordQuery, Viewer } from '../../src/records/query.ts';
import type { MessageRecord } from '../../src/records/record.ts';
import { findingOf, type Proof, type Reason } from '../../src/signature/proof.ts';
import { at, document, entry, type Opened, type OpenTwice, organ, record, type Store } from './specimens.ts';

const all = async (store: Store, query: Partial<RecordQuery> = {}): Promise<readonly string[]> => {
  const found: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.records.list({ viewer: null, limit: 2, ...query, ...(after === undefined ? {} : { after }) });
    expect(page.items.length).toBeLessThanOrEqual(2);
    found.push(...page.items.map((view) => view.record.recordId));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
};

/** Of a valid document with one annex. */
const proofWith = (reason: Reason | null): Proof => ({
  ...{ ...findingOf(null), judgedAt: at(0), main: 'a.pdf', envelope: { verdict: 'unsigned', reason: 'no-signature' } },
  attachments: [
    {
      ...{ ...findingOf(reason), name: 'b.pdf', contentId: 'b', sha256: '0'.repeat(64), size: 1 },
      ...{ role: 'annex', kind: 'pdf', signatures: [] },
    },
  ],
});

const viewer = (system: string, collectsFor: readonly string[] = [system], speaksFor = collectsFor): Viewer => ({
  system,
  speaksFor,
  collectsFor,
});

const filters = (stores: () => Opened): void => {
  it('lists newest first, whole over pages', async () => {
    const { one, two } = stores();
    for (const place of [3, 1, 2, 5, 4])
      await one.commit(document(['H99.02'], { recordId: `r${place}`, acceptedAt: at(Math.floor(place / 2)) }));
    expect(await all(two)).toEqual(['r5', 'r4', 'r3', 'r2', 'r1']);
    await expect(two.records.list({ viewer: null, limit: 2, after: 'r3' })).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('filters by each of the words of the contract', async () => {
    const { one, two } = stores();
    await one.commit(
      document(['H99.02'], { recordId: 'a', documentId: 'DOC', acceptedAt: at(10), verdict: 'invalid', reason: 'digest-mismatch' }),
    );
    await one.commit(document(['H99.03'], { recordId: 'b', from: 'H99.02', acceptedAt: at(20), outcome: 'held' }, { state: 'held' }));
    await one.commit(
      document([], { recordId: 'c', acceptedAt: at(30), outcome: 'refused', refusalCode: 'organ.unknown', identity: null, from: null }),
    );
    const cases: readonly (readonly [Partial<RecordQuery>, readonly string[]])[] = [
      [{ documentId: 'DOC' }, ['a']],
      [{ organ: 'H99.02' }, ['b', 'a']],
      [{ organ: 'H99.03' }, ['b']],
      [{ from: at(20) }, ['c', 'b']],
      [{ to: at(20) }, ['a']],
      [{ from: at(20), to: at(30) }, ['b']],
      [{ state: 'held' }, ['b']],
      [{ state: 'queued' }, ['a']],
      [{ verdict: 'invalid' }, ['a']],
      [{ verdict: 'valid' }, ['c', 'b']],
      [{ outcome: 'refused' }, ['c']],
      [{ outcome: 'accepted' }, ['a']],
      [{ outcome: 'accepted', verdict: 'valid' }, []],
      [{ organ: 'H99.02', state: 'held', outcome: 'held', verdict: 'valid', from: at(0), to: at(99) }, ['b']],
    ];
    for (const [query, expected] of cases) expect([query, await all(two, query)]).toEqual([query, expected]);
  });

  it('finds words without diacritics and case in subject, code and names of organs', async () => {
    const { one, two } = stores();
    const names = [organ('H99.01', { name: 'UBND xã Tân Lập' }), organ('H99.02', { name: 'Sở Giáo dục và Đào tạo' })];
    await one.organs.put(names, (await one.organs.directory()).version, entry());
    await one.commit(
      document(['H99.02'], { recordId: 'a', acceptedAt: at(1), subject: 'Đề nghị sửa chữa đường Nguyễn Huệ', code: '105/SNV-CCHC' }),
    );
    await two.commit(
      document(['H99.03'], { recordId: 'b', acceptedAt: at(2), subject: 'Mời họp', code: '7816/VPCP-TTĐT', fromName: 'Văn phòng' }),
    );
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['đường', ['a']],
      ['DUONG nguyen', ['a']],
      ['nguyen duong', ['a']],
      ['hop duong', []],
      ['105/snv-cchc', ['a']],
      ['VPCP-TTDT', ['b']],
      ['7816', ['b']],
      ['dao tao', ['a']],
      ['tan lap', ['b', 'a']],
      ['ngu', ['a']],
      ['"hop" OR *', []],
      ['hop"', ['b']],
      ['***', []],
    ];
    for (const [q, expected] of cases) expect([q, await all(two, { q })]).toEqual([q, expected]);
    expect(await all(two, { q: 'tan lap', state: 'queued', organ: 'H99.03' })).toEqual(['b']);
  });

  it('lists what words find newest first, whole over pages, for every viewer', async () => {
    const { one, two } = stores();
    const many = Array.from({ length: 50 }, (_, place) => `H96.${place}`);
    for (const place of [1, 2, 3, 4, 5]) await one.commit(document(['H99.02'], { recordId: `r${place}`, acceptedAt: at(place) }));
    const expected = ['r5', 'r4', 'r3', 'r2', 'r1'];
    for (const eyes of [null, viewer('H99.01'), viewer('H99.02'), viewer('big', [...many, 'H99.02']), viewer('big', [...many, 'H99.01'])])
      expect(await all(two, { q: 'ra soat', viewer: eyes })).toEqual(expected);
    expect(await all(two, { q: 'ra soat', viewer: viewer('other', many) })).toEqual([]);
    expect(await all(two, { q: 'ra soat', organ: 'H99.02', state: 'queued' })).toEqual(expected);
  });

  it('finds a record by the name of a recipient that was added later', async () => {
    const { one, two } = stores();
    await one.organs.put([organ('H99.07', { name: 'Sở Y tế' })], (await one.organs.directory()).version, entry());
    const sent = document(['H99.02'], { recordId: 'a' });
    await one.commit(sent);
    expect(await all(two, { q: 'so y te' })).toEqual([]);
    const [more] = document(['H99.07'], { recordId: 'a' }).deliveries;
    if (more === undefined) throw new Error('no delivery');
    await two.commit({ journal: entry(), deliveries: [more] });
    expect(await all(one, { q: 'so y te' })).toEqual(['a']);
    expect(await all(one, { q: 'ra soat' })).toEqual(['a']);
  });
};

const eyes = (stores: () => Opened): void => {
  it('shows a system what its organs sent or it posted, and what was delivered to organs it collects for', async () => {
    const { one, two } = stores();
    await one.commit(document(['H99.02'], { recordId: 'sent', acceptedAt: at(1), from: 'H99.01', system: 'old' }));
    await one.commit(document(['H99.01'], { recordId: 'received', acceptedAt: at(2), from: 'H99.02', system: 'x' }));
    await one.commit(
      document(['H99.01'], { recordId: 'held', acceptedAt: at(3), from: 'H99.02', system: 'x', outcome: 'held' }, { state: 'held' }),
    );
    await one.commit(
      document([], { recordId: 'refused', acceptedAt: at(4), from: null, system: 'H99.01', outcome: 'refused', identity: null }),
    );
    await one.commit(document(['H99.03'], { recordId: 'foreign', acceptedAt: at(5), from: 'H99.02', system: 'x' }));
    expect(await all(two, { viewer: viewer('H99.01') })).toEqual(['refused', 'received', 'sent']);
    expect(await all(two, { viewer: viewer('x', ['H99.02']) })).toEqual(['foreign', 'held', 'received', 'sent']);
    expect(await all(two, { viewer: viewer('nobody', []) })).toEqual([]);
    const many = Array.from({ length: 900 }, (_, place) => `H98.${place}`);
    expect(await all(two, { viewer: viewer('big', [...many, 'H99.03']) })).toEqual(['foreign']);
  });

  it('shows a record that a decision returned to its sender only', async () => {
    const { one, two } = stores();
    await one.commit(document(['H99.02'], { recordId: 'a', outcome: 'refused', identity: null }, { state: 'refused' }));
    expect(await all(two, { viewer: viewer('H99.02') })).toEqual([]);
    expect(await all(two, { viewer: viewer('H99.01') })).toEqual(['a']);
  });

  it('never lets a recipient learn of the others by a filter', async () => {
    const { one, two } = stores();
    const names = [organ('H99.02', { name: 'Sở Nội vụ' }), organ('H99.03', { name: 'Thanh tra tỉnh' })];
    await one.organs.put(names, (await one.organs.directory()).version, entry());
    const sent = document(['H99.02', 'H99.03'], { recordId: 'a' });
    await one.commit(sent);
    await one.commit({ journal: entry(), deliveryMoves: [{ deliveryId: sent.deliveries[1]?.deliveryId ?? '', version: 1, state: '03' }] });
    for (const eyes of [viewer('H99.02'), viewer('H99.02', ['H99.02', ...Array.from({ length: 50 }, (_, place) => `H97.${place}`)])]) {
      expect(await all(two, { viewer: eyes, organ: 'H99.03' })).toEqual([]);
      expect(await all(two, { viewer: eyes, state: '03' })).toEqual([]);
      expect(await all(two, { viewer: eyes, q: 'thanh tra' })).toEqual([]);
      expect(await all(two, { viewer: eyes, organ: 'H99.02', state: 'queued', q: 'ra soat' })).toEqual(['a']);
    }
    expect(await all(two, { viewer: viewer('H99.01'), organ: 'H99.03', state: '03', q: 'thanh tra' })).toEqual(['a']);
  });
};

const finding = (stores: () => Opened): void => {
  it('finds what stands under an identity with its takings', async () => {
    const { one, two } = stores();
    const sent = document(['H99.02'], { identity: 'key' });
    await one.commit(sent);
    expect(await two.records.findSame('key')).toEqual({ record: sent.record, deliveries: sent.deliveries, submissions: [sent.submission] });
    expect(await two.records.findSame('other')).toBeNull();
    expect(await two.records.get('none')).toBeNull();
  });

  it('finds a document alike under another DocumentId, counted ones only', async () => {
    const { one, two } = stores();
    const clue = { from: 'H99.01', documentId: 'new', number: '27', notation: 'UBND-VX', promulgatedOn: '2026-11-19' };
    await one.commit(document([], { recordId: 'a', documentId: 'old', counted: false }));
    await one.commit(document([], { recordId: 'b', documentId: 'new' }));
    await one.commit(document([], { recordId: 'c', documentId: 'older', promulgatedOn: '2026-11-18' }));
    await one.commit(document([], { recordId: 'd', documentId: 'back', outcome: 'refused', identity: null }));
    expect(await two.records.findAlike(clue)).toBeNull();
    await one.commit(document([], { recordId: 'e', documentId: 'old' }));
    expect(await two.records.findAlike(clue)).toBe('e');
  });

  it('finds what a status is about: by DocumentId, else by code and date, newest first', async () => {
    const { one, two } = stores();
    const base = { sender: 'H99.01', recipient: 'H99.02', documentId: null, code: null, promulgatedOn: null };
    const found = async (clue: Partial<typeof base> | { [name: string]: string | null }): Promise<readonly string[]> =>
      (await two.records.findAbout({ ...base, ...clue })).map((view) => view.record.recordId);
    await one.commit(document(['H99.02'], { recordId: 'a', documentId: 'D', acceptedAt: at(1) }));
    await one.commit(document(['H99.02'], { recordId: 'b', documentId: 'D', type: 1, acceptedAt: at(2) }));
    await one.commit(document(['H99.03'], { recordId: 'c', documentId: 'D', acceptedAt: at(3) }));
    await one.commit(document(['H99.02'], { recordId: 'd', documentId: 'D', acceptedAt: at(4), outcome: 'refused', identity: null }));
    await one.commit(document(['H99.02'], { recordId: 'e', documentId: 'E', acceptedAt: at(5), promulgatedOn: '2026-11-01' }));
    expect(await found({ documentId: 'D' })).toEqual(['b', 'a']);
    expect(await found({ documentId: 'D', recipient: null })).toEqual(['c', 'b', 'a']);
    expect(await found({ documentId: 'D', sender: 'H99.02' })).toEqual([]);
    expect(await found({ documentId: 'X', code: '27/UBND-VX', promulgatedOn: '2026-11-01' })).toEqual(['e']);
    expect(await found({ code: '27/UBND-VX' })).toEqual(['e', 'b', 'a']);
    expect(await found({ promulgatedOn: '2026-11-01' })).toEqual([]);
  });

  it('lists the statuses that still wait for a document, either way round, oldest first', async () => {
    const { one, two } = stores();
    const parked = (recordId: string, from: string, organ: string, changes: Partial<MessageRecord> = {}): MessageRecord =>
      record({
        recordId,
        kind: 'status',
        type: null,
        statusCode: '03',
        from,
        parkedUntil: at(1000),
        responseFor: { organ, documentId: 'D', code: null, promulgatedOn: null },
        ...changes,
      });
    const standing = [
      parked('a', 'H99.02', 'H99.01', { acceptedAt: at(2) }),
      parked('b', 'H99.01', 'H99.02', { acceptedAt: at(1) }),
      parked('c', 'H99.03', 'H99.01', { acceptedAt: at(3) }),
      parked('d', 'H99.02', 'H99.01', { parkedUntil: at(50) }),
      parked('e', 'H99.02', 'H99.01', { parkedUntil: null }),
      // What an organ answers to itself is not between the two.
      parked('f', 'H99.01', 'H99.01', { acceptedAt: at(4) }),
    ];
    for (const one_ of standing) await one.commit({ journal: entry(), record: one_ });
    const found = async (between: readonly [string, string] | null): Promise<readonly string[]> =>
      (await two.records.parked(between, at(50))).map(({ recordId }) => recordId);
    expect(await found(['H99.01', 'H99.02'])).toEqual(['b', 'a']);
    expect(await found(['H99.01', 'H99.01'])).toEqual(['f']);
    expect(await found(null)).toEqual(['b', 'a', 'c', 'f']);
    await two.commit({ journal: entry(), recordMoves: [{ recordId: 'a', version: 1, about: 'x', parkedUntil: null }] });
    expect(await found(['H99.02', 'H99.01'])).toEqual(['b']);
  });

  it('lists the documents whose revocation is still to be checked, oldest first and onwards from any of them', async () => {
    const { one, two } = stores();
    const waiting = { verdict: 'undetermined', reason: 'revocation-unknown' } as const;
    for (const [recordId, changes] of [
      ['d', { ...waiting, acceptedAt: at(4) }],
      ['b', { ...waiting, acceptedAt: at(1), outcome: 'held' }],
      ['a', { ...waiting, acceptedAt: at(1) }],
      ['refused', { ...waiting, outcome: 'refused', identity: null }],
      ['gone', { ...waiting, purgedAt: at(9) }],
      ['valid', { acceptedAt: at(2) }],
      ['annex', { acceptedAt: at(3), proof: proofWith('revocation-unknown') }],
      ['known', { acceptedAt: at(3), proof: proofWith('expired') }],
      ['broken', { verdict: 'invalid', reason: 'revoked', proof: proofWith('revocation-unknown') }],
      ['expired', { verdict: 'undetermined', reason: 'expired' }],
    ] as const)
      await one.commit(document(['H99.02'], { recordId, ...changes }));
    const found = async (after: Parameters<Store['records']['toJudge']>[0], limit = 10): Promise<readonly string[]> =>
      (await two.records.toJudge(after, limit)).map(({ record: { recordId } }) => recordId);
    expect(await found(null)).toEqual(['a', 'b', 'annex', 'd']);
    expect(await found(null, 2)).toEqual(['a', 'b']);
    expect(await found({ acceptedAt: at(1), recordId: 'a' })).toEqual(['b', 'annex', 'd']);
    expect(await found({ acceptedAt: at(4), recordId: 'd' })).toEqual([]);
    await two.commit({ journal: entry(), recordMoves: [{ recordId: 'a', version: 1, verdict: 'valid', reason: null }] });
    await two.commit({ journal: entry(), recordMoves: [{ recordId: 'annex', version: 1, proof: proofWith(null) }] });
    expect(await found(null)).toEqual(['b', 'd']);
  });

  it('counts what was refused of a system since', async () => {
    const { one, two } = stores();
    for (const place of [1, 2, 3]) await one.commit(document([], { outcome: 'refused', identity: null, acceptedAt: at(place) }));
    await one.commit(document([], { acceptedAt: at(3) }));
    expect(await two.records.refusedSince('H99.01', at(2))).toBe(2);
    expect(await two.records.refusedSince('H99.02', at(0))).toBe(0);
  });
};

export const recordsContract = (name: string, open: OpenTwice): void => {
  describe(`${name}: records`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    beforeEach(() => opened.empty());
    afterAll(() => opened.close());
    const stores = (): Opened => opened;
    filters(stores);
    eyes(stores);
    finding(stores);
  });
};
