import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { RECORD_ENTITIES } from '../../contract/history'
import { RESTORED_ACTIONS, restorePreviewsMethods } from '../../contract/restorePreviews'
import { words } from '../../services/words'
import type { Command, Outcome } from '../command'
import { requireFile } from '../requireFile'
import { personName, type Session } from '../session'
import { table } from '../table'
import { version } from '../version'

/** Puts a backup in a file's place; the replaced file becomes a backup itself. With `--dry-run` it says what that would do
 *  to the records, and does nothing: `--json` gives `{ file, backup, counts: { users: { added, changed, removed } ... } }`. */
export const restore: Command = {
  arguments: [{ name: 'BACKUP' }],
  options: { to: { value: 'FILE', isRequired: true, words: 'restoreTo' }, 'dry-run': {} },

  async run({ args, session }) {
    const source = resolve(args.argument('BACKUP'))
    await requireFile(source)
    const typed = resolve(args.required('to'))
    const file = await realpath(typed).catch(() => typed)
    if (args.has('dry-run')) return preview(session, source, file)
    const { restoreBackup } = await import('../../services/restore')
    const { describeBackup } = await import('../../services/backups')
    const person = personName()
    const replaced = await restoreBackup(source, file, { person, appVersion: version, at: new Date() })
    const { schema, pending, counts, size } = await describeBackup(file)
    const lines = [
      words('cli.restored.done', { file, ...counts }),
      ...(replaced
        ? [words(`cli.restored.${replaced.isDamaged ? 'keptBytes' : 'kept'}`, { file: replaced.path })]
        : []),
      ...(pending ? [words('cli.info.pending', { count: pending })] : []),
    ]
    return {
      json: {
        ...{ file, backup: source, schema, pending, counts, size },
        replaced: replaced?.path ?? null,
        isReplacedDamaged: replaced?.isDamaged ?? false,
      },
      text: lines.join('\n'),
    }
  },
}

async function preview(session: Session, source: string, file: string): Promise<Outcome> {
  await session.open(file, 'read')
  const token = session.files.give(source).file
  const making = session.api.restorePreviews.make({ source: { file: token } })
  const { counts } = await session.finish(making, restorePreviewsMethods.make)
  const rows = RECORD_ENTITIES.map((entity) => [
    words(`history.entities.${entity}`),
    ...RESTORED_ACTIONS.map((action) => String(counts[entity][action])),
  ])
  const headers = RESTORED_ACTIONS.map((action) => ({
    header: words(`backups.preview.${action}`),
    isNumber: true,
  }))
  return {
    json: { file, backup: source, counts },
    text: [words('cli.restored.trial'), table([{ header: '' }, ...headers], rows)].join('\n'),
  }
}
