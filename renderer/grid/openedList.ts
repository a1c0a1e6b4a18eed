/** What a list shows: what was searched for, filters, order. */
export interface ListRequest {
  search?: string
  sort?: { field: string; isDescending?: boolean }
  filters?: Record<string, unknown>
}

interface Opened {
  listId: number
  total: number
  all: number
}

/** The methods of a list in the contract: `api.users` is one. */
export interface ListSource<Row> {
  openList(request: ListRequest): Promise<Opened>
  list(page: { listId: number; offset: number; count: number }): Promise<{ rows: Row[] }>
  closeList(list: { listId: number }): Promise<null>
}

/** A list whose order is fixed: rows are read by position. */
export interface OpenedList<Row> extends Opened {
  readRows(offset: number, count: number): Promise<Row[]>
  close(): void
}

/** Rows that are read at a time. */
export const PAGE = 100

/** Opens a list, and reads its first page at once, since that is what will be asked for next. */
export async function openList<Row>(source: ListSource<Row>, request: ListRequest): Promise<OpenedList<Row>> {
  const opened = await source.openList(request)
  const { listId } = opened
  const read = async (offset: number, count: number) => (await source.list({ listId, offset, count })).rows
  let first: Promise<Row[]> | null = read(0, PAGE)
  // Whoever asks for it gets the failure; if nobody does, there is nobody to tell.
  first.catch(() => undefined)
  return {
    ...opened,
    readRows(offset, count) {
      const ready = offset === 0 && count === PAGE ? first : null
      first = null
      return ready ?? read(offset, count)
    },
    // Main closes the oldest by itself, so a list that cannot be closed does no harm.
    close: () => void source.closeList({ listId }).catch(() => undefined),
  }
}

/** All rows of a list, for the few that are short. */
export async function readWholeList<Row>(source: ListSource<Row>, request: ListRequest): Promise<Row[]> {
  const list = await openList(source, request)
  const rows: Row[] = []
  try {
    while (rows.length < list.total) rows.push(...(await list.readRows(rows.length, PAGE)))
  } finally {
    list.close()
  }
  return rows
}
