import { defineConfig } from 'vitest/config'

// What `npm run promises` runs: the tests that repeat, each as often as it says (test/promises/trials.ts).
export default defineConfig({
  test: {
    include: [
      'test/promises/**/*.test.ts',
      'test/e2e/security/**/*.test.ts',
      'test/database/autogenerateRoundTrip.test.ts',
      'test/services/dispatch.test.ts',
      'test/services/adoptProperties.test.ts',
      'test/services/historyChain.test.ts',
    ],
    globalSetup: ['test/helpers/parserBuild.ts'],
    maxWorkers: '100%',
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
  },
})
