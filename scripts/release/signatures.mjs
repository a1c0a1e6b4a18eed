// Whether installers are signed, by the word of the system that would install them.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommandError, run } from '../process/command.mjs'

/** @typedef {'signed' | 'notarised' | 'unsigned'} Signature */

/** @type {Partial<Record<NodeJS.Platform, { ending: RegExp, ask: (file: string) => Promise<Signature> }>>} */
const systems = {
  win32: { ending: /\.(exe|msi)$/, ask: askWindows },
  darwin: { ending: /\.zip$/, ask: askMac },
}

/**
 * Asks of each installer in a folder; on Linux there is nothing to ask.
 * @param {string} folder
 * @returns {Promise<Record<string, Signature>>} by the file's name
 */
export async function findSignatures(folder) {
  const system = systems[process.platform]
  if (!system) return {}
  const files = (await readdir(folder)).filter((name) => system.ending.test(name))
  /** @type {Record<string, Signature>} */
  const signatures = {}
  for (const name of files) signatures[name] = await system.ask(join(folder, name))
  return signatures
}

/**
 * @param {string} file
 * @returns {Promise<Signature>}
 */
async function askWindows(file) {
  const command = `(Get-AuthenticodeSignature -LiteralPath $env:INSTALLER).Status`
  const env = { ...process.env, INSTALLER: file }
  const status = await run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command], { env })
  if (status.trim() === 'NotSigned') return 'unsigned'
  if (status.trim() === 'Valid') return 'signed'
  throw new Error(`${file} has a signature that Windows does not take: ${status.trim()}`)
}

/**
 * The disk image holds the same program as the archive.
 * @param {string} file
 * @returns {Promise<Signature>}
 */
async function askMac(file) {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-signature-'))
  try {
    await run('ditto', ['-x', '-k', file, folder])
    const program = join(folder, 'Rollbook.app')
    // Whoever signed it or nobody: a program that does not hold together is not released.
    await run('codesign', ['--verify', '--deep', '--strict', program])
    // Without a certificate it has what the processor asks for, which tells nobody who made it.
    if (!(await isAnswered('codesign', ['--verify', '-R=anchor apple generic', program]))) return 'unsigned'
    return (await isAnswered('xcrun', ['stapler', 'validate', program])) ? 'notarised' : 'signed'
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 */
async function isAnswered(command, args) {
  try {
    await run(command, args)
    return true
  } catch (error) {
    if (error instanceof CommandError) return false
    throw error
  }
}
