import { defineConfig } from 'vitest/config';

/** What changes the process it runs in, or measures it: the clock, the memory, threads, programs that it starts. */
const processes = [
  'plugin/{limits,workers,reuse,renders}/**/*.test.ts',
  'plugin/binaries/run.test.ts',
  'test/{attacks,serve,sidecar}/**/*.test.ts',
  'test/cli/{program,render}.test.ts',
  'test/registry/auth.test.ts',
  // V8 refuses code that was made with other flags than the process has.
  'test/packaging/bundle.test.ts',
];

export default defineConfig({
  // Beside node_modules, which `npm ci` empties: how long each file took, to begin with the longest.
  cacheDir: '.cache/vite',
  test: {
    setupFiles: ['test/setup.ts'],
    // Tests mostly wait for programs and servers: more workers than cores, where vitest would leave one core idle.
    maxWorkers: '150%',
    // Real programs run in many tests, on small machines.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    coverage: {
      include: ['plugin/**/*.ts'],
      exclude: ['**/*.test.ts', '**/*.generated.*', '**/*.d.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['plugin/**/*.test.ts', 'notification-templates/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: processes,
          // Files of one worker share the modules of plugin/: to load them again for each file took a third of a second.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'processes', include: processes } },
    ],
  },
});
