/** Operators of a content stream with what stands before them (ISO 32000-2 7.8.2), inline images skipped (8.9.7). */
import { describe, expect, it } from 'vitest';
import { eachOperator } from '../../../../src/signature/pdf/paint/operators.ts';
import type { View } from '../../../../src/signature/pdf/read/document.ts';
import { PdfError } from '../../../../src/signature/pdf/read/object.ts';
import { faultIn, latin, plain, viewWith } from '../written.ts';

const operatorsIn = (text: string, view: View = viewWith({})) => {
  const told: unknown[] = [];
  const isRead = eachOperator(view, latin(text), (operator, operands) => void told.push([operator, ...operands.map(plain)]));
  return { told, isRead };
};

describe('an operator', () => {
  it('has the operands since the one before', () => {
    const { told, isRead } = operatorsIn(' q 1 0 0 1 10 20 cm\n/F1 12 Tf % a comment\n[(a) -5 <62>] TJ (a)Tj T* f* \' " Q');
    expect(told).toEqual([
      ['q'],
      ['cm', 1, 0, 0, 1, 10, 20],
      ['Tf', '/F1', 12],
      ['TJ', ['(a)', -5, '(b)']],
      ['Tj', '(a)'],
      ['T*'],
      ['f*'],
      ["'"],
      ['"'],
      ['Q'],
    ]);
    expect(isRead).toBe(true);
  });
  it('is none in a stream of nothing, or of operands', () => {
    for (const text of ['', '  \n', '%q', '1 2 (a)', '1 2 (a) ']) expect(operatorsIn(text)).toEqual({ told: [], isRead: true });
  });
  it('has the first 64 operands', () => {
    const operands = (count: number) => Array.from({ length: count }, (_, i) => i);
    const at = (count: number) =>
      operatorsIn(
        `${operands(count)
          .map((one) => `${one} `)
          .join('')}scn 1 g`,
      ).told;
    expect(at(64)).toEqual([
      ['scn', ...operands(64)],
      ['g', 1],
    ]);
    expect(at(65)).toEqual([
      ['scn', ...operands(64)],
      ['g', 1],
    ]);
  });
  it.each(['q (never closed', 'q ) Q', 'q << /A >> Q', 'q [1 2', 'q endstream Q', 'q { Q'])(
    'stands before what cannot be read: %s',
    (text) => {
      expect(operatorsIn(text)).toEqual({ told: [['q']], isRead: false });
    },
  );
  it('nested too deep stops the file', () => {
    expect(faultIn(() => operatorsIn(`q ${'['.repeat(70)}`))).toBe('over-limits: nested too deep');
  });
  it('that fails is not taken for one that cannot be read', () => {
    const failing = (error: Error) => () =>
      eachOperator(viewWith({}), latin('q'), () => {
        throw error;
      });
    expect(failing(new TypeError('odd'))).toThrow(TypeError);
    expect(failing(new PdfError('over-limits', 'much'))).toThrow(PdfError);
  });
});

describe('an inline image', () => {
  it.each([
    ['BI /W 1 ID xyz EI Q', ['BI', 'ID', 'Q']],
    ['BI /W 1 ID\n\x00\xff(<[\nEI\nQ', ['BI', 'ID', 'Q']],
    ['BI ID xEI EIx EI Q', ['BI', 'ID', 'Q']],
    ['BI ID  EIEI  EI Q', ['BI', 'ID', 'Q']],
    ['BI ID x EI', ['BI', 'ID']],
    ['BI ID x EI\0Q', ['BI', 'ID', 'Q']],
    ['BI ID x Q', ['BI', 'ID']],
    ['BI ID xEI Q', ['BI', 'ID']],
    ['BI ID EI Q', ['BI', 'ID', 'Q']],
    ['BI ID x EI Q BI ID y EI q', ['BI', 'ID', 'Q', 'BI', 'ID', 'q']],
  ])('%j', (text, words) => {
    const { told, isRead } = operatorsIn(text);
    expect([told.map((one) => (Array.isArray(one) ? one[0] : null)), isRead]).toEqual([words, true]);
  });
  it('has its dictionary as operands', () => {
    expect(operatorsIn('BI /W 2 ID x EI Q').told).toEqual([['BI'], ['ID', '/W', 2], ['Q']]);
  });
});

it('time is looked at after each 4096 values', () => {
  let count = 0;
  const view: View = {
    ...viewWith({}),
    tick: () => {
      count += 1;
    },
  };
  const ticks = (values: number): number => {
    count = 0;
    operatorsIn('1 '.repeat(values), view);
    return count;
  };
  expect([ticks(4095), ticks(4096), ticks(8191), ticks(8192)]).toEqual([0, 1, 1, 2]);
});
