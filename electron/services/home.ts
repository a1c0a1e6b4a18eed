import { homedir, userInfo } from 'node:os'
import { posix, resolve, win32 } from 'node:path'
import { type Environment, readPolicy } from './policy'

const PRODUCT = 'Rollbook'

/** Where things of one user lie on this computer. */
export interface Folders {
  /** Settings, logs and work files. */
  home: string
  /** Where new schools are proposed. A person may choose any other place. */
  schools: string
}

/** The folders by `ROLLBOOK_HOME`, else by this computer's policy, else where its system keeps what is one user's own and
 *  stays on the computer: a folder that roams or is synced would copy a file that is being written. Throws `invalid` for a
 *  policy that cannot be followed. */
export function findFolders(env: Environment, platform = process.platform): Folders {
  const { join } = platform === 'win32' ? win32 : posix
  const policy = readPolicy(env, platform)
  const home = env.ROLLBOOK_HOME ? resolve(env.ROLLBOOK_HOME) : (policy.home ?? usualHome(env, platform))
  return { home, schools: policy.schools ?? join(home, 'schools') }
}

/** Where this system keeps such things of one user. */
export function usualHome(env: Environment, platform = process.platform): string {
  const { join } = platform === 'win32' ? win32 : posix
  // An empty HOME is one that is not set.
  const own = env.HOME === '' ? userInfo().homedir : homedir()
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(own, 'AppData', 'Local'), PRODUCT)
  if (platform === 'darwin') return join(own, 'Library', 'Application Support', PRODUCT)
  // By its specification a relative one is to be ignored.
  const data = env.XDG_DATA_HOME && posix.isAbsolute(env.XDG_DATA_HOME) ? env.XDG_DATA_HOME : null
  return join(data ?? join(own, '.local', 'share'), PRODUCT)
}
