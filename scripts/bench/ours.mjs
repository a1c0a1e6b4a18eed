// Our side of a bench where no command of the program does the work alone: an entry of test/bench, built from the sources.
import { join } from 'node:path'
import { build } from 'vite'
import { projectFolder } from '../places.mjs'

/**
 * The path of the program that `test/bench/NAME.ts` becomes.
 * @param {string} name
 */
export async function buildOurs(name) {
  const outDir = join(projectFolder, 'out', 'bench', name)
  await build({
    configFile: false,
    root: projectFolder,
    logLevel: 'error',
    build: { ssr: join(projectFolder, 'test', 'bench', `${name}.ts`), outDir, emptyOutDir: true },
  })
  return join(outDir, `${name}.js`)
}
