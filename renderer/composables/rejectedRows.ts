import { ref } from 'vue'
import { AppError } from '../../electron/contract/errors'
import { api } from '../api'
import { t } from '../i18n'
import { useJobsStore } from '../stores/jobs'

/** Saving the rejected rows of an import to a file that can be mended and imported again. */
export function useRejectedRows() {
  const jobs = useJobsStore()
  const toast = useToast()
  const isSaving = ref(false)

  async function save(importId: string, fileName: string) {
    const suggestedName = t('exchange.rejectsFile', { name: fileName.replace(/\.[^.]*$/, '') }).slice(0, 120)
    const chosen = await api.files.choose({ purpose: 'export', suggestedName })
    if (!chosen) return
    isSaving.value = true
    try {
      const { rows } = await jobs.runJob('imports.saveRejects', { importId, file: chosen.file })
      const title = t('exchange.rejectsSaved', { count: rows })
      toast.add({
        title,
        description: t('exchange.saveRejectsHint'),
        icon: 'i-lucide-check',
        color: 'neutral',
      })
    } catch (error) {
      // Whoever stopped it knows.
      if (!(error instanceof AppError) || error.code !== 'cancelled') throw error
    } finally {
      isSaving.value = false
    }
  }

  return { isSaving, save }
}
