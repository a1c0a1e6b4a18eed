import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { formatSize } from '../../contract/sizes'
import { words } from '../../services/words'
import type { Command } from '../command'
import { requireFile } from '../requireFile'

/** Writes a verified copy of a file, whoever holds it. */
export const backup: Command = {
  arguments: [{ name: 'FILE' }],
  options: { to: { value: 'FOLDER' } },

  async run({ args }) {
    const file = resolve(args.argument('FILE'))
    await requireFile(file)
    const { backUpFile, describeBackup } = await import('../../services/backups')
    const folder = args.text('to')
    const written = await backUpFile(await realpath(file), {
      reason: 'by-hand',
      at: new Date(),
      folder: folder === undefined ? undefined : resolve(folder),
    })
    const described = await describeBackup(written)
    return {
      json: { backup: written, ...described },
      text: words('cli.backedUp', { file: written, size: formatSize(described.size) }),
    }
  },
}
