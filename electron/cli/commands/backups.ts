import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Backup } from '../../contract/backups'
import { formatSize } from '../../contract/sizes'
import { words } from '../../services/words'
import type { Command } from '../command'
import { localTime } from '../localTime'
import { requireFile } from '../requireFile'
import { table } from '../table'

/** Lists the backups of a file and looks through each, the newest first. */
export const backups: Command = {
  arguments: [{ name: 'FILE' }],
  options: {},

  async run({ args }) {
    const typed = resolve(args.argument('FILE'))
    const file = await realpath(typed).catch(() => typed)
    const { listBackups } = await import('../../services/backups')
    const { backupFolder } = await import('../../database/backup')
    const found = await listBackups(file)
    // Those of a file that is gone are what its owner looks for.
    if (found.length === 0) await requireFile(file)
    const text = found.length === 0 ? words('cli.backups.none', { file }) : backupTable(found)
    return { json: { file, folder: backupFolder(file), backups: found }, text }
  },
}

const COUNTED = ['users', 'courses', 'enrollments'] as const

function backupTable(found: Backup[]): string {
  const columns = [
    { header: words('cli.backups.when') },
    { header: words('cli.backups.why') },
    { header: words('cli.backups.size'), isNumber: true },
    ...COUNTED.map((entity) => ({ header: words(`exchange.entities.${entity}`), isNumber: true })),
    { header: words('cli.backups.state') },
    { header: words('cli.backups.schema') },
    { header: words('cli.backups.name') },
  ]
  return table(
    columns,
    found.map(({ createdAt, reason, size, counts, state, schema, name }) => [
      localTime(createdAt),
      words(`backups.reasons.${reason ?? 'unknown'}`),
      formatSize(size),
      ...COUNTED.map((entity) => String(counts?.[entity] ?? '')),
      words(`backups.states.${state}`),
      schema ?? '',
      name,
    ]),
  )
}
