// sqlite3's addon for the processor that is packed for: a universal macOS program has one for each.
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Arch } from 'electron-builder'
import { say } from '../process/command.mjs'
import { withTemporaryFolder } from '../process/temporaryFolder.mjs'
import { compileForOther, isSqliteReady, prepareSqlite } from '../setup/soundSqlite.mjs'

/**
 * electron-builder's `beforePack`. What it compiles for another processor than this machine's stays in node_modules only
 * until the next set-up, which sees that it is not its own.
 * @param {{ arch: Arch }} context
 */
export async function addonBeforePack({ arch }) {
  const wanted = Arch[arch]
  if (wanted === process.arch) {
    if (!isSqliteReady()) await prepareSqlite()
    return
  }
  say(`  sqlite3: compiling it for ${wanted}`)
  await withTemporaryFolder(join(tmpdir(), 'rollbook-sqlite3-'), (folder) => compileForOther(wanted, folder))
}
