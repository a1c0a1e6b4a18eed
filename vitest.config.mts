import { existsSync, statfsSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const SHARED_MEMORY = '/dev/shm'
const ROOM = 2_000_000_000

/** Units try no disk: where the machine has a folder in memory, with room enough, their files lie there. A sixth of their time
 *  went into bringing them to the disk. */
function temporaryFolder(): { TMPDIR?: string } {
  if (!existsSync(SHARED_MEMORY)) return {}
  const { bavail, bsize } = statfsSync(SHARED_MEMORY)
  return bavail * bsize < ROOM ? {} : { TMPDIR: SHARED_MEMORY }
}

export default defineConfig({
  test: {
    // Vitest leaves a core free by itself, which with two is half of them.
    maxWorkers: '100%',
    // What every file loads is loaded once: no test changes a module for others.
    isolate: false,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/parserBuild.ts'],
    setupFiles: ['test/helpers/queryStacks.ts'],
    env: temporaryFolder(),
    // Real files and processes, on whatever machine: a limit is for what hangs, not for what is slow.
    testTimeout: 60_000,
    exclude: ['test/e2e/**', 'test/bench/**', 'test/promises/**', 'test/installed/**', 'test/scripts/**'],
  },
})
