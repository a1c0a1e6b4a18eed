import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { app } from 'electron'

/** The folder of settings, logs and work files: `ROLLBOOK_HOME`, or Electron's own for this program and user. */
export interface Home {
  folder: string
  /** Settings and the files that were open lately. */
  preferences: string
  log: string
  /** Files of work in progress, gone when it ends. */
  work: string
  samples: string
}

/** Makes the folder and tells Electron of it. A `passing` one lies with the temporary files and goes when the program
 *  ends, so that a trial run leaves the person's own settings alone. */
export function prepareHome(isPassing: boolean): Home {
  const folder = process.env.ROLLBOOK_HOME ? resolve(process.env.ROLLBOOK_HOME) : ownFolder(isPassing)
  const logs = join(folder, 'logs')
  mkdirSync(logs, { recursive: true })
  app.setPath('userData', folder)
  // What Chromium keeps for itself, apart from what is ours.
  app.setPath('sessionData', join(folder, 'browser'))
  app.setPath('crashDumps', join(folder, 'browser', 'crashes'))
  app.setAppLogsPath(logs)
  return {
    folder,
    preferences: join(folder, 'preferences.json'),
    log: join(logs, 'rollbook.log'),
    work: join(folder, 'work'),
    samples: join(folder, 'samples'),
  }
}

function ownFolder(isPassing: boolean): string {
  if (!isPassing) return app.getPath('userData')
  const folder = mkdtempSync(join(tmpdir(), 'rollbook-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}
