import type { ColDef, GridOptions } from 'ag-grid-community'
import { findWords } from '../i18n'
import { nonce } from '../nonce'
import type { GridColumn, GridSort } from './columns'
import { pressGridKey, type GridKeyActions } from './gridKeys'
import { HeaderCheckbox, type HeaderCheckboxParams } from './headerCheckbox'
import { PAGE } from './openedList'
import type { RowFeed } from './rowFeed'
import type { RowSelection } from './rowSelection'
import { theme } from './theme'

export interface RecordGridOptions<Row> {
  element: HTMLElement
  columns: GridColumn<Row>[]
  sort: GridSort
  idOf: (row: Row) => number
  isMuted: (row: Row) => boolean
  feed: RowFeed<Row>
  selection: RowSelection
  total: () => number
  /** Enter, or a double click. */
  open: (row: Row) => void
  /** The delete key, on a row. */
  remove: (row: Row) => void
  /** A list was opened anew: by a click on a header, or since the old one had expired. */
  listShown: () => void
  /** More rows were picked one by one than a selection holds. */
  refusePicks: () => void
}

/** What AG Grid is told of looks, columns and keys. */
export function gridOptionsOf<Row extends object>(options: RecordGridOptions<Row>): GridOptions<Row> {
  const { columns, feed, idOf, isMuted, open } = options
  return {
    theme,
    styleNonce: nonce,
    rowModelType: 'infinite',
    getLocaleText: ({ key, defaultValue }) => findWords(`grid.words.${key}`) ?? defaultValue,
    infiniteInitialRowCount: Math.max(1, feed.shown?.total ?? 1),
    cacheBlockSize: PAGE,
    maxBlocksInCache: 30,
    maxConcurrentDatasourceRequests: 2,
    rowBuffer: 10,
    getRowId: ({ data }) => String(idOf(data)),
    rowClassRules: { 'rollbook-muted': ({ data }) => data !== undefined && isMuted(data) },
    icons: { sortAscending: () => arrow('↑'), sortDescending: () => arrow('↓') },
    suppressOverlays: ['loading', 'noRows', 'noMatchingRows'],
    animateRows: false,
    suppressColumnMoveAnimation: true,
    suppressDragLeaveHidesColumns: true,
    suppressMultiSort: true,
    rowSelection: { mode: 'multiRow', headerCheckbox: false, checkboxes: true, enableClickSelection: false },
    selectionColumnDef: selectionColumn(options),
    columnDefs: columns.map((column) => columnDef(column, options)),
    defaultColDef: { resizable: true, sortingOrder: ['asc', 'desc'] },
    onRowDoubleClicked: ({ data }) => data && open(data),
  }
}

function columnDef<Row extends object>(
  column: GridColumn<Row>,
  options: RecordGridOptions<Row>,
): ColDef<Row> {
  const { name, label, width, isNumber, isSortable, format } = column
  const { field, isDescending } = options.sort
  const def: ColDef<Row> = {
    colId: name,
    headerName: label,
    width,
    sortable: isSortable,
    type: isNumber ? 'rightAligned' : undefined,
    valueGetter: ({ data }) => (data ? format(data) : ''),
    suppressKeyboardEvent: (params) => pressGridKey(params, keyActions(options)),
    sort: field === name ? (isDescending ? 'desc' : 'asc') : undefined,
  }
  return column === options.columns.at(-1) ? { ...def, flex: 1, minWidth: Math.min(width, 120) } : def
}

function selectionColumn<Row extends object>(
  options: RecordGridOptions<Row>,
): GridOptions<Row>['selectionColumnDef'] {
  const { selection, total } = options
  const headerComponentParams: HeaderCheckboxParams = { selection, total }
  return {
    headerComponent: HeaderCheckbox,
    headerComponentParams,
    width: 40,
    pinned: 'left',
    lockPosition: 'left',
    resizable: false,
    suppressHeaderMenuButton: true,
    suppressKeyboardEvent: (params) => pressGridKey(params, keyActions(options)),
    suppressHeaderKeyboardEvent: ({ event }) => {
      if (event.key !== ' ') return false
      event.preventDefault()
      selection.setAll(selection.count.value < total())
      return true
    },
  }
}

function keyActions<Row>({ open, remove, selection }: RecordGridOptions<Row>): GridKeyActions<Row> {
  return { open, remove, selectAll: () => selection.setAll(true) }
}

/** The grid's own icons are drawn by an unprefixed `mask-image`, which Chrome 114 shows as black squares. */
function arrow(sign: string): HTMLElement {
  const element = document.createElement('span')
  element.className = 'rollbook-sort'
  element.textContent = sign
  return element
}
