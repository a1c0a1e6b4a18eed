import { resolve } from 'node:path'
import { IMPORT_ENTITIES } from '../../contract/imports'
import { words } from '../../services/words'
import type { Command } from '../command'
import { requireFile } from '../requireFile'

/** Makes a school of what can be read of a damaged file. `--json` gives `{ file, counts: { users: { salvaged, unreadable,
 *  leftOut, unconfirmed } ... }, isSchoolKnown, isListComplete, listFile, ms }`. */
export const salvage: Command = {
  arguments: [{ name: 'SOURCE' }],
  options: { into: { value: 'FILE', isRequired: true, words: 'newFile' } },

  async run({ args, session }) {
    const startedAt = performance.now()
    const source = resolve(args.argument('SOURCE'))
    const file = resolve(args.required('into'))
    await requireFile(source)
    const report = await session.salvage(source, file)
    const lines = [
      words('cli.salvage.done', { file }),
      ...IMPORT_ENTITIES.map((entity) =>
        words('cli.salvage.counts', {
          entity: words(`exchange.entities.${entity}`),
          ...report.counts[entity],
        }),
      ),
      ...(report.isSchoolKnown ? [] : [words('cli.salvage.unnamed')]),
      ...(report.isListComplete ? [] : [words('cli.salvage.unknown')]),
      ...(report.listFile === null ? [] : [words('cli.salvage.list', { file: report.listFile })]),
    ]
    return {
      json: { file, ...report, ms: Math.round(performance.now() - startedAt) },
      text: lines.join('\n'),
      exitCode: report.listFile === null && report.isListComplete ? 0 : 3,
    }
  },
}
