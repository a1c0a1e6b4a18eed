import { onUnmounted } from 'vue'
import type { ChosenFile } from '../../electron/contract/files'
import { on } from '../api'
import { t } from '../i18n'
import { useImportingStore } from '../stores/importing'
import { useJobsStore } from '../stores/jobs'
import { useSchoolsStore } from '../stores/schools'
import { isDialogOpen } from './fileDrop'

/** Opens the school's file that a double click asks for. Opening one closes the other: whoever is in the midst of
 *  something is asked, and answers when that is done. For App.vue. */
export function useGivenFile(): void {
  const toast = useToast()
  const schools = useSchoolsStore()
  const jobs = useJobsStore()
  const importing = useImportingStore()

  onUnmounted(on('given', ({ file }) => (isAtWork() ? offer(file) : schools.open(file.file))))

  function isAtWork(): boolean {
    const isImporting = importing.stage !== 'choosing' && importing.stage !== 'written'
    return isImporting || isDialogOpen() || jobs.running.length > 0 || schools.underWay !== null
  }

  function offer({ file, name }: ChosenFile): void {
    toast.add({
      // The newest is the one that is wanted.
      id: 'given',
      title: t('shell.given', { name }),
      description: t('shell.givenHint'),
      icon: 'i-lucide-folder-open',
      color: 'neutral',
      duration: 0,
      actions: [
        {
          label: t('shell.givenOpen'),
          color: 'neutral' as const,
          variant: 'outline' as const,
          onClick: () => void schools.open(file),
        },
      ],
    })
  }
}
