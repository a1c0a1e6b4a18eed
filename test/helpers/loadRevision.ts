import ts from 'typescript'
import type { Revision } from '../../electron/database/operations'

/** Compiles the source of a revision, as the build does, and loads it. */
export async function loadRevision(source: string): Promise<Revision> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  })
  const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(outputText)}`
  const module = (await import(/* @vite-ignore */ url)) as { default: Revision }
  return module.default
}
