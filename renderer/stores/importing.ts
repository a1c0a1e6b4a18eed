import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { ChosenFile } from '../../electron/contract/files'
import type { ImportEntity, ImportResult, PreparedImport } from '../../electron/contract/imports'
import { api, on, type JobInput } from '../api'
import { columnsInFailure, entityInFailure, type FileColumn } from '../exchange/refusedColumns'
import { useJobsStore } from './jobs'

export type ImportChoices = NonNullable<JobInput<'imports.prepare'>['options']>
export type OnError = JobInput<'imports.apply'>['onError']

/** Where an import is at: no file yet, being read and compared, read (or refused), being written, written. */
export type ImportStage = 'choosing' | 'checking' | 'checked' | 'writing' | 'written'

/** The one import that a person is at. It stays while they look at other places. */
export const useImportingStore = defineStore('importing', () => {
  const jobs = useJobsStore()
  const stage = ref<ImportStage>('choosing')
  const file = shallowRef<ChosenFile | null>(null)
  const choices = shallowRef<ImportChoices>({})
  const prepared = shallowRef<PreparedImport | null>(null)
  /** The file's columns, known also where the file was refused for them. */
  const columns = shallowRef<FileColumn[]>([])
  const failure = shallowRef<unknown>(null)
  const result = shallowRef<ImportResult | null>(null)
  const onError = ref<OnError>('reject-rows')
  const jobId = ref<string | null>(null)
  const entity = computed<ImportEntity | null>(
    () => choices.value.entity ?? prepared.value?.entity ?? entityInFailure(failure.value),
  )
  let turn = 0

  /** Begins with a file. Does nothing while another one is being written. */
  async function begin(chosen: ChosenFile) {
    if (stage.value === 'writing') return
    await close()
    file.value = chosen
    await check()
  }

  /** Says something else of the file, and checks it anew. */
  async function choose(changed: ImportChoices) {
    choices.value = { ...choices.value, ...changed }
    await check()
  }

  /** Reads, checks and compares the file as it is now. Whoever changes a choice meanwhile begins it anew. */
  async function check() {
    if (!file.value || stage.value === 'writing') return
    const mine = ++turn
    await stopJob()
    stage.value = 'checking'
    failure.value = null
    try {
      const input = { file: file.value.file, options: choices.value }
      const found = await jobs.runJob('imports.prepare', input, (started) => noteJob(started, mine))
      if (mine === turn) await take(found)
      else await discard(found)
    } catch (error) {
      if (mine === turn) await refuse(error)
    }
  }

  /** Writes what was prepared. */
  async function apply() {
    if (!prepared.value || stage.value !== 'checked') return
    const input = { importId: prepared.value.importId, onError: onError.value }
    const mine = turn
    stage.value = 'writing'
    failure.value = null
    try {
      result.value = await jobs.runJob('imports.apply', input, (started) => noteJob(started, mine))
      stage.value = 'written'
    } catch (error) {
      // Closing the school ends the job too, and has put all of this away.
      if (mine !== turn) return
      failure.value = error
      stage.value = 'checked'
    }
    jobId.value = null
  }

  /** Stops the job under way. */
  async function stopJob() {
    if (jobId.value !== null) await jobs.cancel(jobId.value)
  }

  /** Puts the file away, and what was kept of it. */
  async function close() {
    turn++
    await stopJob()
    const former = prepared.value
    forget()
    if (former) await discard(former)
  }

  async function take(found: PreparedImport) {
    const former = prepared.value
    prepared.value = found
    columns.value = found.columns
    jobId.value = null
    stage.value = 'checked'
    if (former) await discard(former)
  }

  async function refuse(error: unknown) {
    const former = prepared.value
    prepared.value = null
    failure.value = error
    columns.value = columnsInFailure(error) ?? columns.value
    jobId.value = null
    stage.value = 'checked'
    if (former) await discard(former)
  }

  async function discard({ importId }: PreparedImport) {
    await api.imports.discard({ importId })
  }

  function forget() {
    stage.value = 'choosing'
    file.value = null
    choices.value = {}
    prepared.value = null
    columns.value = []
    failure.value = null
    result.value = null
    onError.value = 'reject-rows'
    jobId.value = null
  }

  /** A job that was overtaken before its name was known is stopped now. */
  function noteJob(started: string, itsTurn: number) {
    if (itsTurn === turn) jobId.value = started
    else void jobs.cancel(started)
  }

  // What was prepared for one school is nothing to another; that one has put it away itself.
  on('school', () => {
    turn++
    forget()
  })

  return {
    ...{ stage, file, choices, prepared, columns, failure, result, onError, jobId, entity },
    ...{ begin, choose, check, apply, stopJob, close },
  }
})
