import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { beforeLeaving } from './leaving.mjs'

/**
 * Gives `work` a new folder, whose path begins with `prefix`, and removes it afterwards, however that ends.
 * @template T
 * @param {string} prefix
 * @param {(folder: string) => Promise<T>} work
 */
export async function withTemporaryFolder(prefix, work) {
  const folder = await mkdtemp(prefix)
  const callOff = beforeLeaving(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  try {
    return await work(folder)
  } finally {
    callOff()
    await rm(folder, { recursive: true, force: true })
  }
}
