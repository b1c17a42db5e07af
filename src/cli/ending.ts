/** How a command ends (contract §7), and what it says when it fails. */
import { type Blame, failures, HubError } from '../errors.ts';
import { answer, remark, type Terminal } from './terminal.ts';

/** BSD sysexits where they fit. */
export const exits = { done: 0, usage: 64, input: 65, bug: 70, later: 75, access: 77 } as const;
export type Exit = (typeof exits)[keyof typeof exits];

const exitOf: Readonly<Record<Blame, Exit>> = { sender: exits.input, caller: exits.access, dependency: exits.later };

export const exitFor = (code: keyof typeof failures): Exit => exitOf[failures[code].blame];

/** A command that stops with a sentence: a wrong use, a file that is not there, a hub that does not answer. */
export class Stopped extends Error {
  readonly exit: Exit;
  readonly vi: string;
  constructor(exit: Exit, vi: string, en: string) {
    super(en);
    this.name = 'Stopped';
    this.exit = exit;
    this.vi = vi;
  }
}

/** What another hub answered instead of what was asked: its problem document, as it came. */
export class Refused extends Error {
  readonly exit: Exit;
  readonly problem: Readonly<Record<string, unknown>>;
  constructor(exit: Exit, problem: Readonly<Record<string, unknown>>) {
    super(String(problem.en ?? problem.title ?? problem.code));
    this.name = 'Refused';
    this.exit = exit;
    this.problem = problem;
  }
}

type Told = { readonly code: string; readonly at: string; readonly vi: string; readonly en: string };

const sayFaults = (terminal: Terminal, faults: readonly Told[]): void => {
  for (const { code, at, vi, en } of faults) remark(terminal, `LỖI ${code}${at === '' ? '' : ` tại ${at}`}: ${vi} / ${en}`);
};

const nameOf: Readonly<Record<Exit, string>> = { 0: 'done', 64: 'usage', 65: 'input', 70: 'bug', 75: 'later', 77: 'access' };

const isNoFile = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && ['ENOENT', 'EISDIR', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** Says what went wrong in both languages, as one JSON value with `--json`, and answers the exit code. */
export const endWith = (terminal: Terminal, error: unknown): Exit => {
  if (error instanceof HubError) {
    const [first] = error.faults;
    answer(terminal, { ...first, code: error.code, ...error.problem, errors: error.faults }, []);
    sayFaults(terminal, error.faults);
    return exitFor(error.code);
  }
  if (error instanceof Refused) {
    const { problem } = error;
    answer(terminal, problem, []);
    const faults = Array.isArray(problem.errors) && problem.errors.length > 0 ? problem.errors : [problem];
    sayFaults(terminal, faults as readonly Told[]);
    return error.exit;
  }
  const stopped = stoppedFor(error);
  if (stopped !== null) {
    answer(terminal, { code: nameOf[stopped.exit], at: '', vi: stopped.vi, en: stopped.message, errors: [] }, []);
    remark(terminal, `LỖI: ${stopped.vi} / ${stopped.message}`);
    return stopped.exit;
  }
  const en = error instanceof Error ? error.message : String(error);
  answer(terminal, { code: nameOf[exits.bug], at: '', vi: 'Lỗi của phần mềm', en, errors: [] }, []);
  remark(terminal, `LỖI CỦA PHẦN MỀM, đề nghị báo lại / a bug, please report: ${error instanceof Error ? error.stack : en}`);
  return exits.bug;
};

const unusable: readonly string[] = ['UnusableStore', 'HalfMoved'];

const stoppedFor = (error: unknown): Stopped | null => {
  if (error instanceof Stopped) return error;
  // A ConfigError's message lists every mistake, in both languages.
  if (error instanceof Error && error.name === 'ConfigError') return new Stopped(exits.usage, 'Cấu hình không hợp lệ', error.message);
  // The store says in both languages why it cannot be had, or must not be used yet.
  if (error instanceof Error && unusable.includes(error.constructor.name))
    return new Stopped(exits.later, 'Không mở được kho', error.message);
  if (!isNoFile(error)) return null;
  return new Stopped(exits.input, `Không đọc được ${error.path ?? 'tệp'}`, error.message);
};
