/** One source file as the rules see it: what it imports and from which line, and the shapes that have a rule. */
import { type Node, parseSync, Visitor } from 'oxc-parser';

/** Where a rule looks: a path relative to the repository, and the text. */
export type Source = { readonly path: string; readonly text: string };
export type Import = { readonly from: string; readonly line: number };
export type Sighting = { readonly line: number; readonly what: string };

export type Module = Source & {
  /** Static, type-only, dynamic, re-exported and `import('…')` types alike. */
  readonly imports: readonly Import[];
  readonly sightings: readonly Sighting[];
  readonly lines: number;
  /** Every function with its first line and how many it takes. */
  readonly functions: readonly { readonly line: number; readonly lines: number }[];
};

const lineCounter = (text: string): ((offset: number) => number) => {
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
};

/** Throws when the file does not parse: a rule that cannot see must not say that all is well. */
export const moduleFrom = (source: Source): Module => {
  const parsed = parseSync(source.path, source.text);
  if (parsed.errors.length > 0) throw new Error(`${source.path}: ${parsed.errors[0]?.message}`);
  const lineOf = lineCounter(source.text);
  const imports: Import[] = [];
  const sightings: Sighting[] = [];
  const functions: { line: number; lines: number }[] = [];
  const imported = (node: Node | null | undefined): void => {
    if (node?.type === 'Literal' && typeof node.value === 'string') imports.push({ from: node.value, line: lineOf(node.start) });
    else if (node) sightings.push({ line: lineOf(node.start), what: 'an import whose path is computed' });
  };
  const measured = (node: Node): void => {
    const line = lineOf(node.start);
    functions.push({ line, lines: lineOf(node.end - 1) - line + 1 });
  };
  const seen = (node: Node, what: string): void => void sightings.push({ line: lineOf(node.start), what });
  new Visitor({
    ImportDeclaration: (node) => imported(node.source),
    ExportNamedDeclaration: (node) => imported(node.source),
    ExportAllDeclaration: (node) => {
      imported(node.source);
      seen(node, 'a barrel (export *)');
    },
    ImportExpression: (node) => imported(node.source),
    TSImportType: (node) => imported(node.source),
    ExportDefaultDeclaration: (node) => seen(node, 'a default export'),
    TSAnyKeyword: (node) => seen(node, 'any'),
    TSEnumDeclaration: (node) => seen(node, 'an enum'),
    ClassDeclaration: (node) => {
      const parent = node.superClass?.type === 'Identifier' ? node.superClass.name : '';
      if (!parent.endsWith('Error')) seen(node, 'a class that is no error');
    },
    FunctionDeclaration: measured,
    FunctionExpression: measured,
    ArrowFunctionExpression: measured,
  }).visit(parsed.program);
  return { ...source, imports, sightings, functions, lines: source.text.split('\n').length - (source.text.endsWith('\n') ? 1 : 0) };
};
