import { defineConfig } from 'vitest/config';

/** The tests of `signature/` alone; those that take long (whole corpora, every bit of a file) are left out: each mutant would pay for them. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/signature/**/*.test.ts'],
    exclude: ['test/signature/**/*mutation.test.ts', 'test/signature/corpus.test.ts', 'test/signature/path/pkits.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
