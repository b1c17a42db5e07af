/** Tells and saves the result of each file as soon as its last mutant was judged, so that nothing is lost when a run is interrupted. */
import { relative } from 'node:path';
import { blobsOf, filesIn, root } from './files.ts';
import { percentOf, save, type Tally } from './result.ts';

type Mutant = {
  readonly fileName: string;
  readonly status: string;
  readonly location: { readonly start: { readonly line: number } };
  readonly mutatorName: string;
  readonly replacement?: string;
};
/** What main.ts wants, by this variable of the environment, as JSON: where it stands. */
export const wishesIn = 'LIENTHONG_MUTATION';
/** `blobs`: git's ids of the files to be saved, as they were before they were copied; null: nothing is saved. */
export type Wishes = { readonly survivors: boolean; readonly blobs: Readonly<Record<string, string>> | null };

const noticed = new Set(['Killed', 'Timeout']);
const missed = new Set(['Survived', 'NoCoverage', 'RuntimeError']);
export const tallyOf = (mutants: readonly Pick<Mutant, 'status'>[]): Tally => ({
  killed: mutants.filter(({ status }) => noticed.has(status)).length,
  survived: mutants.filter(({ status }) => missed.has(status)).length,
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const lineOf = (file: string, { location, status, mutatorName, replacement = '' }: Mutant): string =>
  `${file}:${location.start.line} ${status} ${mutatorName} -> ${replacement.replace(/\s+/g, ' ').slice(0, 100)}`;

type Plan = { readonly mutantPlans: readonly { readonly mutant: { readonly fileName: string } }[] };

const open = (wishes: Wishes) => {
  const left = new Map<string, number>();
  const judged = new Map<string, Mutant[]>();
  const sound = new Map<string, string>();
  const close = (file: string): void => {
    const mutants = judged.get(file) ?? [];
    const tally = tallyOf(mutants);
    say(`${file}: ${tally.killed}/${tally.killed + tally.survived} (${percentOf(tally)} %)`);
    if (wishes.survivors) for (const one of mutants) if (missed.has(one.status)) say(lineOf(file, one));
    const blob = sound.get(file);
    if (blob === undefined) return;
    const at = new Date().toISOString().slice(0, 10);
    const { total, files } = save({ [file]: { ...tally, blob, at } }, blobsOf(filesIn('src/signature')));
    say(`saved: ${files.judged} of ${files.of} files, ${total.killed} of ${total.killed + total.survived} noticed (${total.percent} %)`);
  };
  return {
    onMutationTestingPlanReady: ({ mutantPlans }: Plan) => {
      for (const { mutant } of mutantPlans) {
        const file = relative(root, mutant.fileName);
        left.set(file, (left.get(file) ?? 0) + 1);
      }
      // A file that was written to before it was copied is not the one that is judged.
      const wanted = Object.entries(wishes.blobs ?? {});
      const now = blobsOf(wanted.map(([file]) => file));
      for (const [file, blob] of wanted) if (now.get(file) === blob) sound.set(file, blob);
      for (const file of sound.keys()) if (!left.has(file)) close(file);
    },
    onMutantTested: (mutant: Mutant) => {
      const file = relative(root, mutant.fileName);
      judged.set(file, [...(judged.get(file) ?? []), mutant]);
      const rest = (left.get(file) ?? 1) - 1;
      left.set(file, rest);
      if (rest === 0) close(file);
    },
  };
};

const wishes = (): Wishes => JSON.parse(process.env[wishesIn] ?? '{"survivors":false,"blobs":null}') as Wishes;

export const strykerPlugins = [{ kind: 'Reporter', name: 'by-file', factory: () => open(wishes()) }];
