// The peer of the database's work: SQLite's own shell, on the same SQLite as the program.
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, nodeModules } from '../places.mjs'
import { run, say } from '../process/command.mjs'
import { unpack, unpackPackage } from '../setup/npmPackage.mjs'
import { expectedSqlite, sqliteSource } from '../setup/soundSqlite.mjs'

/** The path of the shell, compiled the first time. Throws CommandError where there is no compiler. */
export async function sqliteShell() {
  const shell = join(cacheFolder(), 'shell', `sqlite3-${expectedSqlite.sqlite}`)
  if (existsSync(shell)) return shell
  say(`Compiling the shell of SQLite ${expectedSqlite.sqlite} (a minute)`)
  const folder = await mkdtemp(join(tmpdir(), 'rollbook-shell-'))
  try {
    // The sqlite3 package carries the shell's source inside an archive, the other package the library's.
    const deps = join(nodeModules, 'sqlite3', 'deps')
    const archive = (await readdir(deps)).find((name) => name.startsWith('sqlite-autoconf')) ?? ''
    await copyFile(join(deps, archive), join(folder, archive))
    await unpack(archive, folder, [`${archive.replace('.tar.gz', '')}/shell.c`])
    const members = ['sqlite3.c', 'sqlite3.h'].map((name) => `package/deps/sqlite3/${name}`)
    await unpackPackage(sqliteSource, members, folder)
    await compile(folder, join(folder, archive.replace('.tar.gz', ''), 'shell.c'))
    await mkdir(join(cacheFolder(), 'shell'), { recursive: true })
    await copyFile(join(folder, 'shell'), `${shell}.${process.pid}`)
    await rename(`${shell}.${process.pid}`, shell)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return shell
}

/**
 * @param {string} folder
 * @param {string} source
 */
async function compile(folder, source) {
  const library = join(folder, 'package/deps/sqlite3')
  const defines = ['NDEBUG', 'SQLITE_THREADSAFE=1', 'SQLITE_ENABLE_FTS5', 'SQLITE_ENABLE_MATH_FUNCTIONS']
  const options = ['-O2', '-w', ...defines.map((name) => `-D${name}`), `-I${library}`]
  const files = [source, join(library, 'sqlite3.c'), '-lpthread', '-ldl', '-lm', '-o', join(folder, 'shell')]
  await run('cc', [...options, ...files], { timeoutMs: 600_000 })
}
