import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { AppError } from '../contract/errors'
import { findFolders, usualHome } from '../services/home'

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
  /** Where new schools are proposed. It need not be there. */
  schools: string
}

/** Makes the folder, of this name or the usual one, and tells Electron of it. Throws `invalid` where it cannot be made, or
 *  this computer's policy cannot be followed. */
export function prepareHome(named = process.env.ROLLBOOK_HOME): Home {
  const { home: folder, schools } = findFolders(
    named === undefined ? process.env : { ...process.env, ROLLBOOK_HOME: named },
  )
  const logs = join(folder, 'logs')
  makeFolder(logs, folder)
  placeBrowser(folder)
  app.setAppLogsPath(logs)
  return {
    folder,
    preferences: join(folder, 'preferences.json'),
    log: join(logs, 'rollbook.log'),
    work: join(folder, 'work'),
    samples: join(folder, 'samples'),
    schools,
  }
}

/** Says where Chromium keeps what is its own: apart from what is ours. Where no home is to be had, it is the usual one. */
export function placeBrowser(folder = usualHome(process.env)): void {
  app.setPath('userData', folder)
  app.setPath('sessionData', join(folder, 'browser'))
  app.setPath('crashDumps', join(folder, 'browser', 'crashes'))
}

function makeFolder(path: string, folder: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    const why = String((error as NodeJS.ErrnoException).code)
    throw new AppError('invalid', { reason: 'home-unwritable', folder, why })
  }
}
