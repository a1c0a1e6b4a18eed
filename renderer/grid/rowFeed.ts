import { openList, type ListRequest, type ListSource, type OpenedList } from './openedList'

type Sort = ListRequest['sort']

/** Gives the grid its rows from the newest opened list. An answer that was overtaken by a newer request is dropped. */
export interface RowFeed<Row> {
  /** The list whose rows are shown, or null before the first has come. */
  readonly shown: OpenedList<Row> | null
  /** The order that was asked for last. */
  readonly sort: Sort
  /** Opens a list. True once it is the one to show, false if a newer request overtook it. */
  open(request: ListRequest): Promise<boolean>
  /** Opens the same list anew, after records have changed. */
  reopen(): Promise<boolean>
  /** Rows in an order, opening the list anew if its order is another. */
  read(offset: number, count: number, sort: Sort): Promise<{ rows: Row[]; list: OpenedList<Row> }>
  close(): void
}

export function createRowFeed<Row>(source: ListSource<Row>): RowFeed<Row> {
  let shown: OpenedList<Row> | null = null
  let request: ListRequest = {}
  let opening: Promise<boolean> = Promise.resolve(false)
  /** The list that is being opened, or was. It never rejects. */
  let atWork: Promise<unknown> = Promise.resolve()
  let turn = 0

  function open(wanted: ListRequest): Promise<boolean> {
    request = wanted
    opening = openInTurn(wanted, ++turn)
    return opening
  }

  /** One at a time: while somebody types faster than a long list is searched, what is overtaken is never asked for. */
  async function openInTurn(wanted: ListRequest, mine: number): Promise<boolean> {
    await atWork
    if (mine !== turn) return false
    const asked = openList(source, wanted)
    atWork = asked.catch(() => undefined)
    const list = await asked
    if (mine !== turn) {
      list.close()
      return false
    }
    shown?.close()
    shown = list
    return true
  }

  /** The newest list, however often another overtakes it while we wait. */
  async function newest(): Promise<OpenedList<Row>> {
    for (;;) {
      const awaited = opening
      await awaited
      if (awaited === opening && shown) return shown
    }
  }

  return {
    get shown() {
      return shown
    },
    get sort() {
      return request.sort
    },
    open,
    reopen: () => open(request),
    async read(offset, count, sort) {
      if (!isSameSort(sort, request.sort)) void open({ ...request, sort }).catch(() => undefined)
      const list = await newest()
      return { rows: await list.readRows(offset, count), list }
    },
    close() {
      turn++
      shown?.close()
    },
  }
}

function isSameSort(one: Sort, other: Sort): boolean {
  return one?.field === other?.field && (one?.isDescending ?? false) === (other?.isDescending ?? false)
}
