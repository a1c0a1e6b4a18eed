import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { homeFolder } from '../services/home'

/** The folder of settings, logs and work files, and what is where in it. The command line uses the same one; Electron's own
 *  default would be a roaming folder on Windows. */
export interface Home {
  folder: string
  /** Settings and the files that were open lately. */
  preferences: string
  log: string
  /** Files of work in progress, gone when it ends. */
  work: string
  samples: string
}

/** Makes the folder, of this name or the usual one, and tells Electron of it. */
export function prepareHome(named = process.env.ROLLBOOK_HOME): Home {
  const folder = homeFolder({ ...process.env, ROLLBOOK_HOME: named })
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
