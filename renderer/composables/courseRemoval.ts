import type { Selection } from '../../electron/contract/lists'
import { api } from '../api'
import { t } from '../i18n'
import { useRemoval } from './removal'

/** Asks before courses are deleted. `afterwards` runs once they are. */
export function useCourseRemoval(afterwards: () => unknown) {
  return useRemoval(
    async (selection: Selection) => {
      const { courses, enrollments } = await api.courses.previewRemoval({ selection })
      return {
        question: t('courses.deleteQuestion', { count: courses }),
        details: [
          ...(enrollments > 0 ? [t('courses.deletedWith', { count: enrollments })] : []),
          t('removal.undoable'),
        ],
      }
    },
    async (selection: Selection) => {
      await api.courses.remove({ selection })
      await afterwards()
    },
  )
}
