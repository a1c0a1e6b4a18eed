import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { app, dialog, nativeTheme, shell, type BrowserWindow, type FileFilter } from 'electron'
import type { z } from 'zod'
import type { Handlers, MethodKind } from '../contract/define'
import { AppError } from '../contract/errors'
import type { filesMethods } from '../contract/files'
import type { desktopContract } from '../contract'
import { sqliteVersion } from '../database/connection'
import type { FileTokens } from '../services/fileTokens'
import type { JobControl } from '../services/jobs'
import { findSyncService } from '../services/syncedFolder'
import { words } from '../services/words'
import type { AutomaticBackups } from './automaticBackups'
import { backupHandlers } from './backups'
import type { CurrentSchool } from './currentSchool'
import { logUncaught } from './log'
import { copyLog, showLog } from './logActions'
import type { PreferencesFile } from './preferencesFile'

export interface Desktop {
  window: BrowserWindow
  current: CurrentSchool
  automatic: AutomaticBackups
  files: FileTokens
  preferences: PreferencesFile
  /** Where new schools are proposed. */
  schools: string
  /** The folder of the sample schools. */
  samples: string
}

/** They touch no record: no transaction, no queue. */
export type DesktopContexts = Record<Exclude<MethodKind, 'job'>, null> & { job: JobControl }
type DesktopHandlers = {
  [Entity in keyof typeof desktopContract]: Handlers<(typeof desktopContract)[Entity], DesktopContexts>
}
type Purpose = z.output<typeof filesMethods.choose.input>['purpose']

const SAMPLE_USERS = 800

/** What the desktop around the school answers. */
export function desktopHandlers({
  window,
  current,
  automatic,
  files,
  preferences,
  schools,
  samples,
}: Desktop): DesktopHandlers {
  return {
    schools: {
      create: (_context, { file, ...school }) => current.create(files.target(file), school),
      open: (_context, { file }) => current.open(files.path(file)),
      retry: (_context, options) => current.retry(options),
      adopt: (control, { source, file, ...school }) =>
        current.adopt({ source: files.path(source), file: files.target(file), school }, control),
      salvage: (control, { file }) => current.salvage(files.target(file), control),
      openDay: (control, { day }) => current.openDay(day, control),
      leaveDay: () => current.leaveDay(),
      findSyncWarning: async () => {
        const { file } = current
        return file === null || preferences.isSyncKnown(file) ? null : findSyncService(file)
      },
      dismissSyncWarning: async () => {
        if (current.file !== null) preferences.addKnownSync(current.file)
        return null
      },
      createSample: () => createSample(current, samples),
      recent: async () =>
        preferences.recent
          .filter((path) => existsSync(path))
          .map((path) => ({ file: files.give(path).file, name: basename(path, '.rollbook'), path })),
    },
    files: {
      choose: async (_context, { purpose, suggestedName }) => {
        const path = await askForFile(window, { purpose, suggestedName, schools })
        if (path === null) return null
        return isWritten(purpose) ? files.giveTarget(path) : files.give(path)
      },
      showSchool: async () => {
        if (current.file === null) throw new AppError('no-school')
        shell.showItemInFolder(current.file)
        return null
      },
    },
    backups: backupHandlers({ current, files, automatic }),
    preferences: {
      get: async () => ({ theme: preferences.theme }),
      set: async (_context, { theme }) => {
        preferences.setTheme(theme)
        nativeTheme.themeSource = theme
        return { theme }
      },
    },
    about: {
      get: async () => {
        const { version, isSound } = sqliteVersion()
        const electron = process.versions.electron ?? ''
        return { version: app.getVersion(), electron, sqlite: version, isSoundSqlite: isSound }
      },
      showLog: async () => {
        await showLog()
        return null
      },
      copyLog: async () => {
        await copyLog()
        return null
      },
      noteFailure: async (_context, failure) => {
        logUncaught(Object.assign(new Error(), failure))
        return null
      },
    },
  }
}

/** Makes a new sample school in `folder` and opens it. Earlier ones stay as they are. */
export async function createSample(current: CurrentSchool, folder: string) {
  const { fillSample } = await import('../services/sample')
  await mkdir(folder, { recursive: true })
  const name = words('desktop.sampleSchool')
  return current.create(freePath(folder, name), { name, language: 'en', userTypes: [] }, (context) =>
    fillSample(context, SAMPLE_USERS),
  )
}

function freePath(folder: string, name: string): string {
  for (let number = 1; ; number++) {
    const path = join(folder, `${name}${number === 1 ? '' : ` ${number}`}.rollbook`)
    if (!existsSync(path)) return path
  }
}

interface Question {
  purpose: Purpose
  suggestedName: string
  schools: string
}

async function askForFile(window: BrowserWindow, { purpose, suggestedName, schools }: Question) {
  if (purpose === 'adopt-folder' || purpose === 'second-place') {
    const { filePaths } = await dialog.showOpenDialog(window, {
      properties: ['openDirectory', 'createDirectory'],
    })
    return filePaths[0] ?? null
  }
  const { isNew, extension, filters } = purposeOf(purpose)
  if (!isNew) {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters })
    return filePaths[0] ?? null
  }
  const folder = purpose === 'create-school' ? await readyFolder(schools) : app.getPath('documents')
  const defaultPath = join(folder, fileNameOf(suggestedName, extension))
  const { filePath } = await dialog.showSaveDialog(window, { defaultPath, filters })
  return filePath ? withExtension(filePath, extension) : null
}

/** A dialog shows a folder that is there. One that cannot be made is only proposed: the person chooses another place. */
async function readyFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true }).catch(() => undefined)
  return folder
}

const isWritten = (purpose: Purpose) => purpose === 'create-school' || purpose === 'export'

const DATABASE_EXTENSIONS = ['db', 'sqlite', 'sqlite3']

function purposeOf(purpose: Purpose): { isNew: boolean; extension: string; filters: FileFilter[] } {
  if (purpose === 'adopt-file') {
    const databases = { name: words('desktop.seedFiles'), extensions: DATABASE_EXTENSIONS }
    return { isNew: false, extension: 'db', filters: [databases, allFiles()] }
  }
  const isNew = isWritten(purpose)
  const isSchool = purpose === 'create-school' || purpose === 'open-school'
  const extension = isSchool ? 'rollbook' : 'csv'
  const name = words(isSchool ? 'desktop.schoolFiles' : 'desktop.csvFiles')
  return { isNew, extension, filters: [{ name, extensions: [extension] }, ...(isNew ? [] : [allFiles()])] }
}

const allFiles = (): FileFilter => ({ name: words('desktop.allFiles'), extensions: ['*'] })

/** A name that every system takes. The page may suggest a name but no folder. */
function fileNameOf(suggested: string, extension: string): string {
  const name = suggested.replace(/[\\/:*?"<>|\p{Cc}]/gu, '-').replace(/^\.+/, '')
  return name === '' ? '' : withExtension(name, extension)
}

/** Linux dialogs add none. A file that is there under the name as it is was meant. */
function withExtension(path: string, extension: string): string {
  return extname(path) !== '' || existsSync(path) ? path : `${path}.${extension}`
}
