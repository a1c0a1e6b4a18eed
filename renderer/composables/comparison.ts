import { computed, onUnmounted, reactive, ref, shallowRef } from 'vue'
import {
  type Comparison,
  type Difference,
  DIFFERENCES,
  type DifferingPerson,
} from '../../electron/contract/days'
import { AppError } from '../../electron/contract/errors'
import { PAGE_MAX } from '../../electron/contract/lists'
import { api } from '../api'
import { useJobsStore } from '../stores/jobs'
import { errorWords } from '../words'
import { unlessGone } from './putAway'

/** People that a sheet of paper is made of at most: what is longer is for a spreadsheet. */
const PRINTED_MAX = 5_000

/** One comparison of two days, put away with its view. */
export function useComparison() {
  const jobs = useJobsStore()
  const comparison = shallowRef<Comparison | null>(null)
  const people = reactive<Record<Difference, DifferingPerson[]>>({ came: [], left: [], 'changed-class': [] })
  const isComparing = ref(false)
  const failure = ref('')
  let jobId = ''
  let isLeft = false
  const total = computed(() =>
    Object.values(comparison.value?.counts ?? {}).reduce((sum, count) => sum + count, 0),
  )
  const isPrintable = computed(() => total.value > 0 && total.value <= PRINTED_MAX)

  onUnmounted(async () => {
    isLeft = true
    if (isComparing.value) await jobs.cancel(jobId)
    await putAway()
  })

  async function compare(from: string, until: string) {
    isComparing.value = true
    failure.value = ''
    try {
      // The people of the former one would stand under the numbers of this.
      await putAway()
      comparison.value = await jobs.runJob('days.compare', { from, until }, (started) => (jobId = started))
      if (isLeft) await putAway()
      else for (const difference of DIFFERENCES) await loadMore(difference)
    } catch (error) {
      const isStopped = error instanceof AppError && error.code === 'cancelled'
      failure.value = isStopped ? '' : errorWords(error)
    } finally {
      isComparing.value = false
    }
  }

  /** Brings the next of one kind onto the page. */
  async function loadMore(difference: Difference) {
    const shown = people[difference]
    if (!comparison.value || shown.length >= comparison.value.counts[difference]) return
    const { comparisonId } = comparison.value
    const page = { comparisonId, difference, offset: shown.length, count: PAGE_MAX }
    const { rows } = await api.days.listDifferences(page)
    // Whoever asked twice has them already.
    if (comparison.value?.comparisonId === comparisonId && shown.length === page.offset) shown.push(...rows)
  }

  /** Brings all of them onto the page, for paper. */
  async function loadAll() {
    for (const difference of DIFFERENCES)
      while (people[difference].length < (comparison.value?.counts[difference] ?? 0))
        await loadMore(difference)
  }

  async function putAway() {
    if (!comparison.value) return
    const { comparisonId } = comparison.value
    comparison.value = null
    for (const difference of DIFFERENCES) people[difference] = []
    await unlessGone(api.days.discard({ comparisonId }))
  }

  return { comparison, people, total, isPrintable, isComparing, failure, compare, loadMore, loadAll }
}
