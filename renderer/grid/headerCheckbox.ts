import type { IHeaderComp, IHeaderParams } from 'ag-grid-community'
import { watchEffect, type WatchHandle } from 'vue'
import { t } from '../i18n'
import type { RowSelection } from './rowSelection'

/** What the checkbox over the rows works on. */
export interface HeaderCheckboxParams {
  selection: RowSelection
  total: () => number
}

/** Selects all rows of the list, loaded or not. The grid's own one knows only the loaded ones, but lends its looks. */
export class HeaderCheckbox implements IHeaderComp {
  private readonly frame = document.createElement('div')
  private readonly box = document.createElement('input')
  private watching: WatchHandle | null = null

  init({ selection, total }: IHeaderParams & HeaderCheckboxParams) {
    this.frame.className = 'ag-checkbox-input-wrapper'
    this.box.type = 'checkbox'
    this.box.tabIndex = -1
    this.box.className = 'ag-checkbox-input'
    this.box.setAttribute('aria-label', t('grid.selectAll'))
    this.box.addEventListener('change', () => selection.setAll(this.box.checked))
    this.frame.append(this.box)
    this.watching = watchEffect(() => this.show(selection.count.value, total()))
  }

  getGui() {
    return this.frame
  }

  refresh() {
    return true
  }

  destroy() {
    this.watching?.stop()
  }

  private show(count: number, total: number) {
    const isAll = count > 0 && count === total
    const isSome = count > 0 && count < total
    this.box.checked = isAll
    this.box.indeterminate = isSome
    this.frame.classList.toggle('ag-checked', isAll)
    this.frame.classList.toggle('ag-indeterminate', isSome)
  }
}
