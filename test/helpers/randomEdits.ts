import fc from 'fast-check'
import {
  ACTIONS,
  anyColumn,
  anyIndex,
  type ColumnDescription,
  type IndexDescription,
  type ReferenceDescription,
  type TableDescription,
} from './randomModels'

/** What a developer does to models, and the answers that autogenerate needs for it. */
export interface EditedModels {
  /** Each table and column knows what it was called before. */
  after: TableDescription[]
  renames: string[]
  drops: string[]
}

/** One change, at places that are taken modulo what is there. */
interface Edit {
  kind: keyof typeof EDITS
  table: number
  place: number
  column: Omit<ColumnDescription, 'name'>
  index: IndexDescription
  action: ReferenceDescription['onDelete']
}

/** One to six changes of models, after which they are these. */
export function editsOf(before: TableDescription[]): fc.Arbitrary<EditedModels> {
  const edit = fc.record({
    kind: fc.constantFrom(...(Object.keys(EDITS) as Edit['kind'][])),
    table: fc.nat(9),
    place: fc.nat(9),
    column: anyColumn,
    index: anyIndex,
    action: fc.constantFrom(...ACTIONS),
  })
  return fc.array(edit, { minLength: 1, maxLength: 6 }).map((edits) => edited(before, edits))
}

function edited(before: TableDescription[], edits: Edit[]): EditedModels {
  const after = before.map((table): TableDescription => ({
    ...{ ...structuredClone(table), origin: table.name },
    columns: table.columns.map((column) => ({ ...column, origin: column.name })),
    references: table.references.map((reference) => ({ ...reference, origin: reference.name })),
  }))
  edits.forEach((edit, number) => {
    const table = after[edit.table % after.length]
    const name = `new ${number}`
    if (table) EDITS[edit.kind]({ ...edit, name, table, all: after, before })
  })
  return { after, renames: renamesIn(after), drops: dropsOf(before, after) }
}

interface Editing extends Omit<Edit, 'table'> {
  /** For what is new. */
  name: string
  table: TableDescription
  all: TableDescription[]
  before: TableDescription[]
}

const at = <Item>(items: Item[], place: number) => items[place % Math.max(1, items.length)]

const EDITS = {
  addColumn({ table, column, name, place }: Editing) {
    // Rows that are there get a default, or NULL: they cannot all get one that is unique.
    const isNullable = column.isNullable || column.standard === 'none'
    table.columns.splice(place % (table.columns.length + 1), 0, {
      ...column,
      name,
      isNullable,
      isUnique: false,
    })
  },
  dropColumn({ table, place, before }: Editing) {
    const column = at(table.columns, place)
    const former = before
      .find(({ name }) => name === table.origin)
      ?.columns.find(({ name }) => name === column?.origin)
    if (!column || !former || !canComeBack(former) || table.columns.length < 2) return
    table.columns.splice(table.columns.indexOf(column), 1)
  },
  renameColumn({ table, place, name }: Editing) {
    const column = at(table.columns, place)
    if (column) column.name = name
  },
  alterColumn({ table, place, column: { isNullable, isUnique, hasCheck, isFolded, standard } }: Editing) {
    const column = at(table.columns, place)
    if (!column) return
    Object.assign(column, { hasCheck, isFolded, standard, isNullable: isNullable || standard === 'none' })
    column.isUnique &&= isUnique
    if (column.type === 'integer') column.type = 'bigint'
    if (column.type === 'short') column.type = 'text'
  },
  addIndex({ table, index }: Editing) {
    table.indexes.push(index)
  },
  dropIndex({ table, place }: Editing) {
    table.indexes.splice(place % Math.max(1, table.indexes.length), 1)
  },
  addTable({ table, all, column, name, action }: Editing) {
    const columns = [{ ...column, name: 'alpha' }]
    const references = [{ name: 'ref', parent: table.name, onDelete: action, onUpdate: action }]
    all.push({ ...table, name, origin: undefined, columns, references })
  },
  dropTable({ table, all }: Editing) {
    if (all.length < 2) return
    all.splice(all.indexOf(table), 1)
    for (const other of all) other.references = other.references.filter(({ parent }) => parent !== table.name)
  },
  renameTable({ table, all, name }: Editing) {
    for (const reference of all.flatMap(({ references }) => references))
      if (reference.parent === table.name) reference.parent = name
    table.name = name
  },
  addReference({ table, all, name, place, action }: Editing) {
    table.references.push({ name, parent: at(all, place)?.name ?? '', onDelete: action, onUpdate: action })
  },
  dropReference({ table, place }: Editing) {
    table.references.splice(place % Math.max(1, table.references.length), 1)
  },
  alterReference({ table, place, action }: Editing) {
    const reference = at(table.references, place)
    if (reference) reference.onDelete = action
  },
  changeTrigger({ table, place }: Editing) {
    table.trigger =
      at(['none', 'own', 'other'] as const satisfies TableDescription['trigger'][], place) ?? 'none'
  },
  changeView({ table, place }: Editing) {
    table.view =
      at(['none', 'plain', 'nested'] as const satisfies TableDescription['view'][], place) ?? 'none'
  },
  changeSearch({ table }: Editing) {
    table.hasSearch = !table.hasSearch
  },
  changeKey({ table }: Editing) {
    if (table.key === 'auto' || table.key === 'number') table.key = table.key === 'auto' ? 'number' : 'auto'
  },
}

/** What is never NULL and has no default cannot; nor what is unique, if a default would fill it. */
const canComeBack = ({ isNullable, isUnique, standard }: ColumnDescription) =>
  standard === 'none' ? isNullable : !isUnique

const isRenamed = ({ name, origin }: { name: string; origin?: string }) =>
  origin !== undefined && origin !== name

const renamesIn = (after: TableDescription[]) =>
  after.flatMap((table) => [
    ...(isRenamed(table) ? [`${table.origin}=${table.name}`] : []),
    ...(table.origin === undefined ? [] : table.columns)
      .filter(isRenamed)
      .map(({ name, origin }) => `${table.name}.${origin}=${table.name}.${name}`),
  ])

function dropsOf(before: TableDescription[], after: TableDescription[]): string[] {
  return before.flatMap((former) => {
    const table = after.find(({ origin }) => origin === former.name)
    if (!table) return [former.name]
    const kept = [...table.columns, ...table.references].map(({ origin }) => origin)
    return [...former.columns, ...former.references]
      .filter(({ name }) => !kept.includes(name))
      .map(({ name }) => `${table.name}.${name}`)
  })
}
