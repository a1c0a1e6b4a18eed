import type { EntityName } from '../../electron/contract'
import type { GridColumn, GridSort } from './columns'
import type { GridFilter, SearchedFilter } from './filters'
import type { ListSource } from './openedList'

/** What a grid of records shows, and in which words. */
export interface GridContent<Row> {
  source: ListSource<Row>
  columns: GridColumn<Row>[]
  /** The order to begin with. */
  sort: GridSort
  idOf: (row: Row) => number
  isMuted: (row: Row) => boolean
  /** Filters that hold always: the roster of one course. */
  fixed?: Record<string, unknown>
  filters: GridFilter[]
  /** Stands beside the menu of filters. */
  searchedFilter?: SearchedFilter
  /** The list is read anew when one of these changes. */
  entities: EntityName[]
  label: string
  searchLabel: string
  emptyTitle: string
  emptyHint: string
}
