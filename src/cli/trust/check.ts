/** `check FILE`: every fault and warning of an envelope, offline, for whoever writes the system that sends it. */
import { stat } from 'node:fs/promises';
import type { Fault, Warning } from '../../errors.ts';
import { type Given, textOf } from '../command.ts';
import { type Exit, exits, Stopped } from '../ending.ts';
import { answer, type Terminal } from '../terminal.ts';
import { contextOf } from './context.ts';
import { digestOf, type Inspected, inspectEnvelope } from './inspection.ts';
import { treeFor } from './tree.ts';

const profileOf = (given: Given): 'member' | 'hub' => {
  const text = textOf(given, 'profile') ?? 'member';
  if (text === 'member' || text === 'hub') return text;
  throw new Stopped(exits.usage, '--profile phải là member hoặc hub', '--profile is member or hub');
};

const lineFor = (mark: string, { code, at, vi, en, legacyCode }: Fault | Warning): string =>
  [
    `${mark} ${code}${legacyCode === undefined ? '' : ` (${legacyCode})`}`,
    `  tại: ${at === '' ? '(toàn bộ thông điệp)' : at}`,
    `  ${vi}`,
    `  ${en}`,
  ].join('\n');

const linesFor = (file: string, { reading, faults, proof }: Inspected, anchors: ReadonlySet<string>): readonly string[] => {
  const { message, warnings } = reading;
  const what =
    message === null
      ? 'không đọc được thông điệp'
      : message.kind === 'status'
        ? `trạng thái ${message.statusCode}`
        : `văn bản loại ${message.type}`;
  return [
    `${file}: ${what}; ${faults.length} lỗi, ${warnings.length} cảnh báo`,
    ...faults.map((one) => lineFor('LỖI', one)),
    ...warnings.map((one) => lineFor('CẢNH BÁO', one)),
    ...(proof === null || proof.attachments.length === 0
      ? []
      : ['Chữ ký số:', ...proof.attachments.flatMap((one) => treeFor({ ...one, file }, [], anchors))]),
    ...(faults.length === 0 ? ['Không có lỗi về cấu trúc. Nơi gửi, nơi nhận được kiểm tra khi gửi: lienthong send --check'] : []),
  ];
};

export const check = async (terminal: Terminal, file: string, given: Given): Promise<Exit> => {
  const profile = profileOf(given);
  const context = contextOf(terminal, given);
  const inspected = await inspectEnvelope({ path: file }, profile, context);
  const { reading, faults, proof } = inspected;
  const { message, warnings, contentDigest } = reading;
  const value = {
    file,
    kind: message?.kind ?? null,
    type: message?.kind === 'document' ? message.type : null,
    documentId: message === null ? null : message.kind === 'document' ? message.documentId : message.responseFor.documentId,
    sha256: await digestOf(file),
    size: (await stat(file)).size,
    contentDigest,
    proof,
    warnings,
    errors: faults,
  };
  answer(terminal, value, linesFor(file, inspected, new Set(context.trust.anchors.map(({ sha256 }) => sha256))));
  return faults.length === 0 ? exits.done : exits.input;
};
