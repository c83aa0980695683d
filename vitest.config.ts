import { defineConfig } from 'vitest/config';

const UNIT = [
  '{crds,operator,webhook,tools}/**/*.test.ts',
  'test/{cel,decision,providers,house,model,fuzz}/**/*.test.ts',
  'test/e2e/support/*.test.ts',
];

/** Of the files above, those that start a control plane or ask an engine written in Go. */
const NEED_BINARIES = [
  'tools/{cluster/{control-plane,install},demo/**/*}.test.ts',
  'test/cel/{conformance,differential,documentation,functions,patterns}.test.ts',
];

/** What takes root and Debian's packages: `tools/test/on-node.ts` provides them. */
const NODE = ['tools/node/node.test.ts', 'tools/image/image.test.ts'];

export default defineConfig({
  test: {
    environment: 'node',
    // Only what hangs runs into these: no test may depend on how fast the machine is.
    testTimeout: 240_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    slowTestThreshold: 10_000,
    // Each file that needs an API server starts its own; more at once than cores would only slow all of them.
    maxWorkers: 2,
    setupFiles: ['test/support/seed.ts'],
    projects: [
      { extends: true, test: { name: 'unit', include: UNIT, exclude: [...NEED_BINARIES, ...NODE] } },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: [
            ...NEED_BINARIES,
            'test/{admission,attacks,certificates,chart,crds,flows,guards,kube,leader,roles}/**/*.test.ts',
          ],
          globalSetup: ['tools/test/binaries.ts'],
        },
      },
      { extends: true, test: { name: 'node', include: NODE } },
      // In namespaces of their own, where all files share one process, and in it one node.
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/*.test.ts', 'test/e2e/faults/*.test.ts'],
          maxWorkers: 1,
          isolate: false,
        },
      },
    ],
  },
});
