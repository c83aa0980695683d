import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{crds,operator,webhook,tools,test}/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Each file that needs an API server starts its own; more at once than cores would only slow all of them.
    maxWorkers: 2,
    globalSetup: ['tools/test/binaries.ts'],
    setupFiles: ['test/support/seed.ts'],
  },
});
