// Our side of the bench of a rebuild, in a process of its own: `rebuild.js sql` writes the statements of the revision for
// the shell to run, `rebuild.js run FILE` takes a file past it.
import { migrationSql } from '../../electron/database/migrationSql'
import { stepsBetween, takeStep, withMigrator } from '../../electron/database/migrator'
import type { Revision } from '../../electron/database/operations'
import { allRevisions } from '../../electron/database/revisions'
import { measured } from './blockMeter'

const appVersion = 'bench'
const revisions = allRevisions()
const head = revisions.length

/** What SQLite cannot do but by a rebuild: every row is written, and every index of it. */
const revision: Revision = {
  name: '20990101T0000-rebuild-users',
  revises: revisions.at(-1)?.name ?? null,
  upgrade: (op) => op.addColumn('users', 'code', { type: 'TEXT' }, { using: `'u' || user_id` }),
  downgrade: (op) => op.dropColumn('users', 'code'),
}

const [, , command, file = ''] = process.argv
const answer =
  command === 'sql'
    ? await migrationSql([...revisions, revision], head, head + 1, { appVersion })
    : await run()
process.stdout.write(JSON.stringify(answer))

/** What it took, and how often progress was told. */
async function run() {
  const [step] = stepsBetween([...revisions, revision], head, head + 1)
  if (!step) throw new Error('there is no step')
  let reports = 0
  const taken = await measured(() =>
    withMigrator(file, false, (connection) =>
      takeStep(connection, step, { appVersion, onRows: () => reports++ }),
    ),
  )
  return { ...taken, reports }
}
