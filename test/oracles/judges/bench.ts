/**
 * A bench: a folder of PDFs with what whoever judges them may know, laid out so that every judge of this folder reads it:
 * `*.pdf`, `anchors`, `chain` and `crls` (DER), and files.json with the moment.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Bench = { readonly folder: string; readonly judgedAt: Date; readonly names: readonly string[] };

/** What a file is, and how it came to be; `truth` is a verdict of contract §3 with its reason. */
export type Described = { readonly name: string; readonly truth: string; readonly about: string };

export type BenchContents = {
  readonly judgedAt: Date;
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly anchors: readonly Uint8Array[];
  readonly chain?: readonly Uint8Array[];
  readonly crls?: readonly Uint8Array[];
};

export const layBench = (folder: string, contents: BenchContents): Bench => {
  const { judgedAt, files, anchors, chain = [], crls = [] } = contents;
  for (const [name, things] of Object.entries({ anchors, chain, crls })) {
    mkdirSync(join(folder, name), { recursive: true });
    things.forEach((bytes, at) => {
      writeFileSync(join(folder, name, `${at}.der`), bytes);
    });
  }
  for (const [name, bytes] of files) writeFileSync(join(folder, `${name}.pdf`), bytes);
  writeFileSync(join(folder, 'files.json'), JSON.stringify({ judgedAt }));
  return { folder, judgedAt, names: [...files.keys()] };
};

/** The bench that the makers of pyHanko left. */
export const openBench = (folder: string): Bench & { readonly described: readonly Described[] } => {
  const { judgedAt, files } = JSON.parse(readFileSync(join(folder, 'files.json'), 'utf8')) as { judgedAt: string; files: Described[] };
  return { folder, judgedAt: new Date(judgedAt), names: files.map((file) => file.name), described: files };
};

export const thingsOf = (bench: Bench, kind: 'anchors' | 'chain' | 'crls'): readonly Uint8Array[] =>
  readdirSync(join(bench.folder, kind)).map((name) => readFileSync(join(bench.folder, kind, name)));
