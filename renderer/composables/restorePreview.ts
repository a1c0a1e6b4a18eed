import { computed, onUnmounted, ref, shallowRef } from 'vue'
import type { BackupSource } from '../../electron/contract/backups'
import { AppError } from '../../electron/contract/errors'
import { type ChangedRecord, RECORD_ENTITIES } from '../../electron/contract/history'
import {
  RESTORED_ACTIONS,
  type RestoredAction,
  type RestorePreview,
} from '../../electron/contract/restorePreviews'
import { api } from '../api'
import { useJobsStore } from '../stores/jobs'
import { errorWords } from '../words'
import { unlessGone } from './putAway'

/** Records of one kind that a restore would do the same to. */
export interface RestoredKind {
  entity: ChangedRecord['entity']
  action: RestoredAction
}

/** What restoring a backup would do, put away with what shows it. */
export function useRestorePreview(source: BackupSource) {
  const jobs = useJobsStore()
  const preview = shallowRef<RestorePreview | null>(null)
  const failure = ref('')
  const isStopped = ref(false)
  const shown = shallowRef<{ kind: RestoredKind; rows: ChangedRecord[]; next: number | null } | null>(null)
  let jobId = ''
  let isLeft = false
  let turn = 0

  /** The kinds of records that would become different. */
  const entities = computed(() => {
    const { counts } = preview.value ?? {}
    return RECORD_ENTITIES.filter((entity) => RESTORED_ACTIONS.some((action) => counts?.[entity][action]))
  })

  onUnmounted(async () => {
    isLeft = true
    if (!preview.value && jobId !== '') await jobs.cancel(jobId)
    await putAway()
  })
  void make()

  async function make() {
    try {
      preview.value = await jobs.runJob('restorePreviews.make', { source }, (started) => (jobId = started))
      if (isLeft) await putAway()
    } catch (error) {
      // By somebody, or with the school, which a restore closes.
      isStopped.value = error instanceof AppError && ['cancelled', 'no-school'].includes(error.code)
      if (!isStopped.value) failure.value = errorWords(error)
    }
  }

  /** Shows the first records of a kind. */
  async function show(kind: RestoredKind) {
    if (!preview.value) return
    const { comparisonId } = preview.value
    const mine = ++turn
    const page = await api.restorePreviews.list({ comparisonId, ...kind })
    if (mine === turn) shown.value = { kind, ...page }
  }

  /** Adds the page after those that are shown. */
  async function showMore() {
    const before = shown.value
    if (!preview.value || !before?.next) return
    const { comparisonId } = preview.value
    const page = await api.restorePreviews.list({ comparisonId, ...before.kind, after: before.next })
    if (shown.value === before)
      shown.value = { ...before, rows: [...before.rows, ...page.rows], next: page.next }
  }

  async function putAway() {
    if (!preview.value) return
    const { comparisonId } = preview.value
    preview.value = null
    await unlessGone(api.restorePreviews.discard({ comparisonId }))
  }

  return { preview, failure, isStopped, entities, shown, show, showMore }
}
