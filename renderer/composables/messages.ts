import { watch } from 'vue'
import { AppError } from '../../electron/contract/errors'
import type { ChangeSet } from '../../electron/contract/history'
import { failure } from '../failures'
import { t } from '../i18n'
import { useSessionStore } from '../stores/session'
import { useUndoStore } from '../stores/undo'
import { changeWords, errorWords } from '../words'

/** Tells of every change with a way to take it back, and of every failure that nobody caught. For App.vue. */
export function useMessages(): void {
  const toast = useToast()
  const undo = useUndoStore()
  const session = useSessionStore()
  let shown: string | number | undefined

  // Only the newest change is offered for undoing: an older one may have a later one standing on it.
  undo.follow((change) => {
    forget()
    shown = toast.add({
      title:
        change.undoes === null ? changeWords(change) : t('changes.undone', { what: changeWords(change) }),
      icon: change.undoes === null ? 'i-lucide-check' : 'i-lucide-undo-2',
      color: 'neutral',
      actions: change.undoes === null ? [undoAction(change)] : [],
    }).id
  })

  // What was told of one school is nothing to take back in another.
  watch(() => session.visit, forget)

  watch(() => session.school?.restorePoint ?? null, tellUpgrade, { immediate: true })

  watch(failure, (value) => {
    if (!value) return
    // The words are the id: the same failure again is not told twice over.
    const title = errorWords(value.error)
    toast.add({
      id: title,
      title,
      icon: 'i-lucide-circle-alert',
      color: value.error instanceof AppError && value.error.code !== 'unexpected' ? 'warning' : 'error',
      duration: 10_000,
    })
  })

  /** An upgrade that was just made, and what it changed in the records. */
  function tellUpgrade(restorePoint: string | null) {
    if (restorePoint === null) return
    const { upgradeNotes = [] } = session.school ?? {}
    toast.add({
      title: t('upgrade.done'),
      description: [...upgradeNotes.map(changeWords), t('upgrade.doneHint')].join('. '),
      icon: 'i-lucide-check',
      color: 'neutral',
      duration: 30_000,
    })
  }

  function forget() {
    if (shown !== undefined) toast.remove(shown)
    shown = undefined
  }

  function undoAction({ changeSetId }: ChangeSet) {
    return {
      label: t('actions.undo'),
      color: 'neutral' as const,
      variant: 'outline' as const,
      onClick: () => undo.undo(changeSetId),
    }
  }
}
