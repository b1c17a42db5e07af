/** What a command sees of the world outside: environment, streams, and whether a person is watching. */
import { SingleBar } from 'cli-progress';
import { terminalText } from '../envelope/text.ts';

export type Terminal = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Exactly one JSON value on stdout, everything else on stderr (contract §2). */
  readonly json: boolean;
  /** Whether stderr is a terminal: only then are there progress bars. */
  readonly watched: boolean;
  /** Whether questions can be asked: stdin is a terminal. */
  readonly asked: boolean;
  out(text: string): void;
  err(text: string): void;
  now(): Date;
};

/** The result, in one of its two forms. */
export const answer = (terminal: Terminal, value: unknown, lines: readonly string[]): void => {
  if (terminal.json) terminal.out(`${JSON.stringify(value, null, 2)}\n`);
  else if (lines.length > 0) terminal.out(terminalText(`${lines.join('\n')}\n`));
};

/** A remark beside the result; never on stdout. */
export const remark = (terminal: Terminal, text: string): void => terminal.err(terminalText(`${text}\n`));

export type Progress = { step(by: number): void; stop(): void };

/** A bar on a terminal, nothing elsewhere. */
export const progress = (terminal: Terminal, label: string, total: number): Progress => {
  if (!terminal.watched || total <= 0) return { step: () => undefined, stop: () => undefined };
  const bar = new SingleBar({ format: `${label} {bar} {percentage}% {value}/{total}`, hideCursor: true, clearOnComplete: true });
  bar.start(total, 0);
  return { step: (by) => bar.increment(by), stop: () => bar.stop() };
};
