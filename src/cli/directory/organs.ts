/** `organs import` and `organs list` (contract §1). */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { foldText } from '../../envelope/text.ts';
import type { Hub } from '../../hub.ts';
import { type OrganSheet, readOrganSheet } from '../../oversight/sheets/organ-sheet.ts';
import { type CommandLine, textOf } from '../command.ts';
import { exits, Stopped } from '../ending.ts';
import { columnsOf } from '../grid.ts';
import { operator, withHub } from '../store.ts';
import { answer, remark, type Terminal } from '../terminal.ts';

/** Another import may run at the same time: then the file is read against the newer directory again. */
const write = async (hub: Hub, bytes: Uint8Array, file: string, dryRun: boolean): Promise<OrganSheet> => {
  for (let attempt = 0; attempt < 8; attempt += 1) {
    const directory = await hub.organs.directory();
    const sheet = readOrganSheet(bytes, directory);
    const organs = [...sheet.added, ...sheet.changed];
    if (dryRun || sheet.errors.length > 0 || organs.length === 0) return sheet;
    const journal = {
      entryId: randomUUID(),
      at: hub.now().toISOString(),
      act: 'organs.imported',
      by: operator.keyId,
      subject: file,
      details: { added: sheet.added.length, changed: sheet.changed.length, unchanged: sheet.unchanged },
    };
    const done = await hub.organs.put(organs, directory.version, journal);
    if (done.kind === 'done') return sheet;
  }
  throw new Stopped(exits.later, 'Danh mục đang được cập nhật, hãy thử lại', 'The directory is being changed, try again');
};

const linesFor = (sheet: OrganSheet, dryRun: boolean): readonly string[] => {
  if (sheet.errors.length > 0) return [`Không ghi gì: tệp có ${sheet.errors.length} lỗi / nothing written: ${sheet.errors.length} errors`];
  const counts = `thêm ${sheet.added.length}, sửa ${sheet.changed.length}, giữ nguyên ${sheet.unchanged}`;
  return [dryRun ? `Chạy thử, không ghi: ${counts} / dry run, nothing written` : `Đã nhập danh mục: ${counts}`];
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

const list = async (terminal: Terminal, words: string | undefined) => {
  const directory = await withHub(terminal, (hub) => hub.organs.directory());
  const wanted = foldText(words ?? '');
  const organs = [...directory.organs.values()]
    .filter((organ) => foldText([organ.code, ...organ.oldCodes, organ.name, organ.system ?? ''].join(' ')).includes(wanted))
    .sort((a, b) => (a.code < b.code ? -1 : 1));
  const rows = organs.map((organ) => [
    organ.code,
    organ.name,
    organ.level,
    organ.kind,
    organ.member ? 'có' : 'không',
    organ.system ?? '–',
    organ.locked ? 'khóa' : (organ.validTo ?? ''),
  ]);
  answer(terminal, organs, columnsOf(['Mã', 'Tên', 'Cấp', 'Loại', 'Thuộc Trục', 'Hệ thống', 'Đóng'], rows));
  return exits.done;
};

export const organCommands: readonly CommandLine[] = [
  {
    name: 'organs import',
    takes: '<file>',
    vi: 'Nhập danh mục cơ quan từ tệp CSV; có một lỗi thì không ghi dòng nào',
    en: 'import organs from CSV, all or nothing',
    example: 'organs import danh-muc.csv --dry-run',
    options: [['--dry-run', 'chỉ kiểm tra, không ghi']],
    run: (terminal, [file = ''], given) => importFile(terminal, file, given.dryRun === true),
  },
  {
    name: 'organs list',
    takes: '',
    vi: 'Liệt kê danh mục',
    en: 'list the directory',
    example: "organs list --find 'so noi vu'",
    options: [['--find <words>', 'lọc theo mã, tên hoặc hệ thống, không cần dấu']],
    run: (terminal, _args, given) => list(terminal, textOf(given, 'find')),
  },
];
