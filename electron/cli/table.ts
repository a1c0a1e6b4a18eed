/** Columns of a table: texts to the left, numbers to the right. */
export interface Column {
  header: string
  isNumber?: boolean
}

/** A plain, aligned table, a line for each row and one for the headers. Long texts are cut, but in the last column. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = rows.map((row) => row.map((text, at) => oneLine(text, at === columns.length - 1)))
  const cells = [columns.map(({ header }) => header), ...shown]
  const widths = columns.map((_, at) => cells.reduce((width, row) => Math.max(width, lengthOf(row[at])), 0))
  const lines = cells.map((row) =>
    columns
      .map(({ isNumber }, at) => pad(row[at] ?? '', widths[at] ?? 0, isNumber === true))
      .join('  ')
      .trimEnd(),
  )
  return lines.join('\n')
}

/** Longer texts are read elsewhere: `--json` has them whole. */
const LONGEST = 60

function oneLine(text: string, isWhole: boolean): string {
  const line = text.replace(/\s+/g, ' ')
  return !isWhole && lengthOf(line) > LONGEST ? `${[...line].slice(0, LONGEST - 1).join('')}…` : line
}

function pad(text: string, width: number, isNumber: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - lengthOf(text)))
  return isNumber ? blanks + text : text + blanks
}

/** By what stands beside one another: accents written apart take no room. */
function lengthOf(text = ''): number {
  return [...text.normalize('NFC').replace(/\p{Mn}/gu, '')].length
}
