import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { AppError } from '../../electron/contract/errors'
import { importOptions, type ImportOptions } from '../../electron/contract/imports'
import { parseFile, type OpenedFile } from '../../electron/exchange/parseFile'
import { storedColumns } from '../../electron/exchange/storedRows'
import { temporaryFolder } from './school'

export interface Parsed {
  file: OpenedFile
  /** Good rows by the columns that have a value, with their line. */
  rows: Record<string, unknown>[]
  problems: { row: number; column: string | null; code: string; value: string; params: object }[]
  count: number
}

/** Reads a file of this content, in this process. */
export async function parse(content: string | Buffer, options: Partial<ImportOptions> = {}): Promise<Parsed> {
  const path = join(await temporaryFolder(), 'list.csv')
  await writeFile(path, content)
  const parsed: Parsed = { file: undefined as never, rows: [], problems: [], count: 0 }
  const request = { path, language: 'hr' as const, options: importOptions.parse(options) }
  const { rows } = await parseFile(request, {
    opened: (file) => (parsed.file = file),
    progress: () => undefined,
    batch: async (batch) => {
      for (const [line, , isRejected, ...values] of JSON.parse(batch.rows) as unknown[][]) {
        if (isRejected === 1) continue
        const columns = storedColumns(parsed.file.entity).map((column, at) => [column, values[at]] as const)
        parsed.rows.push({ line, ...Object.fromEntries(columns.filter(([, value]) => value !== null)) })
      }
      for (const [row, column, value, code, params] of JSON.parse(batch.problems) as never[][]) {
        parsed.problems.push({ row: row!, column: column!, value: value!, code: code!, params: params! })
      }
    },
  })
  return { ...parsed, count: rows }
}

/** The problem with the file as a whole. */
export async function refusal(content: string | Buffer, options: Partial<ImportOptions> = {}) {
  const error = await parse(content, options).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(AppError)
  return (error as AppError).fields
}
