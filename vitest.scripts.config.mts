import { defineConfig } from 'vitest/config'

// Set-up, build and the like: they start processes, and change with the scripts alone.
export default defineConfig({
  test: {
    include: ['test/scripts/**/*.test.ts'],
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
})
