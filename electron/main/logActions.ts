import { clipboard, shell } from 'electron'
import { openedLog, readLog } from './log'

/** Opens the log in the system's own program for texts. */
export async function showLog(): Promise<void> {
  const log = openedLog()
  // Where no program opens it, it is at least shown.
  if ((await shell.openPath(log)) !== '') shell.showItemInFolder(log)
}

/** Puts the newest lines of the log on the clipboard. */
export async function copyLog(): Promise<void> {
  await clipboard.writeText(await readLog())
}
