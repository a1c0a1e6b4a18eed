import { readdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

/** A program that copies the files of a folder to other computers, and how its folder is known: by its name, or by what the
 *  program keeps in it. */
interface SyncService {
  name: string
  folder: RegExp
  marker?: RegExp
}

const SERVICES: SyncService[] = [
  { name: 'Dropbox', folder: /^Dropbox( \(.+\))?$/, marker: /^\.dropbox(\.cache)?$/ },
  { name: 'OneDrive', folder: /^OneDrive([ -].+)?$/ },
  { name: 'Google Drive', folder: /^(Google ?Drive|GoogleDrive-.+)$/, marker: /^\.tmp\.drive(down|up)load$/ },
  { name: 'iCloud Drive', folder: /^(iCloud ?Drive|Mobile Documents|com~apple~CloudDocs)$/ },
  { name: 'Nextcloud', folder: /^Nextcloud\d*$/, marker: /^\.(nextcloudsync\.log|sync_[0-9a-f]+\.db)$/ },
  { name: 'ownCloud', folder: /^own[cC]loud$/, marker: /^\.(owncloudsync\.log|_sync_[0-9a-f]+\.db)$/ },
  { name: 'Syncthing', folder: /^Syncthing$/, marker: /^\.stfolder$/ },
]

/** The name of the program that copies the folder of a file to other computers while the file is written, or null. It would
 *  copy the file without its `-wal`, and two computers would each have half of the records. */
export async function findSyncService(file: string): Promise<string | null> {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const found = await serviceOf(folder)
    if (found) return found.name
  }
  return null
}

async function serviceOf(folder: string): Promise<SyncService | undefined> {
  const named = SERVICES.find((service) => service.folder.test(basename(folder)))
  if (named) return named
  // A folder that may be passed through need not be one that may be read.
  const names = await readdir(folder).catch(() => [])
  return SERVICES.find(({ marker }) => marker && names.some((name) => marker.test(name)))
}
