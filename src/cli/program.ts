/** The command line: every command with its help, through commander. */
import { Command, CommanderError } from 'commander';
import { inboxCommand } from './axis/inbox.ts';
import { sendCommand } from './axis/send.ts';
import { simulateCommand } from './axis/simulate.ts';
import { backupCommands } from './backup/commands.ts';
import { disconnectCommand, listCommand } from './broker/accounts.ts';
import { connectCommand } from './broker/connect.ts';
import { definitionsCommand } from './broker/definitions.ts';
import { parkedCommand } from './broker/parked.ts';
import type { CommandLine } from './command.ts';
import { demoCommand } from './demo.ts';
import { certificateCommands } from './directory/certificates.ts';
import { keyCommands } from './directory/keys.ts';
import { organCommands } from './directory/organs.ts';
import { doctorCommand } from './doctor/command.ts';
import { type Exit, endWith, exits, Stopped } from './ending.ts';
import { journalCommand } from './journal.ts';
import { migrateCommand } from './migrate/command.ts';
import { monthCommands } from './month/commands.ts';
import type { Terminal } from './terminal.ts';
import { anchorCommands, checkCommand, crlCommands, verifyCommand } from './trust/commands.ts';

const lines: readonly CommandLine[] = [
  demoCommand,
  sendCommand,
  inboxCommand,
  simulateCommand,
  checkCommand,
  verifyCommand,
  ...organCommands,
  ...keyCommands,
  ...certificateCommands,
  ...anchorCommands,
  ...crlCommands,
  ...monthCommands,
  connectCommand,
  disconnectCommand,
  listCommand,
  definitionsCommand,
  parkedCommand,
  ...backupCommands,
  migrateCommand,
  doctorCommand,
  journalCommand,
];

const groups: Readonly<Record<string, readonly [vi: string, en: string]>> = {
  broker: ['Kết nối của các hệ thống qua RabbitMQ', 'systems that connect over RabbitMQ'],
  organs: ['Danh mục cơ quan, đơn vị', 'the directory of organs'],
  keys: ['Khóa truy cập của các hệ thống', 'access keys of systems'],
  certificates: ['Chứng thư số của cơ quan, cá nhân', 'whose certificates are'],
  anchors: ['Chứng thư gốc được tin cậy', 'trust anchors'],
  crls: ['Danh sách chứng thư bị thu hồi', 'revocation lists'],
  journal: ['Nhật ký chống sửa đổi', 'the tamper-evident log'],
  paper: ['Số liệu văn bản giấy do cơ quan khai báo', 'declared paper figures'],
};

/** Commander's own words, in Vietnamese. */
const titles: Readonly<Record<string, string>> = {
  'Usage:': 'Cách dùng:',
  'Arguments:': 'Tham số:',
  'Options:': 'Tùy chọn:',
  'Commands:': 'Lệnh:',
};

const dress = (command: Command, terminal: Terminal): Command =>
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text), outputError: () => undefined })
    .configureHelp({
      styleTitle: (title) => titles[title] ?? title,
      helpWidth: 100,
      subcommandTerm: (sub) => `${sub.name()} ${sub.usage()}`,
    })
    .helpOption('-h, --help', 'in phần trợ giúp này')
    .helpCommand(false);

const describe = (vi: string, en: string): string => `${vi} / ${en}`;

type Ran = { exit: Exit };

const add = (parent: Command, word: string, line: CommandLine, terminal: Terminal, ran: Ran): void => {
  const command = dress(parent.command(`${word} ${line.takes}`.trim()), terminal)
    .usage(`[tùy chọn] ${line.takes}`.trim())
    .description(describe(line.vi, line.en));
  for (const [flags, meaning] of line.options) command.option(flags, meaning);
  command.option('--json', 'in đúng một giá trị JSON ra stdout');
  command.addHelpText('after', `\nVí dụ / Example:\n  lienthong ${line.example}`);
  command.action(async (...all: unknown[]) => {
    const given = command.opts<Record<string, string | boolean>>();
    const args = all
      .slice(0, command.registeredArguments.length)
      .flat()
      .filter((arg): arg is string => typeof arg === 'string');
    ran.exit = await line.run({ ...terminal, json: given.json === true }, args, given);
  });
};

const build = (terminal: Terminal, version: string, ran: Ran): Command => {
  const program = dress(new Command('lienthong'), terminal)
    .usage('<lệnh> [tùy chọn]')
    .description('Trục liên thông văn bản điện tử / the hub for exchanging signed official documents')
    .version(version, '-V, --version', 'in phiên bản');
  const parents = new Map<string, Command>();
  for (const line of lines) {
    const [first = '', second] = line.name.split(' ');
    if (second === undefined) {
      add(program, first, line, terminal, ran);
      continue;
    }
    const parent =
      parents.get(first) ??
      dress(program.command(first), terminal)
        .usage('<lệnh>')
        .description(describe(...(groups[first] ?? ['', ''])));
    parents.set(first, parent);
    add(parent, second, line, terminal, ran);
  }
  return program;
};

const usageError = (error: CommanderError): Stopped => {
  const words = error.message.replace(/^error: /, '');
  return new Stopped(exits.usage, `Sai cách dùng (xem lienthong --help): ${words}`, words);
};

/** Runs one command line (without node and script) and answers the exit code; never throws. */
export const runLine = async (words: readonly string[], terminal: Terminal, version: string): Promise<Exit> => {
  const ran: Ran = { exit: exits.done };
  const json = words.includes('--json');
  try {
    await build(terminal, version, ran).parseAsync(words, { from: 'user' });
    return ran.exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) return endWith({ ...terminal, json }, error);
    if (['commander.helpDisplayed', 'commander.version'].includes(error.code)) return exits.done;
    // Called without a command: its help went to stderr, and the use was still wrong.
    if (error.code === 'commander.help') return exits.usage;
    return endWith({ ...terminal, json }, usageError(error));
  }
};
