import { resolve } from 'node:path'
import { exportMethods, IMPORT_ENTITIES } from '../../contract/imports'
import { isSameFile } from '../../database/filePlace'
import { words } from '../../services/words'
import { usageError } from '../arguments'
import type { Command } from '../command'
import { entityOf } from '../entities'
import { EXPORT_FORMATS_TO_COME, requireFormat } from '../formats'

/** Writes all of an entity to a data file. */
export const exportFile: Command = {
  arguments: [],
  options: {
    from: { value: 'FILE', isRequired: true, words: 'in' },
    entity: { value: 'ENTITY', isRequired: true, choices: IMPORT_ENTITIES },
    format: { value: 'FORMAT', isRequired: true, choices: ['csv'] },
    out: { value: 'FILE', isRequired: true },
    on: { value: 'DAY' },
  },

  async run({ args, session }) {
    const startedAt = performance.now()
    const entity = entityOf(args.required('entity'))
    requireFormat(args.required('format'), ['csv'], EXPORT_FORMATS_TO_COME)
    const out = resolve(args.required('out'))
    if (await isSameFile(out, args.required('from'))) throw usageError('over-the-school', { name: '--out' })
    await session.openOn(args.required('from'), args.day('on'))
    const { file } = session.files.giveTarget(out)
    const job = session.api.exports.run({ entity, format: 'csv', file })
    const { rows } = await session.finish(job, exportMethods.run)
    const ms = Math.round(performance.now() - startedAt)
    return {
      json: { entity, format: 'csv', file: out, rows, ms },
      text: words('cli.exported', { count: rows, file: out }),
    }
  },
}
