import { describe, expect, test } from 'vitest';
import type { Profile } from '../../src/envelope/types.ts';
import { readText } from '../support/reading.ts';
import { sampleDocument, sampleStatus } from '../support/sample-form.ts';

const sample = sampleDocument(1);
const without = (name: string, text = sample): string => text.replace(new RegExp(`\\s*<edXML:${name}>[\\s\\S]*?</edXML:${name}>`), '');
const faultsOf = async (text: string, profile: Profile = 'member') =>
  (await readText(text, profile)).faults.map(({ code, at, legacyCode }) => [code, at, legacyCode ?? '']);
const warningsOf = async (text: string, profile: Profile = 'member') =>
  (await readText(text, profile)).warnings.map(({ code, at, legacyCode }) => [code, at, legacyCode ?? '']);

/** Contract §5: "`envelope.invalid` refuses only: …". */
describe('what refuses, with its place and the older code', () => {
  test.each([
    [
      'From/OrganId',
      (t: string) => t.replace('<edXML:OrganId>H99.22</edXML:OrganId>', ''),
      'MessageHeader/From/OrganId',
      'N.MessageHeader.From.OrganId',
    ],
    ['no To', (t: string) => without('To', t), 'MessageHeader/To', 'N.MessageHeader.To'],
    [
      'To/OrganId',
      (t: string) => t.replace('<edXML:OrganId>H99.01<', '<edXML:OrganId> <'),
      'MessageHeader/To[1]/OrganId',
      'N.MessageHeader.To.OrganId',
    ],
    ['DocumentId', (t: string) => without('DocumentId', t), 'MessageHeader/DocumentId', 'N.MessageHeader.DocumentId'],
    ['Code', (t: string) => without('Code', t), 'MessageHeader/Code', 'N.MessageHeader.Code'],
    [
      'PromulgationDate',
      (t: string) => without('PromulgationDate', t),
      'MessageHeader/PromulgationInfo/PromulgationDate',
      'N.MessageHeader.PromulgationInfo.PromulgationDate',
    ],
    [
      'BussinessDocType',
      (t: string) => t.replace('DocType>0<', 'DocType>4<'),
      'TraceHeaderList/Bussiness/BussinessDocType',
      'M.TraceHeaderList.Bussiness.BussinessDocType',
    ],
  ])('%s', async (_name, change, at, legacy) => {
    expect(await faultsOf(change(sample))).toEqual([['envelope.invalid', at, legacy]]);
  });

  test('all faults are named, in the order of the standard', async () => {
    const bad = without('DocumentId', without('Code'))
      .replace('2025/07/15</edXML:PromulgationDate>', '2014/02/30</edXML:PromulgationDate>')
      .replace('<edXML:OrganId>H99.22</edXML:OrganId>', '')
      .replace('<ContentId>cid:3f1c7e0a', '<ContentId>cid:x')
      .replace('<AttachmentName>27_UBND-VX.pdf', '<AttachmentName>a/b.pdf');
    expect((await faultsOf(bad)).map(([code, at]) => `${code} ${at}`)).toEqual([
      'envelope.invalid MessageHeader/From/OrganId',
      'envelope.invalid MessageHeader/DocumentId',
      'envelope.invalid MessageHeader/Code',
      'date.invalid MessageHeader/PromulgationInfo/PromulgationDate',
      'manifest.mismatch Reference[1]',
      'manifest.mismatch Attachment[1]',
      'attachment.name Attachment[1]/AttachmentName',
    ]);
  });

  test('the second of two recipients is pointed at', async () => {
    const second = '<edXML:To><edXML:OrganName>Sở Xây dựng</edXML:OrganName></edXML:To>';
    expect(await faultsOf(sample.replace('<edXML:DocumentId>', `${second}<edXML:DocumentId>`))).toEqual([
      ['envelope.invalid', 'MessageHeader/To[2]/OrganId', 'N.MessageHeader.To.OrganId'],
    ]);
  });

  test('at most 100 faults are listed', async () => {
    const many = '<edXML:To><edXML:OrganId/></edXML:To>'.repeat(150);
    expect(await faultsOf(sample.replace('<edXML:DocumentId>', `${many}<edXML:DocumentId>`))).toHaveLength(100);
  });

  test('2,000 recipients pass, 2,001 and 10,000 are too many', async () => {
    const to = (count: number): string =>
      Array.from(
        { length: count },
        (_, index) =>
          `<edXML:To><edXML:OrganId>H99.${100 + index}</edXML:OrganId><edXML:OrganName>Đơn vị ${index}</edXML:OrganName><edXML:OrganAdd>${'x'.repeat(200)}</edXML:OrganAdd></edXML:To>`,
      ).join('');
    const named = (count: number): string => without('To').replace('<edXML:DocumentId>', `${to(count)}<edXML:DocumentId>`);
    expect(await faultsOf(named(2000))).toEqual([]);
    expect(await faultsOf(named(2001))).toEqual([['recipient.too-many', 'MessageHeader/To[2001]', 'R.MessageHeader.To']]);
    expect(await faultsOf(named(10_000))).toEqual([['recipient.too-many', 'MessageHeader/To[2001]', 'R.MessageHeader.To']]);
  });
});

describe('today in Việt Nam may be tomorrow in Greenwich', () => {
  const dated = (day: string): string => sample.replace('2025/07/15</edXML:PromulgationDate>', `${day}</edXML:PromulgationDate>`);

  test('the reading is made on 22 November at 10:00 there', async () => {
    expect(await faultsOf(dated('2026/11/22'))).toEqual([]);
    expect((await faultsOf(dated('2026/11/23')))[0]?.[0]).toBe('date.future');
    expect((await faultsOf(dated('2024/02/29')))[0]).toBeUndefined();
    expect((await faultsOf(dated('2023/02/29')))[0]?.[0]).toBe('date.invalid');
  });
});

describe('from a hub the same faults only warn', () => {
  test.each([
    ['envelope.invalid', without('Code')],
    ['envelope.invalid', without('PromulgationDate')],
    ['date.invalid', sample.replace('2025/07/15</edXML:PromulgationDate>', '2014/02/30</edXML:PromulgationDate>')],
    ['date.future', sample.replace('2025/07/15</edXML:PromulgationDate>', '2999/01/01</edXML:PromulgationDate>')],
    ['manifest.mismatch', without('Reference')],
    ['attachment.name', sample.replaceAll('27_UBND-VX.pdf', 'a/b.pdf')],
  ])('%s', async (code, text) => {
    expect((await faultsOf(text, 'member'))[0]?.[0]).toBe(code);
    expect(await faultsOf(text, 'hub')).toEqual([]);
    expect((await warningsOf(text, 'hub')).map(([warned]) => warned)).toContain(code);
  });

  test('but not the rest', async () => {
    expect(await faultsOf(without('DocumentId'), 'hub')).not.toEqual([]);
    expect(await faultsOf(sample.replace('JVBERi', '@@@@'), 'hub')).not.toEqual([]);
  });

  test('and odd organ codes do not', async () => {
    const odd = sample.replace('<edXML:OrganId>H99.01<', '<edXML:OrganId>28.22.H17<');
    expect(await warningsOf(odd, 'member')).toEqual([['envelope.invalid', 'MessageHeader/To[1]/OrganId', 'M.MessageHeader.To.OrganId']]);
    expect(await warningsOf(odd, 'hub')).toEqual([]);
  });
});

describe('what only warns, with the older code', () => {
  test('an ordinary sample has no warning at all', async () => {
    expect(await warningsOf(sample)).toEqual([]);
    expect(await warningsOf(sampleStatus('03', 1))).toEqual([]);
  });

  test.each([
    ['no subject', without('Subject'), 'N.MessageHeader.Subject'],
    ['long subject', sample.replace('V/v', 'x'.repeat(501)), 'R.MessageHeader.Subject'],
    ['long number', sample.replace('CodeNumber>1<', 'CodeNumber>123456789012<'), 'R.MessageHeader.Code.CodeNumber'],
    ['long notation', sample.replace('Notation>UBND-VX<', `Notation>${'X'.repeat(31)}<`), 'R.MessageHeader.Code.CodeNotation'],
    ['priority', sample.replace('Priority>0<', 'Priority>9<'), 'M.MessageHeader.OtherInfo.Priority'],
    ['type', sample.replace('<edXML:Type>2<', '<edXML:Type>hai<'), 'T.MessageHeader.DocumentType.Type'],
    [
      'due date',
      sample.replace('<edXML:OtherInfo>', '<edXML:DueDate>30/11/2026</edXML:DueDate><edXML:OtherInfo>'),
      'T.MessageHeader.DueDate',
    ],
    ['paper', sample.replace('Paper>0<', 'Paper>2<'), 'M.TraceHeaderList.Bussiness.Paper'],
    ['trace time', sample.replace('2025/07/15 08:30:00', '15/07/2025'), 'T.TraceHeaderList.TraceHeader.Timestamp'],
    ['other name in the manifest', sample.replace('<AttachmentName>27', '<AttachmentName>28'), 'M.Attachment.AttachmentName'],
  ])('%s', async (_name, text, legacy) => {
    expect(await faultsOf(text)).toEqual([]);
    expect((await warningsOf(text)).map(([, , code]) => code)).toEqual([legacy]);
  });

  test('no Bussiness', async () => {
    expect((await warningsOf(without('Bussiness'))).map(([code]) => code)).toEqual(['envelope.missing-business']);
  });

  test('bytes that are not what ContentType says', async () => {
    const word = sample.replaceAll('application/pdf', 'application/msword');
    expect(await warningsOf(word)).toEqual([['attachment.type-mismatch', 'Attachment[1]/ContentType', 'M.Attachment-Type']]);
  });

  test('a characters count is of characters, not of bytes or halves', async () => {
    const subject = (text: string): string => sample.replace(/<edXML:Subject>[^<]*/, `<edXML:Subject>${text}`);
    expect(await warningsOf(subject('ậ'.repeat(500)))).toEqual([]);
    expect(await warningsOf(subject('𠮷'.repeat(500)))).toEqual([]);
    expect(await warningsOf(subject('ậ'.normalize('NFD').repeat(500)))).toEqual([]);
  });
});
