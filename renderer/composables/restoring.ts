import { ref } from 'vue'
import type { Backup, BackupSource } from '../../electron/contract/backups'
import { api } from '../api'
import { tellFailure } from '../failures'
import { formatMoment } from '../formats'
import { t } from '../i18n'

/** Putting a backup in the school's place. */
export function useRestoring() {
  const toast = useToast()
  const isRestoring = ref(false)

  /** Restores a backup, as it was seen, and offers to take that back. */
  async function restore(source: BackupSource, { version, createdAt }: Backup) {
    await putBack({ source, version }, t('backups.restored', { when: formatMoment(createdAt) }))
  }

  async function putBack(asked: { source: BackupSource; version: string }, title: string, isUndo = false) {
    isRestoring.value = true
    try {
      const { replaced } = await api.backups.restore(asked)
      const isUndoable = replaced?.state === 'sound' || replaced?.state === 'orphans'
      toast.add({
        title,
        description: replaced && !isUndo ? keptWords(isUndoable) : undefined,
        icon: 'i-lucide-check',
        color: 'neutral',
        // The records look different now: time to see that, and to think again.
        duration: 30_000,
        actions: replaced && isUndoable && !isUndo ? [undoAction(replaced)] : [],
      })
    } finally {
      isRestoring.value = false
    }
  }

  function undoAction({ name, version }: Backup) {
    return {
      label: t('backups.undo'),
      color: 'neutral' as const,
      variant: 'outline' as const,
      onClick: () =>
        void putBack({ source: { name }, version }, t('backups.undone'), true).catch(tellFailure),
    }
  }

  return { isRestoring, restore }
}

const keptWords = (isSound: boolean) => t(isSound ? 'backups.restoredHint' : 'backups.restoredDamaged')
