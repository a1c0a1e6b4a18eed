import { defineConfig } from 'vitest/config'
import { inMemory } from './test/helpers/memoryFolder'

export default defineConfig({
  test: {
    // Vitest leaves a core free by itself, which with two is half of them.
    maxWorkers: '100%',
    // What every file loads is loaded once: no test changes a module for others.
    isolate: false,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/parserBuild.ts'],
    setupFiles: ['test/helpers/queryStacks.ts'],
    env: inMemory(),
    // Real files and processes, on whatever machine: a limit is for what hangs, not for what is slow.
    testTimeout: 60_000,
    exclude: ['test/e2e/**', 'test/bench/**', 'test/promises/**', 'test/installed/**'],
  },
})
