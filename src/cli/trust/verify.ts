/** `verify FILE…`: the signatures of files and of what stands in envelopes (contract §3, §7). */
import { findingWords } from '../../oversight/words.ts';
import type { RequiredSignatures } from '../../signature/context.ts';
import type { Verdict } from '../../signature/proof.ts';
import { type Given, textOf } from '../command.ts';
import { type Exit, exits, Stopped } from '../ending.ts';
import { answer, progress, type Terminal } from '../terminal.ts';
import { contextOf } from './context.ts';
import { lacksOf } from './required.ts';
import { rulesOf } from './rules.ts';
import { type Outcome, outcomeOf } from './single.ts';
import { treeFor } from './tree.ts';

const exitOf: Readonly<Record<Verdict, Exit>> = {
  valid: exits.done,
  undetermined: exits.later,
  invalid: exits.input,
  unsigned: exits.input,
  unreadable: exits.input,
};

const worst = (found: readonly Exit[]): Exit => {
  if (found.includes(exits.input)) return exits.input;
  return found.includes(exits.later) ? exits.later : exits.done;
};

/** Of the verdicts of contract §7, and of signatures that the rules ask for and that are not there. */
const exitFor = (outcomes: readonly Outcome[], required: RequiredSignatures | null): Exit =>
  worst(
    outcomes.flatMap(({ verdict, items }) => [
      exitOf[verdict],
      ...items.flatMap((item) => lacksOf(item, required)).map(({ exit }) => exit),
    ]),
  );

/** The message's own signature decides nothing about the document (contract §3); people should know of it all the same. */
const envelopeLines = ({ envelope, items }: Outcome): readonly string[] =>
  envelope === null || envelope.reason === 'no-signature'
    ? []
    : [`${items[0]?.file ?? ''}`, `  Chữ ký của thông điệp: ${findingWords(envelope.verdict, envelope.reason)}`, ''];

const verifyFiles = async (terminal: Terminal, files: readonly string[], given: Given): Promise<Exit> => {
  const judging = { context: contextOf(terminal, given), content: textOf(given, 'content') };
  const { signatures: required } = rulesOf(given);
  const bar = progress(terminal, 'Kiểm tra', files.length);
  const outcomes: Outcome[] = [];
  for (const file of files) {
    outcomes.push(await outcomeOf(file, judging));
    bar.step(1);
  }
  bar.stop();
  const items = outcomes.flatMap((one) => one.items);
  const anchors = new Set(judging.context.trust.anchors.map(({ sha256 }) => sha256));
  answer(
    terminal,
    items,
    outcomes.flatMap((one) => [...one.items.flatMap((item) => treeFor(item, lacksOf(item, required), anchors)), ...envelopeLines(one)]),
  );
  return exitFor(outcomes, required);
};

export const verify = async (terminal: Terminal, files: readonly string[], given: Given): Promise<Exit> => {
  const evidence = textOf(given, 'evidence');
  if (files.length > 0 === (evidence !== undefined))
    throw new Stopped(exits.usage, 'cần tên tệp, hoặc --evidence TEP.zip', 'name files, or --evidence FILE.zip');
  if (evidence === undefined) return verifyFiles(terminal, files, given);
  return (await import('../evidence/command.ts')).verifyEvidence(terminal, evidence, given);
};
