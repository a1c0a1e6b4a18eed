import { randomUUID } from 'node:crypto'
import type { Emit } from './context'

/** Milliseconds of work that are over before anybody could read what it is. */
const SHORT_WORK = 300

/** Work that takes long shows itself as a job that cannot be cancelled. */
export async function showWhile<Result>(
  emit: Emit,
  method: string,
  phase: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const progress = showProgress(emit, method)
  const timer = setTimeout(() => progress.show(phase, 0, 0), SHORT_WORK)
  try {
    return await work()
  } finally {
    clearTimeout(timer)
    progress.end()
  }
}

/** A job that cannot be cancelled. Until there is something to show, nothing is. */
export function showProgress(emit: Emit, method: string) {
  const job = { jobId: randomUUID(), method }
  let isShown = false
  return {
    show: (phase: string, done: number, total: number) => {
      isShown = true
      emit('job', { ...job, state: 'running', phase, done, total, isStoppable: false })
    },
    end: () => {
      if (isShown) emit('job', { ...job, state: 'done', value: null })
    },
  }
}
