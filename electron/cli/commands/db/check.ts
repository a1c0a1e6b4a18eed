import { describe } from '../../../database/autogenerate/differences'
import { compareSchemas } from '../../../database/autogenerate/compareSchemas'
import { schemaAfter } from '../../../database/autogenerate/autogenerate'
import { modelSchema } from '../../../database/modelSchema'
import { headsOf, inOrder, revisionFiles } from '../../../database/revisions'
import { words } from '../../../services/words'
import type { Command } from '../../command'

/** Says whether the revisions have one head and make what the models describe. */
export const check: Command = {
  arguments: [],
  options: {},

  async run() {
    const files = revisionFiles()
    const heads = headsOf(files).map(({ name }) => name)
    if (heads.length > 1)
      return {
        json: { ok: false, heads, differences: [] },
        text: words('cli.reasons.two-heads', { heads: heads.join(', ') }),
        exitCode: 1,
      }
    const before = await schemaAfter(inOrder(files))
    const differences = compareSchemas(before, modelSchema()).flatMap(describe)
    const isSame = differences.length === 0
    const lines = [
      ...differences.map((what) => words('cli.db.detected', { what })),
      isSame ? words('cli.db.noDifferences') : words('cli.db.differences', { count: differences.length }),
    ]
    return { json: { ok: isSame, heads, differences }, text: lines.join('\n'), exitCode: isSame ? 0 : 1 }
  },
}
