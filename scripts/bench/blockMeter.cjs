// Loaded before the program (`node --require`): writes at its end how long its event loop was blocked at most.
const { writeFileSync } = require('node:fs')
const { monitorEventLoopDelay } = require('node:perf_hooks')

const RESOLUTION = 5 // milliseconds
const delays = monitorEventLoopDelay({ resolution: RESOLUTION })
// What happens before the first turn of the loop is start-up, when there is nobody to keep waiting.
setImmediate(() => delays.enable())
process.on('exit', () => {
  writeFileSync(process.env.ROLLBOOK_BLOCK_REPORT, String(Math.max(0, delays.max / 1e6 - RESOLUTION)))
})
