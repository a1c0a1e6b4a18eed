import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SideConnection } from '../../../electron/database/scratch'

/** What differs between two schools that were worked at in the same way: times, and the salts and digests of history. */
const UNLIKE = /^(salt|digest)$/
const INSTANT = /\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3}(Z| \+00:00)/g

/** A digest of every row of a school's file, but for when it was written. Whatever waits beside the file is made part of
 *  it, as the next launch does. Throws with what a look through it complains of. */
export async function contentOf(file: string): Promise<string> {
  const side = await SideConnection.open(file)
  try {
    await side.run('PRAGMA busy_timeout=5000')
    await requireWhole(side)
    const tables = await side.query<{ name: string }>(
      `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema' ORDER BY name`,
    )
    const hash = createHash('sha256')
    for (const { name } of tables) {
      const rows = await side.query(`SELECT * FROM "${name}" ORDER BY 1, 2`)
      const told = rows.map((row) => Object.entries(row).filter(([column]) => !UNLIKE.test(column)))
      hash.update(withoutTimes(JSON.stringify([name, told])))
    }
    return hash.digest('hex')
  } finally {
    await side.close()
  }
}

const withoutTimes = (text: string) => text.replace(INSTANT, 'then')

export interface Expected {
  /** What the school holds after each number of steps. */
  contents: string[]
  /** How many steps are known to be done. One more may be. */
  done: number
  /** Files that are known to be there, by their names from the school's folder. */
  made: string[]
}

/** What is wrong with a school that was worked at, and with the files made of it, after its program has ended in whatever
 *  way: each is whole or not there, and what was told of is there. */
export async function wrongFiles(file: string, { contents, done, made }: Expected): Promise<string[]> {
  const wrong: string[] = []
  const content = await contentOf(file).catch(String)
  if (content !== contents[done] && content !== contents[done + 1])
    wrong.push(`the school holds what it did after step ${contents.indexOf(content)}: ${content}`)
  const found = await filesBeside(file)
  for (const name of found.filter((each) => each.endsWith('.rollbook'))) {
    const copied = await contentOf(join(dirname(file), name)).catch(String)
    if (!contents.includes(copied)) wrong.push(`${name} is not whole: ${copied}`)
  }
  for (const name of found.filter((each) => each.endsWith('.csv')))
    if (!(await isWholeExport(join(dirname(file), name)))) wrong.push(`${name} is not whole`)
  return [...wrong, ...made.filter((name) => !found.includes(name)).map((name) => `${name} is not there`)]
}

/** All that has been made of a school, by its name from the school's folder, but for what was not yet given a name. */
export async function filesBeside(file: string): Promise<string[]> {
  const names = (await readdir(dirname(file), { recursive: true })).map(String)
  const own = basename(file)
  const isOwn = (name: string) => name.startsWith(own) && dirname(name) === '.'
  return names.filter(
    (name) => /\.(rollbook|csv)$/.test(name) && !isOwn(name) && !basename(name).startsWith('.'),
  )
}

/** The exports are of all people, of whom the sample's come first. */
async function isWholeExport(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8')
  return text.endsWith('\r\n') && text.split('\r\n').length > 60
}

async function requireWhole(side: SideConnection): Promise<void> {
  const integrity = await side.query('PRAGMA integrity_check')
  const references = await side.query('PRAGMA foreign_key_check')
  const complaints = [
    ...integrity.map((row) => String(row.integrity_check)),
    ...references.map((row) => JSON.stringify(row)),
  ]
  const wrong = complaints.filter((each) => each !== 'ok')
  if (wrong.length > 0) throw new Error(wrong.slice(0, 3).join('; '))
}
