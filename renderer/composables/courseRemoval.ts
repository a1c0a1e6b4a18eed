import { api } from '../api'
import { t } from '../i18n'
import type { Removal } from './removal'

/** Courses are deleted with their enrolments. */
export const courseRemoval: Removal = {
  async preview(selection) {
    const { courses, enrollments } = await api.courses.previewRemoval({ selection })
    return {
      question: t('courses.deleteQuestion', { count: courses }),
      details: [
        ...(enrollments > 0 ? [t('courses.deletedWith', { count: enrollments })] : []),
        t('removal.undoable'),
      ],
    }
  },
  remove: (selection) => api.courses.remove({ selection }),
}
