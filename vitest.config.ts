import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // The Temporal SDK and PGlite keep native threads and WebAssembly: a process each.
    pool: 'forks',
    // Most files wait for a server more than they compute; more than two would starve each other on two cores.
    maxWorkers: 2,
    // Real servers, databases and deadlines: on a busy machine everything takes several times as long.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
});
