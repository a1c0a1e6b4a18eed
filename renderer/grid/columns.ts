import type { Fields } from '../../electron/contract/fields'
import { findWords } from '../i18n'
import { valueWords } from '../words'
import type { ListRequest } from './openedList'

/** A column of a grid, drawn from a field of the contract. */
export interface GridColumn<Row> {
  /** The row's own name for the value, and the list's name for the order by it. */
  name: string & keyof Row
  label: string
  isNumber: boolean
  width: number
  isSortable: boolean
  format: (row: Row) => string
}

/** The order that a grid begins with. */
export type GridSort = NonNullable<ListRequest['sort']>

interface ColumnOptions<Row> {
  /** The field that it is drawn from, where its name is another (`userTypeName` shows `userTypeId`). */
  from?: string
  width?: number
  label?: string
  format?: (row: Row) => string
  /** Drawn like a number: to the right. */
  isNumber?: boolean
}

type ColumnPair<Row> = readonly [name: string & keyof Row, options: ColumnOptions<Row>]

/** A value of a row, with what is otherwise than its field says. */
export type WantedColumn<Row> = (string & keyof Row) | ColumnPair<Row>

/** Columns for some of an entity's values, in this order. Width and kind are the contract's, labels the catalog's. */
export function columnsOf<Row extends object>(
  entity: string,
  fields: Fields,
  sorts: readonly string[],
  wanted: WantedColumn<Row>[],
): GridColumn<Row>[] {
  return wanted.map((item) => {
    const [name, options]: ColumnPair<Row> = typeof item === 'string' ? [item, {}] : item
    const field = fields[options.from ?? name]
    const kind = field?.kind ?? 'text'
    return {
      name,
      label: options.label ?? findWords(`fields.${entity}.${name}`) ?? name,
      isNumber: options.isNumber ?? kind === 'integer',
      width: options.width ?? field?.width ?? 120,
      isSortable: sorts.includes(name),
      format: options.format ?? ((row) => valueWords(row[name], { entity, name, kind })),
    }
  })
}
