import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The parser, built from its sources for this run of the tests, so that none meets an older one. */
    parserFile: string
  }
}

/** Vitest's global set-up. Answers its tear-down. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-parser-'))
  project.provide('parserFile', await buildParser(folder))
  return () => rm(folder, { recursive: true, force: true })
}

/** Builds electron/exchange/parser.ts into a folder and answers the file's path. */
export async function buildParser(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: resolve(import.meta.dirname, '../../electron/exchange/parser.ts'),
      outDir: folder,
      emptyOutDir: false,
      target: 'node18',
      minify: false,
      rolldownOptions: { output: { format: 'cjs', entryFileNames: 'parser.cjs' } },
    },
  })
  return join(folder, 'parser.cjs')
}
