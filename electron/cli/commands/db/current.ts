import { appliedCount } from '../../../database/recognise'
import { words } from '../../../services/words'
import type { Command } from '../../command'
import { requireFile } from '../../requireFile'
import { databaseFile, FILE_OPTION } from './databaseFile'
import { readRevisions } from './revisions'

/** Says which revision a file is at. */
export const current: Command = {
  arguments: [],
  options: FILE_OPTION,

  async run(work) {
    const file = databaseFile(work)
    await requireFile(file)
    const revisions = readRevisions()
    const applied = await appliedCount(file, revisions)
    const revision = revisions[applied - 1]?.name ?? null
    const pending = revisions.slice(applied).map(({ name }) => name)
    const name = revision ?? words('cli.db.base')
    const text =
      pending.length === 0
        ? words('cli.db.atHead', { name })
        : words('cli.db.behind', { name, count: pending.length })
    return { json: { file, revision, pending }, text }
  },
}
