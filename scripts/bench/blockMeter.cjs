// Loaded before the program (`node --require`): writes at its end for how long its event loop was blocked at most, from
// the moment that it starts the parser. Before that it loads its own code, when there is nobody to keep waiting.
const childProcess = require('node:child_process')
const { writeFileSync } = require('node:fs')
const { monitorEventLoopDelay } = require('node:perf_hooks')

const RESOLUTION = 5 // milliseconds
const delays = monitorEventLoopDelay({ resolution: RESOLUTION })
const { fork } = childProcess
childProcess.fork = (...given) => {
  const child = fork(...given)
  setImmediate(() => delays.enable())
  return child
}
process.on('exit', () => {
  writeFileSync(process.env.ROLLBOOK_BLOCK_REPORT, String(Math.max(0, delays.max / 1e6 - RESOLUTION)))
})
