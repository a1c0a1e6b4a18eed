import { onUnmounted, watch } from 'vue'
import { useRouter } from 'vue-router'
import { AppError } from '../../electron/contract/errors'
import type { ChangeSet } from '../../electron/contract/history'
import { api, on } from '../api'
import { failure } from '../failures'
import { t } from '../i18n'
import { useSessionStore } from '../stores/session'
import { useUndoStore } from '../stores/undo'
import { changeWords, errorWords, summaryWords, undoWords } from '../words'

const logAction = {
  label: t('log.open'),
  color: 'neutral' as const,
  variant: 'outline' as const,
  onClick: () => api.about.showLog({}),
}

const ICONS = { done: 'i-lucide-check', undone: 'i-lucide-undo-2', redone: 'i-lucide-redo-2' }

/** Tells of every change with a way to take it back, and of every failure that nobody caught. For App.vue. */
export function useMessages(): void {
  const toast = useToast()
  const undo = useUndoStore()
  const session = useSessionStore()
  const router = useRouter()
  let shown: string | number | undefined

  // Only the newest change is offered for undoing: an older one may have a later one standing on it.
  undo.follow((change) => {
    forget()
    shown = toast.add({
      title: changeWords(change),
      icon: ICONS[change.direction],
      color: 'neutral',
      actions: change.isUndoable ? [undoAction(change)] : [],
    }).id
  })

  // What was told of one school is nothing to take back in another.
  watch(() => session.visit, forget)

  watch(() => session.school?.restorePoint ?? null, tellUpgrade, { immediate: true })

  onUnmounted(
    on('diskFull', () =>
      toast.add({
        id: 'disk-full',
        title: t('shell.diskFull'),
        description: t('shell.diskFullHint'),
        icon: 'i-lucide-circle-alert',
        color: 'warning',
        duration: 0,
      }),
    ),
  )
  onUnmounted(
    on('checked', ({ orphans }) =>
      toast.add({
        title: t('shell.checked'),
        description: orphans === 0 ? t('shell.checkedHint') : t('shell.checkedOrphans', { count: orphans }),
        icon: orphans === 0 ? 'i-lucide-check' : 'i-lucide-circle-alert',
        color: orphans === 0 ? 'neutral' : 'warning',
        duration: orphans === 0 ? 10_000 : 0,
      }),
    ),
  )

  watch(failure, (value) => {
    if (!value) return
    // The words are the id: the same failure again is not told twice over.
    const title = errorWords(value.error)
    const isForeseen = value.error instanceof AppError && value.error.code !== 'unexpected'
    toast.add({
      id: title,
      title,
      icon: 'i-lucide-circle-alert',
      color: isForeseen ? 'warning' : 'error',
      duration: 10_000,
      actions: isForeseen ? laterChangeActions(value.error) : [logAction],
    })
  })

  /** What stands in the way of an undo can be looked at. */
  function laterChangeActions(error: unknown) {
    const { reason, later } = error instanceof AppError ? error.params : {}
    if (reason !== 'later-change' || !later) return []
    const onClick = () => router.push({ path: '/history', query: { change: String(later) } })
    return [
      { label: t('history.showLater'), color: 'neutral' as const, variant: 'outline' as const, onClick },
    ]
  }

  /** An upgrade that was just made, and what it changed in the records. */
  function tellUpgrade(restorePoint: string | null) {
    if (restorePoint === null) return
    const { upgradeNotes = [] } = session.school ?? {}
    toast.add({
      title: t('upgrade.done'),
      description: [...upgradeNotes.map(summaryWords), t('upgrade.doneHint')].join('. '),
      icon: 'i-lucide-check',
      color: 'neutral',
      duration: 30_000,
    })
  }

  function forget() {
    if (shown !== undefined) toast.remove(shown)
    shown = undefined
  }

  function undoAction(change: ChangeSet) {
    return {
      label: undoWords(change),
      color: 'neutral' as const,
      variant: 'outline' as const,
      onClick: () => undo.undo(change.changeSetId),
    }
  }
}
