import type { GridApi } from 'ag-grid-community'
import { ROW_HEIGHT } from './theme'

/** Above some 500,000 rows the grid is lower than its rows together and runs ahead of the wheel: one notch is to stay one
 *  notch. Answers how to stop. */
export function evenWheel<Row>(element: HTMLElement, grid: GridApi<Row>): () => void {
  function turn(event: WheelEvent) {
    const viewport = element.querySelector('.ag-grid-viewport')
    if (!viewport || event.ctrlKey || event.deltaY === 0) return
    const factor = (grid.getDisplayedRowCount() * ROW_HEIGHT) / viewport.scrollHeight
    if (factor < 1.01) return
    event.preventDefault()
    viewport.scrollTop += event.deltaY / factor
  }

  element.addEventListener('wheel', turn, { passive: false, capture: true })
  return () => element.removeEventListener('wheel', turn, { capture: true })
}
