import { join } from 'node:path'
import { migrationSql } from '../../../database/migrationSql'
import type { Revision } from '../../../database/operations'
import { headsOf, revisionFiles } from '../../../database/revisions'
import { words } from '../../../services/words'
import type { Command } from '../../command'
import { version } from '../../version'
import { findRevision, readRevisions } from './revisions'

/** Lists the revisions, the newest first. */
export const history: Command = {
  arguments: [],
  options: {},

  async run() {
    const revisions = readRevisions()
      .map(({ name, revises }, at, { length }) => ({ name, revises, isHead: at === length - 1 }))
      .reverse()
    return { json: { revisions }, text: revisions.map(historyLine).join('\n') }
  },
}

/** Lists the revisions that no other follows; there should be one. */
export const heads: Command = {
  arguments: [],
  options: {},

  async run() {
    const names = headsOf(revisionFiles()).map(({ name }) => name)
    return { json: { heads: names }, text: names.join('\n') }
  },
}

/** Shows one revision, and the SQL that it runs. */
export const show: Command = {
  arguments: [{ name: 'NAME' }],
  options: {},

  async run({ args, checkout }) {
    const revisions = readRevisions()
    const { name, revises } = findRevision(args.argument('NAME'), revisions)
    const at = revisions.findIndex((one) => one.name === name)
    const statements = await migrationSql(revisions, at, at + 1, { appVersion: version })
    const file = checkout === null ? null : join(checkout, 'migrations', `${name}.ts`)
    const next = revisions[at + 1]?.name ?? null
    const lines = [
      words('cli.db.show.name', { name }),
      words('cli.db.show.revises', { name: revises ?? words('cli.db.base') }),
      words('cli.db.show.next', { name: next ?? words('cli.db.isHead') }),
      ...(file === null ? [] : [words('cli.db.show.file', { file })]),
      '',
      sqlText(statements),
    ]
    return { json: { name, revises, next, file, statements }, text: lines.join('\n') }
  },
}

/** Statements as a script. */
export const sqlText = (statements: readonly string[]) =>
  statements.map((statement) => `${statement};`).join('\n')

function historyLine({ name, revises, isHead }: Pick<Revision, 'name' | 'revises'> & { isHead: boolean }) {
  const from = revises ?? words('cli.db.base')
  return words(isHead ? 'cli.db.headLine' : 'cli.db.historyLine', { from, name })
}
