// What is needed of SQLite's file format (https://www.sqlite.org/fileformat2.html) to know the tables of a file by their pages.
// Whatever the bytes are, nothing is read beyond the page.

/** A page of a table: of rows, or of the numbers of other pages. */
export type TablePage = { kind: 'leaf' } | { kind: 'interior'; children: number[] }

/** How a value is stored. */
export type Storage = 'null' | 'integer' | 'real' | 'text' | 'blob'

const LEAF = 0x0d
const INTERIOR = 0x05

/** Takes a page as one of a table; null for what can be none. */
export function readTablePage(page: Buffer): TablePage | null {
  const places = cellPlaces(page)
  if (places === null) return null
  if (page[0] === LEAF) return { kind: 'leaf' }
  const children = places.filter((place) => place + 4 <= page.length).map((place) => page.readUInt32BE(place))
  return { kind: 'interior', children: [...children, page.readUInt32BE(8)] }
}

/** How the values of the first rows of a leaf are stored. What can be no row is left out. */
export function storedRows(page: Buffer, most: number): Storage[][] {
  const rows: Storage[][] = []
  for (const place of (cellPlaces(page) ?? []).slice(0, most)) {
    const row = storedValues(page, place)
    if (row) rows.push(row)
  }
  return rows
}

/** Where the cells of a page of a table lie; null where it can be none. */
function cellPlaces(page: Buffer): number[] | null {
  const type = page[0]
  if (type !== LEAF && type !== INTERIOR) return null
  const headerSize = type === LEAF ? 8 : 12
  const count = page.readUInt16BE(3)
  if (count === 0 || headerSize + 2 * count > page.length) return null
  return Array.from({ length: count }, (_, index) => page.readUInt16BE(headerSize + 2 * index))
}

/** A cell has the length of its record and the number of the row before the record, and that has the kinds of its values
 *  before them. */
function storedValues(page: Buffer, place: number): Storage[] | null {
  const length = readVarint(page, place)
  const id = length && readVarint(page, length.end)
  const header = id && readVarint(page, id.end)
  if (!header) return null
  const end = id.end + header.value
  if (end > page.length) return null
  const values: Storage[] = []
  for (let at = header.end; at < end;) {
    const kind = readVarint(page, at)
    const storage = kind && storageOf(kind.value)
    if (!storage) return null
    values.push(storage)
    at = kind.end
  }
  return values
}

function storageOf(kind: number): Storage | null {
  if (kind === 0) return 'null'
  if (kind === 7) return 'real'
  if (kind < 10) return 'integer'
  if (kind < 12) return null
  return kind % 2 === 0 ? 'blob' : 'text'
}

/** Seven bits of each byte, the first one first, until one has not the eighth. */
function readVarint(page: Buffer, from: number): { value: number; end: number } | null {
  let value = 0
  for (let at = from; at < from + 9 && at < page.length; at++) {
    const byte = page[at] ?? 0
    value = value * 128 + (byte & 127)
    if (byte < 128) return { value, end: at + 1 }
  }
  return null
}
