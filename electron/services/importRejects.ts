import { DELIMITERS, type RowProblem } from '../contract/imports'
import { csvLine } from '../exchange/csvWriter'
import { stopIfAborted } from './importWriting'
import type { PreparedFile } from './preparedImports'
import { words } from './words'
import { writeWhole } from './wholeFile'

/** The header of the added column. Where a file that was mended is imported again, it is an unknown one. */
const REASON = 'rejected_because'
const PAGE_ROWS = 500

/** Writes the rejected rows as they came, and why, for the same spreadsheet program: with the file's own delimiter and a
 *  byte order mark. Answers how many they are. */
export function writeRejects(
  { staging, opened }: PreparedFile,
  path: string,
  signal: AbortSignal,
): Promise<number> {
  const delimiter = DELIMITERS[opened.delimiter]
  const headers = opened.columns.map(({ header }) => header)
  // A file of mended rejects has the column from the last time.
  const kept = headers.flatMap((header, at) => (header === REASON ? [] : [at]))
  return writeWhole(path, async (handle) => {
    const header = [...kept.map((at) => headers[at] ?? ''), REASON]
    await handle.appendFile(`\uFEFF${csvLine(header, delimiter)}\r\n`)
    let count = 0
    for (let last = 0; ;) {
      stopIfAborted(signal)
      const rows = await staging.query<{ line: number; cells: string; problems: string }>(
        `SELECT r.line, r.cells, (SELECT json_group_array(json_object('column', p.column, 'code', p.code, 'params', json(p.params)))
            FROM (SELECT * FROM problems WHERE row = r.line UNION ALL SELECT * FROM match_problems WHERE row = r.line) p) AS problems
          FROM rows r WHERE r.line > ${last} AND r.line NOT IN (SELECT line FROM matches) ORDER BY r.line LIMIT ${PAGE_ROWS}`,
      )
      const text = rows.map((row) => `${csvLine(rejectedRow(row, kept), delimiter)}\r\n`).join('')
      await handle.appendFile(text)
      count += rows.length
      const lastRow = rows.at(-1)
      if (!lastRow) return count
      last = lastRow.line
    }
  })
}

function rejectedRow({ cells, problems }: { cells: string; problems: string }, kept: number[]): string[] {
  const texts = JSON.parse(cells) as string[]
  const reasons = (JSON.parse(problems) as Pick<RowProblem, 'column' | 'code' | 'params'>[]).map(
    ({ column, code, params }) =>
      `${column === null ? '' : `${column}: `}${words(`problems.${code}`, params)}`,
  )
  return [...kept.map((at) => texts[at] ?? ''), reasons.join(' ')]
}
