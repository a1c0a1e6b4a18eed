import { expect, it } from 'vitest'
import { operationsOn } from '../../electron/database/operations'
import { readObjects } from '../../electron/database/schema/readSchema'
import { allRevisions } from '../../electron/database/revisions'
import { SideConnection } from '../../electron/database/scratch'

// What the migrations make of nothing, so that a review sees what a new one does.
// Renew it:  npx vitest run test/database/schemaSnapshot.test.ts -u
it('the schema at head is the one in schema.sql', async () => {
  const file = await SideConnection.createScratch(':memory:')
  try {
    for (const revision of allRevisions()) await revision.upgrade(operationsOn(file))
    const kinds = ['table', 'index', 'trigger', 'view']
    const objects = (await readObjects(file)).sort(
      (a, b) =>
        a.tableName.localeCompare(b.tableName, 'en') ||
        kinds.indexOf(a.type) - kinds.indexOf(b.type) ||
        a.name.localeCompare(b.name, 'en'),
    )
    await expect(objects.map(({ sql }) => `${sql};\n`).join('\n')).toMatchFileSnapshot('schema.sql')
  } finally {
    await file.close()
  }
})
