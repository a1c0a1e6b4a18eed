// Chromium's sandbox and the machines that it does not start on.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { say } from './command.mjs'

// Kernels with these values give user namespaces, which the sandbox is made of, to root alone.
const restrictions = [
  { file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns', value: '1' }, // Ubuntu 24.04 and later
  { file: '/proc/sys/kernel/unprivileged_userns_clone', value: '0' },
  { file: '/proc/sys/user/max_user_namespaces', value: '0' },
]

const isRoot = process.getuid?.() === 0

/** For root alone Electron refuses to start with its sandbox: returns the argument that turns it off, and says so. */
export function sandboxArguments() {
  if (!isRoot) return []
  say('Running as root, so without the sandbox (--no-sandbox): use an ordinary account for real work')
  return ['--no-sandbox']
}

/**
 * Says what to type where the sandbox is the likely reason why Electron has just died.
 * @param {string} electronFolder
 */
export function sandboxHint(electronFolder) {
  const helper = join(electronFolder, 'chrome-sandbox')
  if (isRoot || process.platform !== 'linux' || isSetuidRoot(helper)) return
  if (!restrictions.some(({ file, value }) => readText(file) === value)) return
  say(
    `This system keeps Electron's sandbox from starting. Type:\n  sudo chown root:root "${helper}" && sudo chmod 4755 "${helper}"`,
  )
}

/** @param {string} file */
function isSetuidRoot(file) {
  const { uid, mode } = statSync(file)
  return uid === 0 && (mode & 0o4000) !== 0
}

/** @param {string} file */
function readText(file) {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
