import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { nodeParser, type ForkParser } from '../../electron/exchange/parserProcess'

/** Builds the parser from its sources (0.2 s), so that no test runs against an older build. */
export async function buildParser(): Promise<ForkParser> {
  const file = join(mkdtempSync(join(tmpdir(), 'rollbook-parser-')), 'parser.cjs')
  const bundle = await rolldown({
    input: resolve(import.meta.dirname, '../../electron/exchange/parser.ts'),
    platform: 'node',
  })
  await bundle.write({ file, format: 'cjs' })
  await bundle.close()
  return nodeParser(file)
}
