import { defineConfig } from 'vitest/config';

// Hubs, command lines and threads are started by the hundred: the second takes from here what the first compiled.
process.env.NODE_COMPILE_CACHE ??= new URL('../node_modules/.cache/lienthong-compiled', import.meta.url).pathname;

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Left alone, a machine of two cores would run one file at a time.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
