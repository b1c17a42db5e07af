/** `paper import` and `report` (contract §6). */
import { readFile } from 'node:fs/promises';
import { complianceFor } from '../../oversight/compliance.ts';
import { declarePaper } from '../../oversight/paper.ts';
import { complianceCsv } from '../../oversight/report/csv.ts';
import { type ComplianceTable, complianceTable } from '../../oversight/report/table.ts';
import { readPaperSheet } from '../../oversight/sheets/paper-sheet.ts';
import type { PaperMonth } from '../../records/paper.ts';
import { type CommandLine, type Given, textOf } from '../command.ts';
import { exits, Stopped } from '../ending.ts';
import { gridOf } from '../grid.ts';
import { operator, withHub } from '../store.ts';
import { answer, progress, remark, type Terminal } from '../terminal.ts';

const importPaper = async (terminal: Terminal, file: string) => {
  const bytes = await readFile(file);
  const { errors, stored } = await withHub(terminal, async (hub) => {
    const sheet = readPaperSheet(bytes, await hub.organs.directory(), operator, hub.now());
    const done: PaperMonth[] = [];
    if (sheet.errors.length > 0) return { errors: sheet.errors, stored: done };
    const bar = progress(terminal, 'Khai báo', sheet.declarations.length);
    for (const declaration of sheet.declarations) {
      done.push(await declarePaper(hub, operator, declaration));
      bar.step(1);
    }
    bar.stop();
    return { errors: sheet.errors, stored: done };
  });
  for (const { line, column, code, vi, en } of errors)
    remark(terminal, `LỖI dòng ${line}${column === '' ? '' : `, cột ${column}`} (${code}): ${vi} / ${en}`);
  const failed = errors.length > 0;
  answer(terminal, { stored: stored.length, items: stored, errors }, [
    failed ? `Không ghi gì: tệp có ${errors.length} lỗi` : `Đã ghi số liệu của ${stored.length} dòng`,
  ]);
  return failed ? exits.input : exits.done;
};

/** An official's screen: names and notes wrap, numbers stand to the right. */
const shape = { widths: [5, 26, 9, 12, 10, 8, 9, 9, 14, 8, 8, 30], right: [2, 3, 4, 5, 6, 7, 8, 9, 10] };

/** The official table on a terminal; the demo prints the same. */
export const reportLines = (table: ComplianceTable): readonly string[] => [
  table.title,
  ...table.lines,
  ...gridOf(
    table.header,
    table.rows.map((row) => row.cells),
    shape,
  ),
];

const report = async (terminal: Terminal, period: string, given: Given) => {
  if (given.csv === true && terminal.json) throw new Stopped(exits.usage, 'Chọn --json hoặc --csv', 'Either --json or --csv');
  const kind = textOf(given, 'kind');
  const { compliance, facts } = await withHub(terminal, async (hub) => ({
    compliance: await complianceFor(hub, operator, { period, ...(kind === undefined ? {} : { kind }) }),
    facts: { name: hub.name, notice: hub.notice, target: hub.target },
  }));
  if (given.csv === true) terminal.out(complianceCsv(compliance));
  else answer(terminal, compliance, reportLines(complianceTable(compliance, facts)));
  return exits.done;
};

export const monthCommands: readonly CommandLine[] = [
  {
    name: 'paper import',
    takes: '<file>',
    vi: 'Nhập số liệu văn bản do cơ quan khai báo (organ,period,issuedToAgencies,paperOnly,otherElectronic)',
    en: 'import declared paper figures, all or nothing',
    example: 'paper import thang-11.csv',
    options: [],
    run: (terminal, [file = '']) => importPaper(terminal, file),
  },
  {
    name: 'report',
    takes: '<period>',
    vi: 'In bảng tổng hợp gửi, nhận văn bản điện tử của kỳ (2026-11, BC2026-11, 2026-Q4, 2026-H2, 2026)',
    en: 'print the figures of a period',
    example: 'report 2026-11 --csv > thang-11.csv',
    options: [
      ['--csv', 'in CSV (UTF-8 có BOM)'],
      ['--kind <kind>', 'administrative (mặc định), council, public-service, party, front-and-unions, vertical, enterprise hoặc all'],
    ],
    run: (terminal, [period = ''], given) => report(terminal, period, given),
  },
];
