import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

const PRODUCT = 'Rollbook'

/** The folder of settings, logs and work files: `ROLLBOOK_HOME`, or where this system keeps such things of one user. */
export function homeFolder(env: Record<string, string | undefined>, platform = process.platform): string {
  if (env.ROLLBOOK_HOME) return resolve(env.ROLLBOOK_HOME)
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), PRODUCT)
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', PRODUCT)
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), PRODUCT)
}
