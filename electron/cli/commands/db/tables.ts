import { AppError } from '../../../contract/errors'
import { readFileSchema } from '../../../database/fileSchema'
import { appliedCount } from '../../../database/recognise'
import { revisionFiles } from '../../../database/revisions'
import { sameName } from '../../../database/schema/sqlTokens'
import { words } from '../../../services/words'
import type { Command } from '../../command'
import { requireFile } from '../../requireFile'
import { databaseFile, FILE_OPTION } from './databaseFile'
import { describeObjects, describeTable } from './describeTable'

/** Shows the tables of a file, or one of them: columns, keys, rules, indexes, triggers, how many rows. */
export const tables: Command = {
  arguments: [{ name: 'TABLE', isOptional: true }],
  options: FILE_OPTION,

  async run(work) {
    const file = databaseFile(work)
    await requireFile(file)
    // Throws where it is no file of ours.
    await appliedCount(file, revisionFiles())
    const { schema, rows } = await readFileSchema(file)
    const wanted = work.args.argument('TABLE')
    const names = Object.keys(schema.tables).filter((name) => wanted === '' || sameName(name, wanted))
    if (names.length === 0)
      throw new AppError('not-found', {
        reason: 'no-table',
        name: wanted,
        values: Object.keys(schema.tables).join(', '),
      })
    const shown = Object.fromEntries(
      names.map((name) => [name, { rows: rows[name] ?? 0, ...schema.tables[name] }]),
    )
    const others = wanted === '' ? { views: schema.views, virtualTables: schema.virtualTables } : {}
    const texts = [
      ...names.map((name) => describeTable(schema, name, rows[name] ?? 0)),
      ...(wanted === '' ? describeObjects(schema) : []),
    ]
    return { json: { file, tables: shown, ...others }, text: texts.join('\n\n') || words('cli.db.empty') }
  },
}
