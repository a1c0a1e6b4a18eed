import { useRoute } from 'vue-router'

/** What a link to a list carries (`/people?search=ana&userTypeId=2`): the search, and the filters that the list knows. */
export function useListQuery(filterNames: string[]): {
  initialSearch: string
  initialFilters: Record<string, unknown>
} {
  const { query } = useRoute()
  const initialSearch = typeof query.search === 'string' ? query.search : ''
  const initialFilters = Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = query[name]
      return typeof value === 'string' && value !== '' ? [[name, parse(value)]] : []
    }),
  )
  return { initialSearch, initialFilters }
}

function parse(value: string): unknown {
  if (value === 'true' || value === 'false') return value === 'true'
  return /^\d+$/.test(value) ? Number(value) : value
}
