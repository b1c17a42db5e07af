import { describe, expect, it } from 'vitest';
import { statusCodes } from '../../src/envelope/types.ts';
import { advance, type DeliveryState, deliveryStates } from '../../src/records/delivery.ts';

const step = (state: DeliveryState, next: Parameters<typeof advance>[1], before: DeliveryState | null = null, recall = false): string => {
  const step = advance({ state, stateBeforeRecall: before }, next, recall);
  return step.kind === 'moved' ? (step.stateBeforeRecall === null ? step.state : `${step.state}(${step.stateBeforeRecall})`) : step.kind;
};

describe('a delivery moves forward with jumps, never backward', () => {
  it.each([
    ['queued', 'collected', 'collected'],
    ['queued', '03', '03'],
    ['queued', '05', '05'],
    ['collected', '01', '01'],
    ['01', '06', '06'],
    ['05', '05', 'same'],
    ['05', '03', 'backward'],
    ['06', '04', 'backward'],
    ['03', 'collected', 'backward'],
    ['parked', 'collected', 'collected'],
    ['held', 'collected', 'backward'],
    ['recalled', '05', 'backward'],
    ['withdrawn', '01', 'backward'],
  ] as const)('%s then %s: %s', (state, next, expected) => {
    expect(step(state, next)).toBe(expected);
  });
});

describe('02 ends a delivery before registration, or in answer to a recall', () => {
  it.each([
    ['queued', '02'],
    ['collected', '02'],
    ['01', '02'],
    ['02', 'same'],
    ['03', 'backward'],
    ['06', 'backward'],
    ['recall-asked', '02'],
    ['recalled', 'backward'],
  ] as const)('%s then 02: %s', (state, expected) => {
    expect(step(state, '02')).toBe(expected);
  });
});

describe('13 takes back what nobody saw and asks for the rest; 15 and 16 answer', () => {
  it.each([
    ['queued', '13', null, 'withdrawn'],
    ['parked', '13', null, 'withdrawn'],
    ['held', '13', null, 'withdrawn'],
    ['collected', '13', null, 'recall-asked(collected)'],
    ['05', '13', null, 'recall-asked(05)'],
    ['02', '13', null, 'backward'],
    ['recall-asked', '13', '03', 'same'],
    ['recall-asked', '15', '03', 'recalled'],
    ['recall-asked', '16', '03', '03'],
    ['recall-asked', '05', '03', 'recall-asked(05)'],
    ['recall-asked', '01', '03', 'backward'],
    ['queued', '15', null, 'collected'],
    ['queued', '16', null, 'collected'],
    ['03', '15', null, 'same'],
    ['03', '16', null, 'same'],
  ] as const)('%s then %s (before: %s): %s', (state, next, before, expected) => {
    expect(step(state, next, before)).toBe(expected);
  });

  it('a recall of type 1 lets 15 end the delivery without a 13', () => {
    expect(step('03', '15', null, true)).toBe('recalled');
    expect(step('02', '15', null, true)).toBe('same');
  });
});

it('every step from every state is decided, and an end stays an end', () => {
  const ends: readonly DeliveryState[] = ['02', 'recalled', 'withdrawn', 'superseded', 'refused'];
  for (const state of deliveryStates)
    for (const next of [...statusCodes, 'collected'] as const) {
      const step = advance({ state, stateBeforeRecall: null }, next, true);
      expect(['moved', 'same', 'backward']).toContain(step.kind);
      if (ends.includes(state)) expect(step.kind, `${state} then ${next}`).not.toBe('moved');
    }
});
