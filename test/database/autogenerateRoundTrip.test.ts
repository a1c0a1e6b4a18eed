import fc from 'fast-check'
import { expect, it } from 'vitest'
import { autogenerate } from '../../electron/database/autogenerate/autogenerate'
import { compareSchemas } from '../../electron/database/autogenerate/compareSchemas'
import { describe as words } from '../../electron/database/autogenerate/differences'
import { revisionSource } from '../../electron/database/autogenerate/revisionSource'
import { operationsOn, type Revision } from '../../electron/database/operations'
import { readSchema } from '../../electron/database/schema/readSchema'
import type { Schema } from '../../electron/database/schema/schema'
import { SideConnection } from '../../electron/database/scratch'
import { literal, quote } from '../../electron/database/sql'
import { loadRevision } from '../helpers/loadRevision'
import { type EditedModels, editsOf } from '../helpers/randomEdits'
import {
  anyTables,
  type ColumnDescription,
  keyOf,
  schemaOf,
  type TableDescription,
} from '../helpers/randomModels'
import { note, trials } from '../promises/trials'

const TRIALS = trials({ few: 40, many: 500, full: 5_000 })
const ROWS = 4

const anyChange = anyTables.chain((before) =>
  fc.record({ before: fc.constant(before), change: editsOf(before) }),
)

it('migrates random models there and back, and loses nothing that was not to go', async () => {
  await fc.assert(
    fc.asyncProperty(anyChange, async ({ before, change }) => {
      const { first, second, schemas } = await revisionsOf(before, change)
      expect((await autogenerate([first, second], schemas.after)).differences).toEqual([])
      await onScratch(async (file) => {
        await first.upgrade(operationsOn(file))
        expect(differences(await readSchema(file), schemas.before)).toEqual([])
        for (const table of before) await fill(file, table, before)
        const [rows, stored] = [await rowsOf(file, before), await readSchema(file)]

        await second.upgrade(operationsOn(file))
        expect(differences(await readSchema(file), schemas.after)).toEqual([])
        expect(await rowsOf(file, change.after)).toMatchObject(expectedAfter(rows, change))
        await requireSound(file)

        await second.downgrade(operationsOn(file))
        expect(differences(await readSchema(file), stored)).toEqual([])
        expect(await rowsOf(file, before)).toMatchObject(expectedBack(rows, change))
        await requireSound(file)

        await first.downgrade(operationsOn(file))
        expect(await readSchema(file)).toEqual({ tables: {}, views: {}, virtualTables: {} })
      })
    }),
    { numRuns: TRIALS, endOnFailure: true },
  )
})

it('would see what is lost where a new name is a drop and an add', async () => {
  const { seen, renamings } = await lossesWithoutRenames(trials({ few: 2, many: 20, full: 50 }))
  expect([seen, renamings]).toEqual([renamings, trials({ few: 2, many: 20, full: 50 })])
  await note({
    promise: 'P4',
    what: 'random changes of random models: rows and values kept, schema as asked, and back',
    trials: TRIALS,
    failures: 0,
    control: `${seen} of ${renamings} losses seen where a rename is a drop and an add`,
  })
})

/** What Alembic writes for a new name: the same comparison must see the values go. */
async function lossesWithoutRenames(count: number): Promise<{ seen: number; renamings: number }> {
  const changes = fc.sample(anyChange, { seed: 1, numRuns: count * 10 })
  const renaming = changes.filter(({ change }) => change.renames.length > 0).slice(0, count)
  let seen = 0
  for (const { before, change } of renaming) {
    const origin = ({ renames }: EditedModels) => renames.map((rename) => rename.split('=')[0] ?? '')
    const drops = [...change.drops, ...origin(change)]
    try {
      const { first, second } = await revisionsOf(before, { ...change, renames: [], drops })
      await onScratch(async (file) => {
        await first.upgrade(operationsOn(file))
        for (const table of before) await fill(file, table, before)
        const rows = await rowsOf(file, before)
        await second.upgrade(operationsOn(file))
        expect(await rowsOf(file, change.after)).toMatchObject(expectedAfter(rows, change))
      })
    } catch {
      seen++
    }
  }
  return { seen, renamings: renaming.length }
}

async function revisionsOf(before: TableDescription[], { after, renames, drops }: EditedModels) {
  const schemas = { before: schemaOf(before), after: schemaOf(after) }
  const first = await revisionFor([], schemas.before, {})
  return { first, second: await revisionFor([first], schemas.after, { renames, drops }), schemas }
}

/** Written as source, compiled and loaded. */
async function revisionFor(
  revisions: Revision[],
  models: Schema,
  answers: { renames?: string[]; drops?: string[] },
): Promise<Revision> {
  const { plan } = await autogenerate(revisions, models, answers)
  const revises = revisions.at(-1)?.name ?? null
  const head = {
    name: `r${revisions.length}`,
    revises,
    message: 'at random',
    operationsModule: './operations',
  }
  return loadRevision(revisionSource(head, plan))
}

async function onScratch(work: (file: SideConnection) => Promise<void>): Promise<void> {
  const file = await SideConnection.createScratch(':memory:')
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

const differences = (before: Schema, after: Schema) => compareSchemas(before, after).flatMap(words)

/** Rows in which every value is another, and none a default, so that none can be taken for its neighbour. */
async function fill(file: SideConnection, table: TableDescription, all: TableDescription[]): Promise<void> {
  for (let row = 1; row <= ROWS; row++) {
    const values = [
      ...keyOf(table).map((name, at) => [
        name,
        table.key === 'text' || at === 1 ? `'k${row}'` : `${row * 10}`,
      ]),
      ...table.columns.map((column) => [column.name, valueOf(column, row)]),
      ...table.references.map(({ name, parent }) => [name, keyOfParent(all, parent, row)]),
    ]
    const [names, contents] = [values.map(([name = '']) => quote(name)), values.map(([, value]) => value)]
    await file.run(`INSERT INTO ${quote(table.name)} (${names.join(', ')}) VALUES (${contents.join(', ')})`)
  }
}

function valueOf({ type, isNullable, standard }: ColumnDescription, row: number): string {
  if (isNullable && standard === 'none' && row === 2) return 'NULL'
  const values = {
    ...{ integer: `${row * 100}`, bigint: `900719925474099${row}`, flag: `${row + 10}`, real: `${row}.25` },
    ...{ short: literal(`s${row}'`), text: literal(`t\n${row}`), day: `'2026-10-0${row}'` },
    ...{ instant: `'2026-10-0${row} 00:00:00.000 +00:00'`, bytes: `x'0${row}fe'` },
  }
  return values[type]
}

function keyOfParent(all: TableDescription[], parent: string, row: number): string {
  return all.find(({ name }) => name === parent)?.key === 'text' ? `'k${row}'` : `${row * 10}`
}

type Rows = Record<string, Record<string, unknown>[]>

/** Each value as SQL writes it, and so with its type. */
async function rowsOf(file: SideConnection, all: TableDescription[]): Promise<Rows> {
  const rows: Rows = {}
  for (const table of all) {
    const names = [...keyOf(table), ...[...table.columns, ...table.references].map(({ name }) => name)]
    const columns = names.map((name) => `quote(${quote(name)}) AS ${quote(name)}`).join(', ')
    const order = keyOf(table).map(quote).join(', ')
    rows[table.name] = await file.query(`SELECT ${columns} FROM ${quote(table.name)} ORDER BY ${order}`)
  }
  return rows
}

/** What rows were, under their new names. A default fills what may no longer be NULL. */
function expectedAfter(rows: Rows, { after }: EditedModels): Rows {
  return Object.fromEntries(
    after.map((table) => {
      const kept = [
        ...keyOf(table).map((name) => ({ name, origin: name, isNullable: true })),
        ...table.columns,
        ...table.references.map((reference) => ({ ...reference, isNullable: true })),
      ].filter(({ origin }) => origin !== undefined)
      const expected = (rows[table.origin ?? ''] ?? []).map((row) =>
        Object.fromEntries(
          kept
            .map(({ name, origin = '', isNullable }) => ({ name, value: row[origin], isNullable }))
            .filter(({ value, isNullable }) => value !== 'NULL' || isNullable)
            .map(({ name, value }) => [name, value]),
        ),
      )
      return [table.name, expected]
    }),
  )
}

/** What rows were, but for the tables and values that had gone. */
function expectedBack(rows: Rows, { after, drops }: EditedModels): Rows {
  return Object.fromEntries(
    Object.entries(rows).map(([name, all]) => {
      const table = after.find(({ origin }) => origin === name)
      if (!table) return [name, []]
      const isKept = ([column, value]: [string, unknown]) =>
        value !== 'NULL' && !drops.includes(`${table.name}.${column}`)
      return [name, all.map((row) => Object.fromEntries(Object.entries(row).filter(isKept)))]
    }),
  )
}

async function requireSound(file: SideConnection): Promise<void> {
  expect(await file.query('PRAGMA foreign_key_check')).toEqual([])
  expect(await file.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
}
