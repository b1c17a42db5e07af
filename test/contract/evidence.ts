/** `Hub.evidence`: what verdicts rested on, and the judgements that name it. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EvidenceItem, Judgement } from '../../src/records/judgement.ts';
import { integrityOnly } from '../../src/signature/context.ts';
import type { EvidenceKind } from '../../src/signature/evidence.ts';
import { findingOf, type Proof } from '../../src/signature/proof.ts';
import { at, document, entry, type Opened, type OpenTwice, type Store, start } from './specimens.ts';

/** Both sides of any limit below which an adapter keeps payloads elsewhere. */
const sizes = [1, 2_000, 65_536, 65_537, 3_000_000];

const piece = (size: number, kind: EvidenceKind = 'crl'): EvidenceItem & { readonly bytes: Uint8Array } => {
  const bytes = randomBytes(size);
  return { kind, sha256: createHash('sha256').update(bytes).digest('hex'), size, bytes };
};
const nameless = (item: EvidenceItem): EvidenceItem => ({ ...item, bytes: null });

const proof: Proof = {
  ...findingOf('no-signature'),
  judgedAt: start,
  main: null,
  attachments: [],
  envelope: { verdict: 'unsigned', reason: 'no-signature' },
};

const judgement = (recordId: string, items: readonly EvidenceItem[], judgedAt = start): Judgement => ({
  recordId,
  judgedAt,
  proof: { ...proof, judgedAt },
  evidence: {
    version: '1.2.3',
    at: start,
    judgedAt,
    anchors: ['c'.repeat(64)],
    rules: integrityOnly,
    items: items.map(({ kind, sha256, size }) => ({ kind, sha256, size })),
  },
});

const keeping = (stores: () => Opened): void => {
  it('gives back the exact bytes to both processes, and null for what it never got', async () => {
    const { one, two } = stores();
    for (const size of sizes) {
      const item = piece(size);
      expect(await two.evidence.open(item.sha256)).toBeNull();
      expect(await one.evidence.keep([item])).toEqual([]);
      const found = await two.evidence.open(item.sha256);
      expect(found !== null && Buffer.from(found).equals(item.bytes)).toBe(true);
    }
    expect(await one.evidence.keep([])).toEqual([]);
  });

  it('keeps once what many bring at the same time, and may be asked again', async () => {
    const { one, two } = stores();
    for (const size of sizes) {
      const item = piece(size);
      await Promise.all([one, two, one, two].map((store) => store.evidence.keep([item, piece(10, 'certificate')])));
      expect(await two.evidence.keep([item])).toEqual([]);
      expect(Buffer.from((await one.evidence.open(item.sha256)) ?? []).equals(item.bytes)).toBe(true);
    }
  });

  it('refuses bytes under a digest that is not theirs, and keeps nothing of them', async () => {
    const { one, two } = stores();
    for (const size of sizes) {
      const [item, other] = [piece(size), piece(size)];
      await expect(one.evidence.keep([{ ...item, bytes: other.bytes }])).rejects.toThrow(/digest/);
      expect(await two.evidence.open(item.sha256)).toBeNull();
    }
  });
};

/** Core: whoever leaves bytes out is told when they are not there, so that no judgement names what nobody has. */
export const expectMissingTold = async (one: Store, two: Store): Promise<void> => {
  for (const size of [500, 300_000]) {
    const [kept, lost] = [piece(size), piece(size)];
    await one.evidence.keep([kept]);
    expect(await two.evidence.keep([nameless(kept), nameless(lost)])).toEqual([lost.sha256]);
    const sent = document([]);
    const judged = { ...sent, judgement: judgement(sent.record.recordId, [kept, lost]) };
    await expect(two.commit(judged)).rejects.toThrow();
    expect(await one.records.get(sent.record.recordId)).toBeNull();
    expect(await two.evidence.keep([nameless(kept), lost])).toEqual([]);
    expect(await two.commit(judged)).toEqual({ kind: 'done' });
  }
};

/** Core: evidence is written once, and what was judged on it stays as it was judged. */
export const expectWrittenOnce = async (one: Store, two: Store): Promise<void> => {
  const item = piece(200_000);
  await one.evidence.keep([item]);
  const sent = document([]);
  const { recordId } = sent.record;
  const first = judgement(recordId, [item]);
  await one.commit({ ...sent, judgement: first });
  await one.commit({ ...sent, judgement: first });
  const again = judgement(recordId, [item], at(86_400));
  const later = { journal: entry(), recordMoves: [{ recordId, version: 1, reason: 'revoked' as const }], judgement: again };
  expect(await two.commit(later)).toEqual({ kind: 'done' });
  // Two judgings in one instant are two.
  expect(await one.commit({ journal: entry(), recordMoves: [{ recordId, version: 2 }], judgement: again })).toEqual({ kind: 'done' });
  expect(await one.evidence.judgements(recordId)).toEqual([first, again, again]);
  await two.evidence.keep([{ ...item, kind: 'ocsp' }]);
  expect(Buffer.from((await one.evidence.open(item.sha256)) ?? []).equals(item.bytes)).toBe(true);
};

const judging = (stores: () => Opened): void => {
  it('tells what is missing, and commits no judgement on it', () => expectMissingTold(stores().one, stores().two));
  it('keeps every judgement, oldest first, and changes none', () => expectWrittenOnce(stores().one, stores().two));

  it('writes no judgement of a change that is stale or a duplicate', async () => {
    const { one, two } = stores();
    const sent = document([]);
    const { recordId } = sent.record;
    const stale = { ...sent, directoryVersion: 1_000_000, judgement: judgement(recordId, []) };
    expect(await one.commit(stale)).toEqual({ kind: 'stale' });
    expect(await two.evidence.judgements(recordId)).toEqual([]);
    await one.commit({ ...sent, judgement: judgement(recordId, []) });
    const repeated = { ...sent, journal: entry(), judgement: judgement(recordId, [], at(1)) };
    expect((await two.commit(repeated)).kind).toBe('duplicate');
    expect(await two.evidence.judgements(recordId)).toHaveLength(1);
  });
};

export const evidenceContract = (name: string, openTwice: OpenTwice): void => {
  describe(`${name}: evidence`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await openTwice();
    });
    beforeEach(() => opened.empty());
    afterAll(() => opened.close());
    keeping(() => opened);
    judging(() => opened);
  });
};
