import { copyFile, mkdir, symlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { temporaryFolder } from './school'

const PROJECT = resolve(import.meta.dirname, '../..')

/** A folder that is to the tools what the checkout is, with a `migrations` of its own, which is empty. */
export async function sparseCheckout(): Promise<string> {
  const folder = await temporaryFolder()
  const shared = ['node_modules', 'electron', 'package.json', 'tsconfig.base.json', 'eslint.config.mjs']
  for (const name of [...shared, '.prettierrc.json', 'scripts'])
    await symlink(join(PROJECT, name), join(folder, name))
  await mkdir(join(folder, 'migrations'))
  await copyFile(join(PROJECT, 'migrations/tsconfig.json'), join(folder, 'migrations/tsconfig.json'))
  return folder
}
