import { describe, expect, it } from 'vitest';
import { documentFigures, outcomeFigure, turnFigures } from '../../src/exchange/counting.ts';
import type { Delivery } from '../../src/records/delivery.ts';
import type { MessageRecord } from '../../src/records/record.ts';

const document = (more: Partial<MessageRecord> = {}): MessageRecord =>
  ({
    kind: 'document',
    type: 0,
    from: 'H99.01',
    counted: true,
    paper: 0,
    promulgatedOn: '2026-11-20',
    acceptedAt: '2026-11-20T03:00:00.000Z',
    outcome: 'accepted',
    verdict: 'undetermined',
    reason: 'revocation-unknown',
    ...more,
  }) as MessageRecord;

const figures = (more: Partial<MessageRecord> = {}) => documentFigures(document(more)).map(({ day, figure }) => `${day} ${figure}`);

describe('a document counts once for its sender, on its day of promulgation', () => {
  it.each([
    [0, ['2026-11-20 electronic-only', '2026-11-20 signed-revocation-unknown']],
    [1, ['2026-11-20 electronic-with-paper', '2026-11-20 signed-revocation-unknown']],
    ['unclear', ['2026-11-20 electronic-with-paper', '2026-11-20 paper-unclear', '2026-11-20 signed-revocation-unknown']],
  ] as const)('Paper %s', (paper, expected) => {
    expect(figures({ paper })).toEqual(expected);
  });

  it('with the verdict of its main document', () => {
    expect(figures({ verdict: 'valid', reason: null })).toContain('2026-11-20 signed-valid');
    expect(figures({ verdict: 'unsigned', reason: 'no-signature' })).toContain('2026-11-20 verdict:unsigned/no-signature');
  });

  it('recalls, updates, statuses and suspected duplicates do not count', () => {
    expect(figures({ type: 1 })).toEqual([]);
    expect(figures({ type: 2 })).toEqual([]);
    expect(figures({ kind: 'status', type: null })).toEqual([]);
    expect(figures({ counted: false })).toEqual([]);
    expect(figures({ type: 3 })).not.toEqual([]);
  });

  it('without a date of promulgation it counts on the Vietnamese day of acceptance', () => {
    expect(figures({ promulgatedOn: null, acceptedAt: '2026-11-20T18:00:00.000Z' })[0]).toBe('2026-11-21 electronic-only');
  });

  it.each([
    ['2026-11-30', '2026-11-30T16:59:59.000Z', '2026-11', false],
    ['2026-11-30', '2026-11-30T17:00:00.000Z', '2026-11', true],
    ['2026-11-30', '2026-11-30T17:00:00.000Z', '2026-Q4', false],
    ['2026-11-14', '2026-11-14T17:00:00.000Z', 'BC2026-11', true],
    ['2026-11-14', '2026-11-14T17:00:00.000Z', '2026-11', false],
    ['2026-12-15', '2027-01-14T03:00:00.000Z', '2026-12', true],
    ['2026-12-15', '2027-01-14T03:00:00.000Z', 'BC2027-01', false],
  ] as const)('promulgated %s, accepted %s: late for %s is %s', (promulgatedOn, acceptedAt, period, expected) => {
    const late = documentFigures(document({ promulgatedOn, acceptedAt })).map(({ figure }) => figure);
    expect(late.includes(`late:${period}`)).toBe(expected);
  });
});

describe('turns', () => {
  const to = (organ: string, state: Delivery['state'] = 'queued') => ({ organ, state }) as Delivery;
  it('are one for each delivery, sent and received, on the day of acceptance; a parked one is not a turn', () => {
    const record = document({ acceptedAt: '2026-11-20T17:30:00.000Z' });
    expect(turnFigures(record, [to('H99.02'), to('G09'), to('Z00', 'parked')])).toEqual([
      { day: '2026-11-21', organ: 'H99.01', figure: 'turns-sent', by: 2 },
      { day: '2026-11-21', organ: 'H99.02', figure: 'turns-received', by: 1 },
      { day: '2026-11-21', organ: 'G09', figure: 'turns-received', by: 1 },
    ]);
  });
  it('are counted for a suspected duplicate too: it was sent and received', () => {
    expect(turnFigures(document({ counted: false }), [to('H99.02')])).toHaveLength(2);
  });
});

it('a return shows on the document’s own day', () => {
  expect(outcomeFigure(document(), 'returned')).toEqual([{ day: '2026-11-20', organ: 'H99.01', figure: 'returned', by: 1 }]);
  expect(outcomeFigure(document({ outcome: 'held' }), 'recalled'), 'taken back while held: never counted').toEqual([]);
});
