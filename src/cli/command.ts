/** A command of the line as a plain value; `program.ts` makes commander of it. */
import type { Exit } from './ending.ts';
import type { Terminal } from './terminal.ts';

/** Options as commander hands them over: by camel-case name. */
export type Given = Readonly<Record<string, string | boolean | undefined>>;

export type CommandLine = {
  /** Words of the command, `organs import`. */
  readonly name: string;
  /** Arguments in commander's notation, `<file>`, `<files...>`. */
  readonly takes: string;
  readonly vi: string;
  readonly en: string;
  /** Copied and pasted, it works; without the leading `lienthong`. */
  readonly example: string;
  /** Flags in commander's notation with their meaning. */
  readonly options: readonly (readonly [flags: string, vi: string])[];
  run(terminal: Terminal, args: readonly string[], given: Given): Promise<Exit>;
};

export const textOf = (given: Given, name: string): string | undefined => {
  const value = given[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};
