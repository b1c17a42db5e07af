/** `send FILE`: posts one envelope and prints the receipt (contract §5, §7). */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { clockText, dayOfInstant } from '../../oversight/numerals.ts';
import { deliveryStateWords, findingWords } from '../../oversight/words.ts';
import type { DocumentReceipt, Receipt } from '../../records/record.ts';
import type { CommandLine, Given } from '../command.ts';
import { exits, Stopped } from '../ending.ts';
import { answer, progress, remark, type Terminal } from '../terminal.ts';
import { type Axis, axisFrom, axisOptions, call, jsonFrom } from './client.ts';

/** The file as a body; each piece that leaves moves the bar. */
const fileBody = async (terminal: Terminal, file: string) => {
  const { size } = await stat(file);
  const bar = progress(terminal, 'Gửi', size);
  // A transform, not a listener: nothing may flow before the hub has said that it wants the body.
  const counted = new Transform({
    transform: (piece: Buffer, _encoding, done) => {
      bar.step(piece.length);
      done(null, piece);
    },
  });
  return { size, bar, stream: createReadStream(file).pipe(counted) };
};

/** Where a delivery stood when the receipt was given; a newer hub may know states that this program does not. */
const stateText = ({ state, via }: DocumentReceipt['deliveries'][number]): string => {
  if (via === 'upper' && state === 'queued') return 'chờ gửi lên Trục quốc gia';
  return (deliveryStateWords as Readonly<Record<string, string>>)[state] ?? state;
};

const documentLines = (receipt: DocumentReceipt, replayed: boolean): readonly string[] => [
  replayed ? 'Trục đã nhận văn bản này trước đây (biên nhận như lần đầu)' : 'Trục đã nhận văn bản',
  `Mã tiếp nhận: ${receipt.recordId}`,
  `Mã văn bản:   ${receipt.documentId}`,
  `SHA-256:      ${receipt.sha256}`,
  `Nhận lúc:     ${clockText(receipt.acceptedAt)} ngày ${dayOfInstant(receipt.acceptedAt)} (GMT+7)`,
  `Chữ ký số:    ${findingWords(receipt.proof.verdict, receipt.proof.reason)}`,
  ...receipt.deliveries.map((one) => `Nơi nhận:     ${one.organ} – ${stateText(one)} (${one.deliveryId})`),
  ...receipt.alerts.map((one) => `Cảnh báo:     ${one.vi}`),
];

export const receiptLines = (receipt: Receipt, replayed: boolean): readonly string[] =>
  'deliveries' in receipt
    ? documentLines(receipt, replayed)
    : [
        `Trục đã nhận trạng thái ${receipt.statusCode}: ${receipt.matched ? 'đã khớp văn bản' : 'chưa thấy văn bản, giữ chờ 30 ngày'}`,
        `Mã tiếp nhận: ${receipt.recordId}`,
      ];

const sendFile = async (terminal: Terminal, file: string, given: Given) => {
  const axis: Axis = axisFrom(terminal, given);
  if (given.check === true && given.xml === true) throw new Stopped(exits.usage, 'Chọn --check hoặc --xml', 'Either --check or --xml');
  if (given.xml === true && terminal.json) throw new Stopped(exits.usage, 'Chọn --json hoặc --xml', 'Either --json or --xml');
  const { size, stream, bar } = await fileBody(terminal, file);
  const accept = given.xml === true ? 'application/xml' : 'application/json';
  const path = given.check === true ? 'v1/envelopes?check=true' : 'v1/envelopes';
  try {
    const arrived = await call(axis, { method: 'POST', path, accept, type: 'application/xml', body: { size, stream } });
    if (given.xml === true) {
      for await (const piece of arrived.stream) terminal.out(String(piece));
      return exits.done;
    }
    const receipt = await jsonFrom<Receipt>(arrived);
    const lines =
      given.check === true ? ['Không có lỗi; Trục chưa giữ lại gì'] : receiptLines(receipt, arrived.headers.replayed === 'true');
    answer(terminal, receipt, lines);
    for (const { code, at, vi, en } of receipt.warnings)
      remark(terminal, `CẢNH BÁO ${code}${at === '' ? '' : ` tại ${at}`}: ${vi} / ${en}`);
    return exits.done;
  } finally {
    bar.stop();
    stream.destroy();
  }
};

export const sendCommand: CommandLine = {
  name: 'send',
  takes: '<file>',
  vi: 'Gửi một thông điệp edXML lên Trục và in biên nhận',
  en: 'post an edXML message and print the receipt',
  example: 'send van-ban.edxml --url http://127.0.0.1:8080 --key lt_…',
  options: [...axisOptions, ['--check', 'chỉ kiểm tra tại Trục, không gửi'], ['--xml', 'in biên nhận có chữ ký của Trục (XML)']],
  run: (terminal, [file = ''], given) => sendFile(terminal, file, given),
};
