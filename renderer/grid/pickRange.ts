import type { GridApi } from 'ag-grid-community'
import { tellFailure } from '../failures'
import { PAGE } from './openedList'
import type { RowFeed } from './rowFeed'
import { PICKS_MAX, type RowSelection } from './rowSelection'

interface PickRangeOptions<Row> {
  element: HTMLElement
  grid: GridApi<Row>
  feed: RowFeed<Row>
  selection: RowSelection
  idOf: (row: Row) => number
  refuse: () => void
  paint: () => void
}

/** Shift and a click on a checkbox selects from the last clicked one on. AG Grid's own range gives up where pages between
 *  are not loaded, so the rows between are asked for by their position. Answers how to stop. */
export function pickRange<Row extends object>(options: PickRangeOptions<Row>): () => void {
  const { element, grid, feed, selection, idOf } = options
  let anchor: number | null = null

  function click(event: MouseEvent) {
    const row = clickedRow(event)
    if (row === null) return
    const from = anchor
    anchor = row
    if (!event.shiftKey || from === null) return
    event.stopPropagation()
    event.preventDefault()
    const start = grid.getDisplayedRowAtIndex(from)?.data
    const isSelected = start ? selection.has(idOf(start)) : true
    pick(Math.min(from, row), Math.max(from, row), isSelected).catch(tellFailure)
  }

  async function pick(first: number, last: number, isSelected: boolean) {
    if (last - first >= PICKS_MAX) {
      options.refuse()
      return
    }
    const ids = await readIds(first, last)
    if (!selection.set(ids, isSelected)) options.refuse()
    options.paint()
  }

  async function readIds(first: number, last: number): Promise<number[]> {
    const ids: number[] = []
    for (let offset = first; offset <= last; offset += PAGE) {
      const rows = await feed.shown?.readRows(offset, Math.min(PAGE, last - offset + 1))
      ids.push(...(rows ?? []).map(idOf))
    }
    return ids
  }

  element.addEventListener('click', click, true)
  return () => element.removeEventListener('click', click, true)
}

function clickedRow({ target }: MouseEvent): number | null {
  const box = target instanceof Element ? target.closest('.ag-selection-checkbox') : null
  const index = box?.closest('.ag-row')?.getAttribute('row-index')
  return index === null || index === undefined ? null : Number(index)
}
