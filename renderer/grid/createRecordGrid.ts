import {
  CellApiModule,
  CellStyleModule,
  ColumnApiModule,
  createGrid,
  EventApiModule,
  InfiniteRowModelModule,
  ModuleRegistry,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  type ColDef,
  type GridApi,
  type GridOptions,
  type IGetRowsParams,
  type IRowNode,
  type RowSelectedEvent,
} from 'ag-grid-community'
import { AppError } from '../../electron/contract/errors'
import { tellFailure } from '../failures'
import { nonce } from '../nonce'
import type { GridColumn, GridSort } from './columns'
import { edgeColumn, goTo, pressGridKey } from './gridKeys'
import { HeaderCheckbox, type HeaderCheckboxParams } from './headerCheckbox'
import { PAGE } from './openedList'
import { pickRange } from './pickRange'
import type { RowFeed } from './rowFeed'
import type { RowSelection } from './rowSelection'
import { theme } from './theme'

ModuleRegistry.registerModules([
  CellApiModule,
  CellStyleModule,
  ColumnApiModule,
  EventApiModule,
  InfiniteRowModelModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
])

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

export interface RecordGridHandle {
  /** Shows the feed's newest list. The old rows stay until the new ones are there. */
  showList: (from: 'top' | 'same') => void
  /** Brings the grid's own marks in line with the selection. */
  paintSelection: () => void
  focus: () => void
  destroy: () => void
}

/** Draws the grid of AG Grid Community over an opened list. */
export function createRecordGrid<Row extends object>(options: RecordGridOptions<Row>): RecordGridHandle {
  const { element, feed, selection, idOf } = options
  const grid: GridApi<Row> = createGrid(element, gridOptions())
  let isPainting = false
  const stopPicking = pickRange({ element, grid, feed, selection, idOf, refuse: options.refusePicks, paint })

  function gridOptions(): GridOptions<Row> {
    return {
      theme,
      styleNonce: nonce,
      rowModelType: 'infinite',
      datasource: { getRows: (params) => void getRows(params) },
      infiniteInitialRowCount: Math.max(1, feed.shown?.total ?? 1),
      cacheBlockSize: PAGE,
      maxBlocksInCache: 30,
      maxConcurrentDatasourceRequests: 2,
      rowBuffer: 10,
      getRowId: ({ data }) => String(idOf(data)),
      rowClassRules: { 'rollbook-muted': ({ data }) => data !== undefined && options.isMuted(data) },
      icons: { sortAscending: () => arrow('↑'), sortDescending: () => arrow('↓') },
      suppressOverlays: ['loading', 'noRows', 'noMatchingRows'],
      animateRows: false,
      suppressColumnMoveAnimation: true,
      suppressDragLeaveHidesColumns: true,
      suppressMultiSort: true,
      suppressCellFocus: false,
      rowSelection: {
        mode: 'multiRow',
        headerCheckbox: false,
        checkboxes: true,
        enableClickSelection: false,
      },
      selectionColumnDef: selectionColumn(),
      columnDefs: options.columns.map(columnDef),
      defaultColDef: { resizable: true, sortingOrder: ['asc', 'desc'] },
      onRowSelected: takePick,
      onRowDoubleClicked: ({ data }) => data && options.open(data),
    }
  }

  function columnDef(column: GridColumn<Row>, index: number): ColDef<Row> {
    const { name, label, width, isNumber, isSortable, format } = column
    const isLast = index === options.columns.length - 1
    const def: ColDef<Row> = {
      colId: name,
      headerName: label,
      width,
      sortable: isSortable,
      type: isNumber ? 'rightAligned' : undefined,
      valueGetter: ({ data }) => (data ? format(data) : ''),
      suppressKeyboardEvent: (params) => pressGridKey(params, keyActions),
      sort: options.sort.field === name ? (options.sort.isDescending ? 'desc' : 'asc') : undefined,
    }
    return isLast ? { ...def, flex: 1, minWidth: Math.min(width, 120) } : def
  }

  function selectionColumn(): GridOptions<Row>['selectionColumnDef'] {
    const headerComponentParams: HeaderCheckboxParams = { selection, total: options.total }
    return {
      headerComponent: HeaderCheckbox,
      headerComponentParams,
      width: 40,
      pinned: 'left',
      lockPosition: 'left',
      resizable: false,
      suppressHeaderMenuButton: true,
      suppressKeyboardEvent: (params) => pressGridKey(params, keyActions),
      suppressHeaderKeyboardEvent: ({ event }) => {
        if (event.key !== ' ') return false
        event.preventDefault()
        toggleAll()
        return true
      },
    }
  }

  const keyActions = {
    open: (index: number) => withRow(index, options.open),
    remove: (index: number) => withRow(index, options.remove),
    selectAll: () => selection.setAll(true),
  }

  function withRow(index: number, act: (row: Row) => void) {
    const row = grid.getDisplayedRowAtIndex(index)?.data
    if (row) act(row)
  }

  function toggleAll() {
    selection.setAll(selection.count.value < options.total())
  }

  async function getRows({ startRow, endRow, sortModel, successCallback, failCallback }: IGetRowsParams) {
    const [order] = sortModel
    const sort = order && { field: order.colId, isDescending: order.sort === 'desc' }
    try {
      const before = feed.shown
      const { rows, list } = await feed.read(startRow, endRow - startRow, sort)
      if (list !== before) options.listShown()
      successCallback(rows, list.total)
      paint(nodesBetween(startRow, endRow))
    } catch (error) {
      failCallback()
      if (error instanceof AppError && error.code === 'list-expired') await renew()
      else tellFailure(error)
    }
  }

  async function renew() {
    try {
      if (await feed.reopen()) {
        options.listShown()
        showList('same')
      }
    } catch (error) {
      tellFailure(error)
    }
  }

  function showList(from: 'top' | 'same') {
    const total = feed.shown?.total ?? 0
    const wasEmpty = grid.getDisplayedRowCount() === 0
    // Keeps the height when a click on a header makes the grid begin anew.
    const kept: GridOptions<Row> = { infiniteInitialRowCount: Math.max(1, total) }
    grid.updateGridOptions(kept)
    grid.setRowCount(total, true)
    if (from === 'top' && total > 0) grid.ensureIndexVisible(0, 'top')
    // An empty grid asks for its rows by itself; refreshed, it would begin with the old number of rows.
    if (!wasEmpty) grid.refreshInfiniteCache()
  }

  function nodesBetween(from: number, to: number): IRowNode<Row>[] {
    const nodes: IRowNode<Row>[] = []
    for (let index = from; index < to; index++) {
      const node = grid.getDisplayedRowAtIndex(index)
      if (node) nodes.push(node)
    }
    return nodes
  }

  function paint(nodes = loadedNodes()) {
    const wrong = nodes.filter((node) => node.data && node.isSelected() !== isWanted(node.data))
    isPainting = true
    for (const newValue of [true, false]) {
      const nodesToSet = wrong.filter(({ data }) => data && isWanted(data) === newValue)
      if (nodesToSet.length > 0) grid.setNodesSelected({ nodes: nodesToSet, newValue, source: 'api' })
    }
    isPainting = false
  }

  function loadedNodes(): IRowNode<Row>[] {
    const nodes: IRowNode<Row>[] = []
    grid.forEachNode((node) => nodes.push(node))
    return nodes
  }

  function isWanted(row: Row): boolean {
    return selection.has(idOf(row))
  }

  function takePick({ data, node, source }: RowSelectedEvent<Row>) {
    if (isPainting || !data || source === 'api' || source === 'rowDataChanged') return
    if (selection.set([idOf(data)], node.isSelected() === true)) return
    options.refusePicks()
    paint([node])
  }

  return {
    showList,
    paintSelection: () => paint(),
    focus: () => goTo(grid, grid.getDisplayedRowCount() > 0 ? 0 : -1, edgeColumn(grid, 'first')),
    destroy() {
      stopPicking()
      grid.destroy()
    },
  }
}

/** The grid's own icons are drawn by an unprefixed `mask-image`, which Chrome 114 shows as black squares. */
function arrow(sign: string): HTMLElement {
  const element = document.createElement('span')
  element.className = 'rollbook-sort'
  element.textContent = sign
  return element
}
