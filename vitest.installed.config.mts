import { defineConfig } from 'vitest/config'

// One story on one machine: each step stands on the one before it.
export default defineConfig({
  test: {
    include: ['test/installed/**/*.test.ts'],
    maxWorkers: 1,
    fileParallelism: false,
    bail: 1,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
})
