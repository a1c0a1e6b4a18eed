import { open } from 'node:fs/promises'
import { type Layout, tableOfRows } from './salvageLayouts'
import { readTablePage, storedRows } from './salvagePages'

/** The first page of a table, or of a part of one that lost the pages above it. */
export interface Root {
  table: string
  page: number
  leaves: number
}

/** A page of a table: with rows of ours, or with the numbers of other pages. */
type Page = { table: string } | { children: number[] }

/** Finds all that can be read of tables without the list of them, by their rows: each page with rows is under one of these,
 *  that with the most pages first. Answers the size of a page, too. */
export async function findRoots(
  copy: string,
  layouts: Layout[],
  stopIfCancelled: () => void,
): Promise<{ size: number; roots: Root[] }> {
  const { size, pages } = await readPages(copy, layouts, stopIfCancelled)
  return { size, roots: rootsOf(pages).sort((one, other) => other.leaves - one.leaves) }
}

const PAGES_AT_A_TIME = 256
const ROWS_TRIED = 5

async function readPages(copy: string, layouts: Layout[], stopIfCancelled: () => void) {
  const handle = await open(copy, 'r')
  try {
    const header = Buffer.alloc(18)
    await handle.read(header, 0, 18, 0)
    const size = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16)
    const count = Math.floor((await handle.stat()).size / size)
    const pages = new Map<number, Page>()
    const buffer = Buffer.alloc(PAGES_AT_A_TIME * size)
    for (let first = 1; first <= count; first += PAGES_AT_A_TIME) {
      stopIfCancelled()
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, (first - 1) * size)
      for (let at = 0; at + size <= bytesRead; at += size) {
        const number = first + at / size
        // The first is of the list of tables.
        const page = number === 1 ? null : readPage(buffer.subarray(at, at + size), layouts, count)
        if (page) pages.set(number, page)
      }
    }
    return { size, pages }
  } finally {
    await handle.close()
  }
}

function readPage(bytes: Buffer, layouts: Layout[], count: number): Page | null {
  const page = readTablePage(bytes)
  if (page?.kind === 'interior')
    return { children: [...new Set(page.children)].filter((child) => child > 1 && child <= count) }
  const table = page && tableOfRows(storedRows(bytes, ROWS_TRIED), layouts)
  return table === null ? null : { table }
}

/** Each page is gone through once, however damaged numbers lead from one to another, or in a circle. */
function rootsOf(pages: Map<number, Page>): Root[] {
  const led = new Set<number>()
  const [interiors, leaves]: [number[], number[]] = [[], []]
  for (const [number, page] of pages) {
    if ('table' in page) leaves.push(number)
    else interiors.push(number)
    if ('children' in page) for (const child of page.children) led.add(child)
  }
  const seen = new Set<number>()
  const roots: Root[] = []
  // Those that no other leads to come first. Then what is led to from a circle, or by a page of another table.
  const tops = [...interiors, ...leaves].filter((number) => !led.has(number))
  for (const number of [...tops, ...interiors, ...leaves]) {
    const found = seen.has(number) ? [] : leavesUnder(number, pages, seen)
    const [table] = found.map((leaf) => tableOf(pages.get(leaf)))
    if (!table) continue
    const own = found.filter((leaf) => tableOf(pages.get(leaf)) === table)
    for (const leaf of own) seen.add(leaf)
    roots.push({ table, page: number, leaves: own.length })
  }
  return roots
}

const tableOf = (page: Page | undefined) => (page && 'table' in page ? page.table : null)

/** The leaves that a page leads to and that were not seen. `seen` gets the other pages. */
function leavesUnder(root: number, pages: Map<number, Page>, seen: Set<number>): number[] {
  const under = new Set([root])
  const leaves: number[] = []
  // A set is walked through with what is added to it meanwhile.
  for (const number of under) {
    const page = pages.get(number)
    if (!page || seen.has(number)) continue
    if ('table' in page) leaves.push(number)
    else {
      seen.add(number)
      for (const child of page.children) under.add(child)
    }
  }
  return leaves
}
