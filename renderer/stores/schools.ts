import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { AppError } from '../../electron/contract/errors'
import type { SchoolRecord } from '../../electron/contract/school'
import { api, on } from '../api'
import { router } from '../router'
import { useSessionStore } from './session'

/** What is being done to get a school open. */
export type Opening = 'create' | 'open' | 'restore' | 'sample'

/** What went wrong: in getting a school open, or in the use of one that was. */
interface SchoolFailure {
  opening: Opening | 'use'
  error: unknown
}

export interface NewSchool extends SchoolRecord {
  userTypes: string[]
}

/** Choosing the school to work on. Where that fails, the place of schools says why. */
export const useSchoolsStore = defineStore('schools', () => {
  const underWay = ref<Opening | null>(null)
  const failure = shallowRef<SchoolFailure | null>(null)

  /** Asks where to keep the new school's file, then makes and opens it. */
  async function create(school: NewSchool) {
    await run('create', async () => {
      const chosen = await api.files.choose({ purpose: 'create-school', suggestedName: school.name })
      if (chosen) await api.schools.create({ ...school, file: chosen.file })
      return chosen !== null
    })
  }

  /** Asks for a file and opens it. */
  async function chooseAndOpen() {
    await run('open', async () => {
      const chosen = await api.files.choose({ purpose: 'open-school' })
      if (chosen) await api.schools.open({ file: chosen.file })
      return chosen !== null
    })
  }

  /** Opens the file that a token stands for. */
  async function open(file: string) {
    await run('open', async () => {
      await api.schools.open({ file })
      return true
    })
  }

  /** Asks for a backup and where the school is to be kept, then restores it there. */
  async function chooseAndRestore() {
    await run('restore', async () => {
      const chosen = await api.files.choose({ purpose: 'open-school' })
      if (!chosen) return false
      const suggestedName = chosen.name.replace(/-\d{8}T\d{9}Z.*$|\.rollbook$/, '').slice(0, 120)
      const place = await api.files.choose({ purpose: 'create-school', suggestedName })
      if (place) await api.backups.restore({ source: { file: chosen.file }, to: place.file })
      return place !== null
    })
  }

  /** Opens the file once more that could not be opened, or that is open for reading only. */
  async function retry({ isReadOnly = false } = {}) {
    await run('open', async () => {
      await api.schools.retry({ isReadOnly })
      return true
    })
  }

  async function createSample() {
    await run('sample', async () => {
      await api.schools.createSample({})
      return true
    })
  }

  /** Learns which school is open, or why none is. */
  async function find() {
    try {
      await useSessionStore().load()
    } catch (error) {
      failure.value = { opening: wasOpen(error) ? 'use' : 'open', error }
    }
  }

  /** Follows what main opens and closes from here on, and changes of the school's own record. */
  function followOpened() {
    on('school', async () => {
      failure.value = null
      await find()
      useSessionStore().visit++
    })
    on('changed', async ({ entities }) => {
      if (entities.includes('school')) await find()
    })
  }

  /** Follows the menu. */
  function follow() {
    on('menu', async ({ item }) => {
      if (item === 'open-school') await chooseAndOpen()
      if (item === 'new-school') await router.push('/schools')
    })
  }

  /** `work` tells whether a school was opened, since a person may think better of it in the dialog. */
  async function run(opening: Opening, work: () => Promise<boolean>) {
    if (underWay.value) return
    underWay.value = opening
    failure.value = null
    try {
      if (await work()) await router.push('/')
    } catch (error) {
      failure.value = { opening, error }
      await router.push('/schools')
    } finally {
      underWay.value = null
    }
  }

  return {
    ...{ underWay, failure },
    ...{ create, chooseAndOpen, open, retry, chooseAndRestore, createSample },
    ...{ find, followOpened, follow },
  }
})

const wasOpen = (error: unknown) =>
  error instanceof AppError && (error.code === 'file-gone' || error.params.met === 'in-use')
