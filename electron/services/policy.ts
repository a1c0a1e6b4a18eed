import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'
import { AppError } from '../contract/errors'

export type Environment = Readonly<Record<string, string | undefined>>

/** What whoever looks after a computer has settled for everyone who uses it. Folders are absolute. */
export interface Policy {
  /** Settings, logs and work files. */
  home?: string
  /** Where new schools are proposed. */
  schools?: string
}

const KEYS = ['home', 'schools'] as const

/** Where this computer's policy stands. `ROLLBOOK_POLICY` names another, to try one out. */
export function policyFile(env: Environment, platform = process.platform): string {
  if (env.ROLLBOOK_POLICY) return env.ROLLBOOK_POLICY
  if (platform === 'win32') return win32.join(env.ProgramData ?? 'C:\\ProgramData', 'Rollbook', 'policy.json')
  if (platform === 'darwin') return '/Library/Application Support/Rollbook/policy.json'
  return '/etc/rollbook/policy.json'
}

/** Reads this computer's policy; one that is not there settles nothing. Throws `invalid` for one that cannot be followed
 *  to the letter: without it people's records would come to lie where they are not meant to. Checked by hand, since the
 *  window waits for it and zod takes its time. */
export function readPolicy(env: Environment, platform = process.platform): Policy {
  const file = policyFile(env, platform)
  const text = readText(file)
  if (text === null) return {}
  const policy: Policy = {}
  for (const [key, value] of Object.entries(parse(text, file))) {
    const known = KEYS.find((each) => each === key)
    if (!known) throw new AppError('invalid', { reason: 'policy-key', file, key, values: KEYS.join(', ') })
    policy[known] = folderOf(value, { file, key, env, platform })
  }
  return policy
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new AppError('invalid', { reason: 'policy-unreadable', file, why: String(code) })
  }
}

function parse(text: string, file: string): object {
  try {
    // Windows' own editors begin a file with a byte order mark.
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // What is no JSON is no object either.
  }
  throw new AppError('invalid', { reason: 'policy-no-object', file, values: KEYS.join(', ') })
}

interface Place {
  file: string
  key: string
  env: Environment
  platform: NodeJS.Platform
}

/** One policy serves everybody, so a folder may begin with `~` and have variables in it, as its system writes them. */
function folderOf(value: unknown, { file, key, env, platform }: Place): string {
  const isWindows = platform === 'win32'
  const filled = String(value).replace(isWindows ? /%([^%]+)%/g : /\$(\w+)/g, (_, name: string) => {
    const text = env[name]
    if (text) return text
    throw new AppError('invalid', { reason: 'policy-variable', file, key, name })
  })
  const folder = filled.replace(/^~(?=$|[/\\])/, () => homedir())
  if (typeof value === 'string' && (isWindows ? win32 : posix).isAbsolute(folder)) return folder
  const example = isWindows ? 'D:\\Rollbook\\%USERNAME%' : '/srv/rollbook/$USER'
  throw new AppError('invalid', {
    reason: 'policy-no-folder',
    ...{ file, key, value: JSON.stringify(value), example },
  })
}
