import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { words } from '../../services/words'
import type { Command } from '../command'
import { requireFile } from '../requireFile'
import { personName } from '../session'
import { version } from '../version'

/** Puts a backup in a file's place; the replaced file becomes a backup itself. */
export const restore: Command = {
  arguments: [{ name: 'BACKUP' }],
  options: { to: { value: 'FILE', isRequired: true, words: 'restoreTo' } },

  async run({ args }) {
    const source = resolve(args.argument('BACKUP'))
    await requireFile(source)
    const typed = resolve(args.required('to'))
    const file = await realpath(typed).catch(() => typed)
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
