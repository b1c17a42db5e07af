import { describe, expect, test } from 'vitest';
import { type Secrecy, secrecyFor } from '../../src/envelope/secrecy.ts';
import type { Envelope, Message, UnknownElement } from '../../src/envelope/types.ts';
import { readText } from '../support/reading.ts';
import { sampleDocument, sampleStatus } from '../support/sample-form.ts';

const read = async (text: string): Promise<Message> => {
  const { message } = await readText(text);
  if (message === null) throw new Error('unreadable');
  return message;
};
const envelope = (await read(sampleDocument(1))) as Envelope;
const status = await read(sampleStatus('03', 1));
const element = (text: string | null, attributes: Record<string, string> = {}): UnknownElement => ({
  parent: 'MessageHeader',
  name: 'Extension',
  namespace: '',
  attributes,
  text,
  children: [],
});
const subject = (text: string): Secrecy => secrecyFor({ ...envelope, subject: text });

/** Contract §5, "Secret documents". */
describe('a whole field value that is a degree of secrecy is secret', () => {
  test.each(['Mật', 'MẬT', 'mật', ' Tối mật ', 'TỐI MẬT', 'Tuyệt mật', 'tuyệt  mật', 'Mật'.normalize('NFD'), 'M\u200Bật'])(
    '"%s"',
    (text) => {
      expect(subject(text).kind).toBe('secret');
    },
  );

  test.each([
    ['content', { content: 'Mật' }],
    ['type name', { documentType: { ...envelope.documentType, typeName: 'Mật' } }],
    ['scope', { other: { ...envelope.other, sphereOfPromulgation: 'Tối mật' } }],
    ['appendix', { other: { ...envelope.other, appendixes: ['x', 'Mật'] } }],
    ['place of receipt', { toPlaces: ['Lưu: VT', 'Mật'] }],
    ['recipient', { to: [{ ...(envelope.to[0] as Envelope['to'][number]), address: 'Mật' }] }],
    ['reason', { business: { ...envelope.business, reason: 'Mật' } }],
    [
      'description of a file',
      { attachments: [{ ...(envelope.attachments[0] as Envelope['attachments'][number]), description: 'Tuyệt mật' }] },
    ],
    ['unknown element', { unknown: [element('Mật')] }],
    ['element inside an unknown one', { unknown: [{ ...element(null), children: [element('Mật')] }] }],
    ['attribute of an unknown element', { unknown: [element(null, { level: 'Mật' })] }],
  ] as const)('in any field: %s', (_name, change) => {
    expect(secrecyFor({ ...envelope, ...change } as Message).kind).toBe('secret');
  });

  test('in a status too', () => {
    expect(secrecyFor({ ...status, description: 'Tối mật' } as Message).kind).toBe('secret');
  });

  test('also where a value did not fit its type', async () => {
    const text = sampleDocument(1);
    for (const changed of [
      text.replace('<edXML:Priority>0', '<edXML:Priority>Mật'),
      text.replace('<edXML:Paper>0', '<edXML:Paper>Tối mật'),
    ]) {
      expect(secrecyFor(await read(changed)).kind).toBe('secret');
    }
  });
});

describe('the place is named in the words of the wire', () => {
  test.each([
    ['<edXML:OrganName>Sở Nội vụ tỉnh Mẫu', '<edXML:OrganName>Mật', 'MessageHeader/To[1]/OrganName'],
    ['Lưu: VT', 'Mật', 'MessageHeader/ToPlaces/Place[1]'],
    ['Văn bản điện tử mới', 'Mật', 'TraceHeaderList/Bussiness/BussinessDocReason'],
    ['<Description>Văn bản chính', '<Description>Mật', 'Attachment[1]/Description'],
    ['<edXML:Description>Văn bản chính', '<edXML:Description>Mật', 'Reference[1]/Description'],
    ['<edXML:OtherInfo>', '<edXML:OtherInfo><edXML:Level>Mật</edXML:Level>', 'MessageHeader/OtherInfo/Level'],
  ])('%s', async (from, to, at) => {
    expect(secrecyFor(await read(sampleDocument(1).replace(from, to)))).toEqual({ kind: 'secret', at });
  });
});

describe('a field that states the degree is secret', () => {
  test.each([
    'Độ mật: Mật',
    'độ mật:tối mật',
    'Mức độ mật: Tuyệt mật',
    'MỨC ĐỘ MẬT: MẬT',
    'Văn bản số 5. Độ mật: Tối mật, độ khẩn: thường',
    'Độ mật: "Mật".',
    'Độ  mật : MẬT',
  ])('"%s"', (text) => {
    expect(subject(text).kind).toBe('secret');
  });

  test.each(['Độ mật: Thường', 'Độ mật: Không', 'Độ mật:', 'Mức độ mật: bình thường', 'Mật độ: mật độ dân số', 'Độ mật: mật độ cao'])(
    'but not "%s"',
    (text) => {
      expect(subject(text).kind).toBe('none');
    },
  );
});

describe('a stamp word or an odd urgency is a suspicion', () => {
  test.each([
    '(MẬT)',
    'Công văn (MẬT) về việc A',
    'V/v phối hợp (TỐI MẬT)',
    '[TUYỆT MẬT] Kế hoạch',
    'MẬT - Kế hoạch',
    'Kế hoạch số 5, MẬT',
  ])('"%s"', (text) => {
    expect(subject(text).kind).toBe('suspected');
  });

  test('in content and notation', () => {
    expect(secrecyFor({ ...envelope, content: 'Văn bản (MẬT)' })).toEqual({ kind: 'suspected', at: 'MessageHeader/Content' });
    expect(secrecyFor({ ...envelope, notation: 'UBND-VX (MẬT)' })).toEqual({ kind: 'suspected', at: 'MessageHeader/Code/CodeNotation' });
  });

  test.each([5, 9, -1])('Priority %i', (priority) => {
    expect(secrecyFor({ ...envelope, priority })).toEqual({ kind: 'suspected', at: 'MessageHeader/OtherInfo/Priority' });
  });

  test.each([0, 1, 2, 3, 4])('Priority %i is not', (priority) => {
    expect(secrecyFor({ ...envelope, priority }).kind).toBe('none');
  });
});

describe('ordinary words pass', () => {
  test.each([
    'V/v mật độ xây dựng',
    'Mật độ xây dựng tối đa 60%',
    'MẬT ĐỘ XÂY DỰNG',
    'V/v tăng cường bảo vệ bí mật nhà nước',
    'TĂNG CƯỜNG BẢO VỆ BÍ MẬT NHÀ NƯỚC',
    'Danh mục bí mật nhà nước độ Mật',
    'Đổi mật khẩu hệ thống',
    'MẬT KHẨU',
    'Công tác bảo mật thông tin',
    'BẢO MẬT',
    'Mật mã dân sự',
    'Nuôi ong lấy mật',
    'Đường mật',
    'V/v Tối mật thư',
    'Họp kín, bí mật',
  ])('"%s"', (text) => {
    expect(subject(text)).toEqual({ kind: 'none', at: '' });
    expect(secrecyFor({ ...envelope, content: text, unknown: [element(text)] }).kind).toBe('none');
  });

  test('an ordinary document and status', () => {
    expect([secrecyFor(envelope).kind, secrecyFor(status).kind]).toEqual(['none', 'none']);
  });
});

test('a field of 300,000 words is judged in time that grows with its length only', () => {
  for (const word of ['BẢO MẬT ', 'độ mật ', 'độ   ', 'MẬT ĐỘ ', '(MẬT', 'mật', ' ']) {
    const started = performance.now();
    expect(subject(`${word.repeat(300_000)}.`).kind).not.toBe('secret');
    expect(performance.now() - started).toBeLessThan(10_000);
  }
});
