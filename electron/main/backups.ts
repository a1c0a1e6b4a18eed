import { shell } from 'electron'
import type { backupsMethods } from '../contract/backups'
import type { Handlers, MethodKind } from '../contract/define'
import type { FileTokens } from '../services/fileTokens'
import type { AutomaticBackups } from './automaticBackups'
import type { CurrentSchool } from './currentSchool'

interface Backups {
  current: CurrentSchool
  automatic: AutomaticBackups
  files: FileTokens
}

/** Backups of the file that is open, or that could not be opened at launch. */
export function backupHandlers({
  current,
  automatic,
  files,
}: Backups): Handlers<typeof backupsMethods, Record<MethodKind, null>> {
  // Loaded when they are wanted: a launch has no use for them.
  const services = () => import('../services/backups')
  return {
    list: async () => {
      await current.kept
      return (await services()).listBackups(current.backedUpFile)
    },
    automatic: () => automatic.describe(),
    isOverdue: async () => automatic.isOverdue,
    runAutomatic: () => automatic.run(),
    setSecondPlace: (_context, { folder }) =>
      automatic.setSecondPlace(folder === null ? null : files.path(folder)),
    create: async () => (await services()).describeBackup(await current.backUp()),
    inspect: async (_context, { file }) => (await services()).describeBackup(files.path(file)),
    restore: async (_context, { source, version, to }) => {
      const { findBackup } = await services()
      const backup =
        'file' in source ? files.path(source.file) : await findBackup(current.backedUpFile, source.name)
      return current.restore(backup, { to: to === null ? undefined : files.target(to), version })
    },
    saveCopy: (_context, { file }) => current.saveCopy(files.target(file)),
    showFolder: async () => {
      const { backupFolder } = await import('../database/backup')
      shell.showItemInFolder(backupFolder(current.backedUpFile))
      return null
    },
  }
}
