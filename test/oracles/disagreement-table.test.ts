import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { disagreementTable } from './disagreement-table.ts';

it('spec/signature.md shows the disagreements of the judges as they are', () => {
  expect(readFileSync(new URL('../../spec/signature.md', import.meta.url), 'utf8')).toContain(disagreementTable());
});
