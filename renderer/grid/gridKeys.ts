import type { Column, GridApi, SuppressKeyboardEventParams } from 'ag-grid-community'
import { ROW_HEIGHT } from './theme'

export interface GridKeyActions<Row> {
  open: (row: Row) => void
  remove: (row: Row) => void
  selectAll: () => void
}

/** The keys of a grid as the ARIA practices have them, where AG Grid does otherwise or nothing, and those for records.
 *  Answers whether the key was used, for `suppressKeyboardEvent`. */
export function pressGridKey<Row>(
  { event, api, node, column, editing }: SuppressKeyboardEventParams<Row>,
  actions: GridKeyActions<Row>,
): boolean {
  if (editing || event.altKey || event.shiftKey) return false
  const row = node.rowIndex ?? 0
  const isControl = event.ctrlKey || event.metaKey

  const act = keyAction(event.key, isControl)
  if (!act) return false
  event.preventDefault()
  return true

  function keyAction(key: string, isHeld: boolean): boolean {
    const end = api.getDisplayedRowCount() - 1
    if (key === 'Home') goTo(api, isHeld ? 0 : row, isHeld ? column : edgeColumn(api, 'first'))
    else if (key === 'End') goTo(api, isHeld ? end : row, isHeld ? column : edgeColumn(api, 'last'))
    else if (key === 'PageUp') goTo(api, Math.max(0, row - rowsOfPage(api)), column)
    else if (key === 'PageDown') goTo(api, Math.min(end, row + rowsOfPage(api)), column)
    else if (key === 'Enter' && !isHeld && node.data) actions.open(node.data)
    else if (key === 'Delete' && !isHeld && node.data) actions.remove(node.data)
    else if (key.toLowerCase() === 'a' && isHeld) actions.selectAll()
    else return false
    return true
  }
}

/** Brings a cell into view and gives it the focus. */
export function goTo<Row>(api: GridApi<Row>, row: number, column: Column | undefined): void {
  if (row < 0 || !column) return
  api.ensureIndexVisible(row)
  api.ensureColumnVisible(column)
  api.setFocusedCell(row, column)
}

/** The first or the last column that shows a value. */
export function edgeColumn<Row>(api: GridApi<Row>, edge: 'first' | 'last'): Column | undefined {
  const columns = api
    .getAllDisplayedColumns()
    .filter((column) => column.getColDef().valueGetter !== undefined)
  return columns.at(edge === 'first' ? 0 : -1)
}

function rowsOfPage<Row>(api: GridApi<Row>): number {
  const { top, bottom } = api.getVerticalPixelRange()
  return Math.max(1, Math.floor((bottom - top) / ROW_HEIGHT) - 1)
}
