import { resolve } from 'node:path'
import { words } from '../../services/words'
import { requireFile } from '../requireFile'
import type { Command } from '../command'

/** Says what a file is, whoever holds it, and alters nothing. */
export const info: Command = {
  arguments: [{ name: 'FILE' }],
  options: {},

  async run({ args }) {
    const file = resolve(args.argument('FILE'))
    await requireFile(file)
    const { readFileInfo } = await import('../../services/fileInfo')
    const { schema, pending, version, isEncrypted, counts, integrity, sqlite } = await readFileInfo(file)
    const isDamaged = integrity !== 'ok'
    const lines = [
      words('cli.info.file', { file }),
      words('cli.info.schema', { schema, version }),
      pending > 0 ? words('cli.info.pending', { count: pending }) : words('cli.info.atHead'),
      words(isEncrypted ? 'cli.info.encrypted' : 'cli.info.plain'),
      words('cli.info.counts', counts),
      isDamaged ? words('cli.info.damaged', { detail: integrity }) : words('cli.info.sound'),
      words(sqlite.isSound ? 'cli.info.sqlite' : 'cli.info.stockSqlite', { version: sqlite.version }),
    ]
    const { version: sqliteVersion, isSound: isSoundSqlite } = sqlite
    const json = { schema, pending, version, encrypted: isEncrypted, counts, integrity }
    return {
      json: { ...json, sqlite: sqliteVersion, isSoundSqlite },
      text: lines.join('\n'),
      exitCode: isDamaged ? 1 : 0,
    }
  },
}
