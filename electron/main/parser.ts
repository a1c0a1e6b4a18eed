import { join } from 'node:path'
import { app, utilityProcess } from 'electron'
import type { ForkParser } from '../exchange/parserProcess'
import type { FromParser } from '../exchange/parserMessages'

/** Starts the process that reads data files, as Electron's own kind of child: plain Node is not there when packaged. */
export const forkParser: ForkParser = () => {
  const entry = join(app.getAppPath(), 'out/main/parser.cjs')
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Rollbook parser',
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return {
    send: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', (message) => listener(message as FromParser)),
    onExit: (listener) => child.on('exit', () => listener()),
    kill: () => void child.kill(),
  }
}
