import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['plugin/**/*.test.ts', 'notification-templates/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    // Tests mostly wait for programs and servers: more workers than cores, where vitest would leave one core idle.
    maxWorkers: '150%',
    // Real programs run in many tests, on small machines.
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
