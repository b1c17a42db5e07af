/** `certificates import` and `certificates list` (contract, "Whose signatures"). */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Hub } from '../../hub.ts';
import { type CertificateRow, endingOf, listCertificates } from '../../oversight/holders/listing.ts';
import { dayText } from '../../oversight/numerals.ts';
import { type HolderSheet, readHolderSheet } from '../../oversight/sheets/holder-sheet.ts';
import { holderKindWords, knownByWords } from '../../oversight/words.ts';
import { organFor } from '../../records/organ.ts';
import { type CommandLine, textOf } from '../command.ts';
import { exits, Stopped } from '../ending.ts';
import { columnsOf } from '../grid.ts';
import { operator, withHub } from '../store.ts';
import { answer, remark, type Terminal } from '../terminal.ts';

const write = async (hub: Hub, bytes: Uint8Array, file: string, dryRun: boolean): Promise<HolderSheet> => {
  const [directory, listed, met] = await Promise.all([hub.organs.directory(), hub.holders.list(), hub.holders.met(null)]);
  const sheet = readHolderSheet(bytes, { directory, listed, met });
  const holders = [...sheet.added, ...sheet.changed];
  if (dryRun || sheet.errors.length > 0 || holders.length === 0) return sheet;
  await hub.holders.put(holders, {
    entryId: randomUUID(),
    at: hub.now().toISOString(),
    act: 'certificates.imported',
    by: operator.keyId,
    subject: file,
    details: { added: sheet.added.length, changed: sheet.changed.length, unchanged: sheet.unchanged },
  });
  return sheet;
};

const linesFor = (sheet: HolderSheet, dryRun: boolean): readonly string[] => {
  if (sheet.errors.length > 0) return [`Không ghi gì: tệp có ${sheet.errors.length} lỗi / nothing written: ${sheet.errors.length} errors`];
  const counts = `thêm ${sheet.added.length}, sửa ${sheet.changed.length}, giữ nguyên ${sheet.unchanged}`;
  return [dryRun ? `Chạy thử, không ghi: ${counts} / dry run, nothing written` : `Đã nhập danh sách chứng thư số: ${counts}`];
};

const importFile = async (terminal: Terminal, file: string, dryRun: boolean) => {
  const bytes = await readFile(file);
  const sheet = await withHub(terminal, (hub) => write(hub, bytes, file, dryRun));
  for (const { line, column, code, vi, en } of sheet.errors)
    remark(terminal, `LỖI dòng ${line}${column === '' ? '' : `, cột ${column}`} (${code}): ${vi} / ${en}`);
  for (const { line, column, vi, en } of sheet.warnings) remark(terminal, `CẢNH BÁO dòng ${line}, cột ${column}: ${vi} / ${en}`);
  const { added, changed, unchanged, errors, warnings } = sheet;
  const failed = errors.length > 0;
  answer(
    terminal,
    { added: failed ? 0 : added.length, changed: failed ? 0 : changed.length, unchanged: failed ? 0 : unchanged, errors, warnings },
    linesFor(sheet, dryRun),
  );
  return failed ? exits.input : exits.done;
};

const endingWords = { ended: ' (đã hết hạn)', ending: ' (sắp hết hạn)' } as const;

const cellsFor = (row: CertificateRow, now: Date): readonly string[] => {
  const ending = endingOf(row, now);
  return [
    row.serial,
    row.person ?? row.name ?? '–',
    holderKindWords[row.kind],
    row.organ === null ? '–' : `${row.organ} ${row.organName ?? ''}`.trim(),
    row.knownBy === null ? 'chưa rõ' : knownByWords[row.knownBy],
    row.sightings.map(({ organ, documents }) => `${organ}: ${documents}`).join('; ') || '–',
    row.validTo === null ? '–' : `${dayText(row.validTo)}${ending === null ? '' : endingWords[ending]}`,
  ];
};

const list = async (terminal: Terminal, code: string | undefined) => {
  const { rows, now } = await withHub(terminal, async (hub) => {
    const organ = code === undefined ? null : organFor(await hub.organs.directory(), code);
    if (code !== undefined && organ === null)
      throw new Stopped(exits.input, `Mã ${code} không có trong danh mục`, `${code} is not in the directory`);
    const all = await listCertificates(hub);
    return { rows: organ === null ? all : all.filter((row) => row.organ === organ.code), now: hub.now() };
  });
  const header = ['Số sê-ri', 'Chủ thể', 'Loại', 'Cơ quan', 'Căn cứ', 'Văn bản', 'Hết hạn'];
  answer(
    terminal,
    rows,
    columnsOf(
      header,
      rows.map((row) => cellsFor(row, now)),
    ),
  );
  return exits.done;
};

export const certificateCommands: readonly CommandLine[] = [
  {
    name: 'certificates import',
    takes: '<file>',
    vi: 'Nhập danh sách chứng thư số của cơ quan, cá nhân từ tệp CSV; có một lỗi thì không ghi dòng nào',
    en: 'import the list of certificate holders from CSV, all or nothing',
    example: 'certificates import chung-thu-so.csv --dry-run',
    options: [['--dry-run', 'chỉ kiểm tra, không ghi']],
    run: (terminal, [file = ''], given) => importFile(terminal, file, given.dryRun === true),
  },
  {
    name: 'certificates list',
    takes: '',
    vi: 'Liệt kê chứng thư số đã khai báo hoặc đã gặp trên văn bản',
    en: 'list certificates that are registered or were met',
    example: 'certificates list --organ H99.11',
    options: [['--organ <code>', 'chỉ của cơ quan này']],
    run: (terminal, _args, given) => list(terminal, textOf(given, 'organ')),
  },
];
