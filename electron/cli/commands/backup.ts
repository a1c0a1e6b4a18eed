import { resolve } from 'node:path'
import { words } from '../../services/words'
import type { Command } from '../command'

/** Writes a verified copy of a file, whoever holds it. */
export const backup: Command = {
  arguments: [{ name: 'FILE' }],
  options: { to: { value: 'FOLDER' } },

  async run({ args, session }) {
    const school = await session.open(args.argument('FILE'), 'read')
    const folder = args.text('to')
    const file = await school.backUp(folder === undefined ? undefined : resolve(folder))
    return { json: { backup: file }, text: words('cli.backedUp', { file }) }
  },
}
