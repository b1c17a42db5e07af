import { describe, expect, it } from 'vitest';
import { alertKindWords, alertText, deliveryStateWords, findingWords, type ReceiptFacts, receiptText } from '../../src/oversight/words.ts';
import { alertKinds } from '../../src/records/alert.ts';
import { deliveryStates } from '../../src/records/delivery.ts';
import type { DocumentReceipt } from '../../src/records/record.ts';
import { allReasons, findingOf } from '../../src/signature/proof.ts';

const receipt: DocumentReceipt = {
  recordId: 'r_1',
  documentId: 'H99.22,2026,27',
  kind: 'document',
  type: 0,
  sha256: 'ab'.repeat(32),
  size: 12,
  acceptedAt: '2026-11-20T08:02:11.000Z',
  proof: {
    ...findingOf('no-signature'),
    judgedAt: '2026-11-20T08:02:11.000Z',
    main: null,
    attachments: [],
    envelope: { verdict: 'unsigned', reason: 'no-signature' },
  },
  deliveries: [
    { deliveryId: 'd_1', organ: 'H99.01', state: 'queued', via: 'inbox' },
    { deliveryId: 'd_2', organ: 'G01', state: 'queued', via: 'upper' },
    { deliveryId: 'd_3', organ: 'H99.77', state: 'held', via: 'inbox' },
  ],
  alerts: [],
  warnings: [],
};
const facts: ReceiptFacts = {
  code: '27/UBND-VX',
  promulgatedOn: '2026-11-19',
  from: { code: 'H99.22', name: 'UBND xã Tân Lập' },
  names: new Map([
    ['H99.01', 'Sở Nội vụ'],
    ['G01', 'Bộ Nội vụ'],
  ]),
  now: new Map([['d_1', { state: 'collected', collectedAt: '2026-11-20T08:04:59.000Z' }]]),
};

describe('the receipt as people read it', () => {
  it('says what the hub has, when in Vietnamese time, and that this is not yet the recipient’s word', () => {
    expect(receiptText(receipt, facts)).toEqual([
      'XÁC NHẬN TRỤC ĐÃ NHẬN VĂN BẢN',
      'Số, ký hiệu: 27/UBND-VX, ngày 19/11/2026.',
      'Cơ quan gửi: UBND xã Tân Lập (H99.22).',
      'Trục nhận lúc 15:02:11 ngày 20/11/2026 (GMT+7).',
      `Mã tiếp nhận r_1; SHA-256 ${'ab'.repeat(32)}.`,
      'Kiểm tra chữ ký số: CHƯA KÝ SỐ.',
      'Nơi nhận: Sở Nội vụ – đã tải về 15:04; Bộ Nội vụ – chờ gửi lên Trục quốc gia; H99.77 – đang giữ, chờ quyết định.',
      'Đây là xác nhận của Trục, chưa phải thông báo đã tiếp nhận của cơ quan nhận (trạng thái 03).',
    ]);
  });
});

describe('words', () => {
  it('never call a signature valid whose revocation is unknown', () => {
    expect(findingWords('undetermined', 'revocation-unknown')).toBe('CHỮ KÝ TOÀN VẸN, CHƯA KIỂM TRA ĐƯỢC THU HỒI');
    expect(findingWords('valid', null)).toBe('HỢP LỆ');
    for (const reason of allReasons) expect(findingWords(findingOf(reason).verdict, reason)).not.toBe('HỢP LỆ');
  });

  it('have one for every kind and state, and none is English', () => {
    for (const kind of alertKinds) expect(alertKindWords[kind]).toMatch(/\p{L}/u);
    for (const state of deliveryStates) expect(deliveryStateWords[state]).not.toMatch(/^[a-z-]+$/);
  });

  it('say how grave an alert is and how many documents it gathers', () => {
    expect(alertText({ severity: 'high', vi: 'Chưa ký số – 27/UBND-VX', count: 1 })).toBe('[CAO] Chưa ký số – 27/UBND-VX');
    expect(alertText({ severity: 'critical', vi: 'Nội dung bị thay đổi', count: 3 })).toBe(
      '[NGHIÊM TRỌNG] Nội dung bị thay đổi (03 văn bản cùng loại)',
    );
  });
});
