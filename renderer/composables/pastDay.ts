import { ref } from 'vue'
import { AppError } from '../../electron/contract/errors'
import { api } from '../api'
import { useJobsStore } from '../stores/jobs'
import { errorWords } from '../words'

/** Going to a day gone by. Where that comes off, the page begins anew with the school of that day. */
export function usePastDay() {
  const jobs = useJobsStore()
  const isGoing = ref(false)
  /** Why it did not come off, in words. */
  const failure = ref('')
  let jobId = ''

  async function go(day: string) {
    if (isGoing.value) return
    isGoing.value = true
    failure.value = ''
    try {
      await jobs.runJob('schools.openDay', { day }, (started) => (jobId = started))
    } catch (error) {
      // Whoever stopped it knows.
      const isStopped = error instanceof AppError && error.code === 'cancelled'
      failure.value = isStopped ? '' : errorWords(error)
    } finally {
      isGoing.value = false
    }
  }

  const stop = () => jobs.cancel(jobId)
  const leave = () => api.schools.leaveDay({})

  return { isGoing, failure, go, stop, leave }
}
