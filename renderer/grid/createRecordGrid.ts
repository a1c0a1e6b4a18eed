import {
  CellApiModule,
  CellStyleModule,
  ColumnApiModule,
  createGrid,
  EventApiModule,
  InfiniteRowModelModule,
  LocaleModule,
  ModuleRegistry,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
  type GridApi,
  type GridOptions,
  type IGetRowsParams,
  type IRowNode,
  type RowSelectedEvent,
} from 'ag-grid-community'
import { AppError } from '../../electron/contract/errors'
import { tellFailure } from '../failures'
import { evenWheel } from './evenWheel'
import { edgeColumn, goTo } from './gridKeys'
import { gridOptionsOf, type RecordGridOptions } from './gridOptions'
import { pickRange } from './pickRange'

// What is used and nothing else. Never ag-grid-enterprise.
ModuleRegistry.registerModules([
  CellApiModule,
  CellStyleModule,
  ColumnApiModule,
  EventApiModule,
  InfiniteRowModelModule,
  LocaleModule,
  RowApiModule,
  RowSelectionModule,
  RowStyleModule,
  ScrollApiModule,
])

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
  const grid: GridApi<Row> = createGrid(element, {
    ...gridOptionsOf(options),
    datasource: { getRows: (params) => void getRows(params) },
    onRowSelected: takePick,
  })
  let isPainting = false
  const stopTurning = evenWheel(element, grid)
  const stopPicking = pickRange({ element, grid, feed, selection, idOf, refuse: options.refusePicks, paint })

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
    // The first page brings the number of rows with it, so that no row is there before what it shows. An empty grid has no
    // page to refresh: given rows, it asks for them.
    if (wasEmpty) grid.setRowCount(total, true)
    else grid.refreshInfiniteCache()
    if (from === 'top' && total > 0) grid.ensureIndexVisible(0, 'top')
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
      stopTurning()
      grid.destroy()
    },
  }
}
