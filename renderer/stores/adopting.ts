import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { AdoptReport } from '../../electron/contract/adopt'
import { AppError } from '../../electron/contract/errors'
import type { ChosenFile } from '../../electron/contract/files'
import type { SchoolRecord } from '../../electron/contract/school'
import { api } from '../api'
import { useJobsStore } from './jobs'
import { useSchoolsStore } from './schools'

/** Where an adoption is at: nothing chosen yet, the source chosen, under way, done. */
export type AdoptStage = 'choosing' | 'chosen' | 'running' | 'done'

/** The one adoption that a person is at. It stays while they look at other places. */
export const useAdoptingStore = defineStore('adopting', () => {
  const jobs = useJobsStore()
  const stage = ref<AdoptStage>('choosing')
  const source = shallowRef<ChosenFile | null>(null)
  /** The school's file that is made. */
  const file = shallowRef<ChosenFile | null>(null)
  const report = shallowRef<AdoptReport | null>(null)
  const failure = shallowRef<unknown>(null)
  const jobId = ref<string | null>(null)
  const job = computed(() => (jobId.value === null ? null : (jobs.byId.get(jobId.value) ?? null)))

  /** Asks for a database, or for a folder of CSV files. */
  async function choose(purpose: 'adopt-file' | 'adopt-folder') {
    const chosen = await api.files.choose({ purpose })
    if (!chosen || stage.value === 'running') return
    close()
    source.value = chosen
    stage.value = 'chosen'
  }

  /** Asks where to keep the school's file, and makes it. */
  async function begin(school: SchoolRecord) {
    if (!source.value || stage.value !== 'chosen') return
    const chosen = await api.files.choose({ purpose: 'create-school', suggestedName: school.name })
    if (!chosen) return
    stage.value = 'running'
    failure.value = null
    file.value = chosen
    try {
      const input = { ...school, source: source.value.file, file: chosen.file }
      report.value = await jobs.runJob('schools.adopt', input, (started) => (jobId.value = started))
      stage.value = 'done'
    } catch (error) {
      const isStopped = error instanceof AppError && error.code === 'cancelled'
      failure.value = isStopped ? null : error
      stage.value = 'chosen'
    }
    jobId.value = null
  }

  async function stop() {
    if (jobId.value !== null) await jobs.cancel(jobId.value)
  }

  /** Opens the school that was made. */
  async function open() {
    if (!file.value) return
    const { file: token } = file.value
    close()
    await useSchoolsStore().open(token)
  }

  function close() {
    stage.value = 'choosing'
    source.value = null
    file.value = null
    report.value = null
    failure.value = null
  }

  return { stage, source, file, report, failure, job, choose, begin, stop, open, close }
})
