import { expect, it } from 'vitest'
import type { Emit } from '../../electron/services/context'
import { showWhile } from '../../electron/services/shownWork'

it('shows what takes long for as long as it takes, and nothing of what is done at once', async () => {
  const events: unknown[] = []
  let isShown = () => {}
  const emit: Emit = (_, payload) => {
    events.push(payload)
    isShown()
  }
  expect(await showWhile(emit, 'users.create', 'working', async () => 'done')).toBe('done')
  expect(events).toEqual([])

  const shown = new Promise<void>((resolve) => (isShown = resolve))
  await showWhile(emit, 'history.undo', 'working', () => shown)
  const job = { jobId: expect.any(String), method: 'history.undo' }
  expect(events).toEqual([
    { ...job, state: 'running', phase: 'working', done: 0, total: 0, isStoppable: false },
    { ...job, state: 'done', value: null },
  ])
})

it('is over when the work fails', async () => {
  const events: { state?: string }[] = []
  let fail = () => {}
  const emit: Emit = (_, payload) => {
    events.push(payload as { state?: string })
    fail()
  }
  const work = new Promise<never>((_, reject) => (fail = () => reject(new Error('lost'))))
  await expect(showWhile(emit, 'history.undo', 'working', () => work)).rejects.toThrow('lost')
  expect(events.map(({ state }) => state)).toEqual(['running', 'done'])
})
