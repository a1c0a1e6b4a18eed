import { join } from 'node:path'
import { app, utilityProcess } from 'electron'
import type { ForkParser } from '../exchange/parserProcess'
import type { FromParser } from '../exchange/parserMessages'
import { logEvent } from './log'

/** What the system calls the process. */
export const PARSER_NAME = 'Rollbook parser'

/** Starts the process that reads data files, as Electron's own kind of child: plain Node is not there when packaged. */
export const forkParser: ForkParser = () => {
  const entry = join(app.getAppPath(), 'out/main/parser.cjs')
  const child = utilityProcess.fork(entry, [], {
    serviceName: PARSER_NAME,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let isKilled = false
  child.on('exit', (code) => {
    if (!isKilled) logEvent(`the parser ended by itself, with ${code}`)
  })
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', (message) => listener(message as FromParser)),
    onExit: (listener) => child.on('exit', () => listener()),
    kill() {
      isKilled = true
      child.kill()
    },
  }
}
