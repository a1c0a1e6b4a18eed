import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/parserBuild.ts'],
    exclude: ['test/e2e/**', 'test/bench/**', 'test/promises/**'],
  },
})
