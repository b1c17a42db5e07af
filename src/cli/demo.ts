/** `demo`: a fictional province on this machine, from key to report, compared with its own ledger. */

import { breaks } from '../demo/stage/proxy.ts';
import { type CommandLine, type Given, textOf } from './command.ts';
import { exits, Stopped } from './ending.ts';
import type { Terminal } from './terminal.ts';

const optionsFrom = (given: Given) => {
  const kind = textOf(given, 'break');
  const found = breaks.find((one) => one === kind);
  if (kind !== undefined && found === undefined)
    throw new Stopped(exits.usage, `--break phải là ${breaks.join(', ')}`, `--break is one of ${breaks.join(', ')}`);
  const documents = textOf(given, 'documents') ?? '300';
  if (!/^[1-9]\d{0,4}$/.test(documents))
    throw new Stopped(exits.usage, '--documents phải là số nguyên từ 1 đến 99999', '--documents is a whole number from 1 to 99999');
  return { documents: Number(documents), ...(found === undefined ? {} : { break: found }) };
};

const demo = async (terminal: Terminal, given: Given) => {
  const options = optionsFrom(given);
  const { runDemo } = await import('../demo/run.ts');
  const watched = process.stdout.isTTY === true && !terminal.json;
  // Also SIGTERM: the hub of the demo must not outlive it.
  const interrupted = Promise.race(
    (['SIGINT', 'SIGTERM'] as const).map((signal) => new Promise((resolve) => process.once(signal, resolve))),
  );
  const { agrees, checks } = await runDemo({
    ...options,
    exit: given.exit === true || !watched,
    keep: given.keep === true,
    live: watched,
    say: terminal.json ? terminal.err : terminal.out,
    stop: interrupted,
  });
  if (terminal.json) terminal.out(`${JSON.stringify({ agrees, checks })}\n`);
  return agrees ? exits.done : exits.bug;
};

export const demoCommand: CommandLine = {
  name: 'demo',
  takes: '',
  vi: 'Chạy thử một tỉnh hư cấu: gửi, nhận văn bản ký số thật qua Trục rồi đối chiếu',
  en: 'a fictional province exchanges signed documents through a real hub; the result is compared',
  example: 'demo --exit',
  options: [
    ['--exit', 'tự kết thúc sau khi đối chiếu (mặc định khi không có màn hình)'],
    ['--keep', 'giữ lại thư mục tạm'],
    ['--documents <number>', 'số văn bản gửi lần đầu (mặc định 300; ít nhất là số lỗi cài sẵn)'],
    ['--break <what>', `chen một cửa gian dối vào giữa để thấy đối chiếu phát hiện được: ${breaks.join(', ')}`],
  ],
  run: (terminal, _args, given) => demo(terminal, given),
};
