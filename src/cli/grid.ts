/** Tables on a terminal. */
import Table from 'cli-table3';

/** A ruled table as one text; `widths` in characters, `right` names the columns of numbers. */
export const gridOf = (
  header: readonly string[],
  rows: readonly (readonly string[])[],
  shape: { readonly widths: readonly number[]; readonly right: readonly number[] },
): readonly string[] => {
  const table = new Table({
    head: [...header],
    style: { head: [], border: [], compact: true },
    colWidths: [...shape.widths],
    colAligns: header.map((_, index) => (shape.right.includes(index) ? 'right' : 'left')),
    wordWrap: true,
  });
  for (const row of rows) table.push([...row]);
  return [table.toString()];
};

/** Columns without rules, as wide as their longest cell. */
export const columnsOf = (header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = header.map((title, index) => Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)));
  return [header, ...rows].map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};
