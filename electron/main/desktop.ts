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
import { words } from '../services/words'
import type { CurrentSchool } from './currentSchool'
import type { PreferencesFile } from './preferencesFile'

export interface Desktop {
  window: BrowserWindow
  current: CurrentSchool
  files: FileTokens
  preferences: PreferencesFile
  /** The folder of the sample schools. */
  samples: string
}

type Contexts = Record<MethodKind, null>
type DesktopHandlers = {
  [Entity in keyof typeof desktopContract]: Handlers<(typeof desktopContract)[Entity], Contexts>
}
type Purpose = z.output<typeof filesMethods.choose.input>['purpose']

const SAMPLE_USERS = 800

/** What the desktop around the school answers. */
export function desktopHandlers({ window, current, files, preferences, samples }: Desktop): DesktopHandlers {
  return {
    schools: {
      create: (_context, { file, ...school }) => current.create(files.path(file), school),
      open: (_context, { file }) => current.open(files.path(file)),
      createSample: () => createSample(current, samples),
      recent: async () =>
        preferences.recent
          .filter((path) => existsSync(path))
          .map((path) => ({ file: files.give(path).file, name: basename(path, '.rollbook'), path })),
    },
    files: {
      choose: async (_context, { purpose, suggestedName }) => {
        const path = await askForFile(window, purpose, suggestedName)
        return path === null ? null : files.give(path)
      },
      showSchool: async () => {
        if (current.file === null) throw new AppError('no-school')
        shell.showItemInFolder(current.file)
        return null
      },
    },
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
    },
  }
}

/** Makes a new sample school in `folder` and opens it. Earlier ones stay as they are. */
export async function createSample(current: CurrentSchool, folder: string) {
  const { fillSample } = await import('../services/sample')
  await mkdir(folder, { recursive: true })
  const name = words('desktop.sampleSchool')
  return current.create(freePath(folder, name), { name, language: 'en', userTypes: [] }, (created) =>
    fillSample(created, SAMPLE_USERS),
  )
}

function freePath(folder: string, name: string): string {
  for (let number = 1; ; number++) {
    const path = join(folder, `${name}${number === 1 ? '' : ` ${number}`}.rollbook`)
    if (!existsSync(path)) return path
  }
}

async function askForFile(window: BrowserWindow, purpose: Purpose, suggestedName: string) {
  const { isNew, extension, filters } = purposeOf(purpose)
  if (!isNew) {
    const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile'], filters })
    return filePaths[0] ?? null
  }
  const defaultPath = join(app.getPath('documents'), fileNameOf(suggestedName, extension))
  const { filePath } = await dialog.showSaveDialog(window, { defaultPath, filters })
  return filePath ? withExtension(filePath, extension) : null
}

function purposeOf(purpose: Purpose): { isNew: boolean; extension: string; filters: FileFilter[] } {
  const isNew = purpose === 'create-school' || purpose === 'export'
  const isSchool = purpose === 'create-school' || purpose === 'open-school'
  const extension = isSchool ? 'rollbook' : 'csv'
  const name = words(isSchool ? 'desktop.schoolFiles' : 'desktop.csvFiles')
  const all = { name: words('desktop.allFiles'), extensions: ['*'] }
  return { isNew, extension, filters: [{ name, extensions: [extension] }, ...(isNew ? [] : [all])] }
}

/** A name that every system takes. The page may suggest a name but no folder. */
function fileNameOf(suggested: string, extension: string): string {
  const name = suggested.replace(/[\\/:*?"<>|\p{Cc}]/gu, '-').replace(/^\.+/, '')
  return name === '' ? '' : withExtension(name, extension)
}

/** Linux dialogs add none. A file that is there under the name as it is was meant. */
function withExtension(path: string, extension: string): string {
  return extname(path) !== '' || existsSync(path) ? path : `${path}.${extension}`
}
