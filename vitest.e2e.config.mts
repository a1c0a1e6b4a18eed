import { defineConfig } from 'vitest/config'

// Real windows, one at a time: two on one display take the focus from one another.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts', 'test/promises/**/*.test.ts'],
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
