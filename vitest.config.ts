import { defineConfig } from 'vitest/config';

/** They take long each, or there are thousands of them: `npm run test:all` and CI run them, `npm test` does not. */
const LONG = 'test/**/*.long.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    projects: [
      { extends: true, test: { name: 'quick', include: ['test/**/*.test.ts'], exclude: [LONG] } },
      { extends: true, test: { name: 'long', include: [LONG] } },
    ],
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
