import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { JobEvent } from '../../electron/contract/jobs'
import { CurrentSchool } from '../../electron/main/currentSchool'
import { FileTokens } from '../../electron/services/fileTokens'
import { forkParser } from '../helpers/forkParser'
import { temporaryFolder } from '../helpers/school'
import { SEED_DATABASE } from '../helpers/seed'

test('an adoption without an open school is a job: it tells how far it is, and can be cancelled', async () => {
  const folder = await temporaryFolder()
  const events: JobEvent[] = []
  const current = new CurrentSchool({
    ...{ person: 'Tester', appVersion: '0.0.0-test', workFolder: join(folder, 'work'), forkParser },
    files: new FileTokens(),
    emit: (name, payload) => {
      if (name === 'job') events.push(payload as JobEvent)
    },
    onUnexpected: (_method, error) => expect.unreachable(String(error)),
    onOpened: () => {},
  })
  const adoption = (name: string) => ({
    ...{ source: SEED_DATABASE, file: join(folder, name) },
    school: { name: 'Adopted', language: 'en' as const },
  })
  const start = (name: string) =>
    current.jobs.start('schools.adopt', (control) => current.adopt(adoption(name), control))

  const { jobId } = start('cancelled.rollbook')
  expect(await current.call('jobs.cancel', { jobId })).toEqual({ ok: true, value: true })
  await expect
    .poll(() => events.at(-1))
    .toMatchObject({ jobId, state: 'failed', error: { code: 'cancelled' } })
  expect(await readdir(folder)).toEqual(['work'])

  start('adopted.rollbook')
  await expect.poll(() => events.at(-1), { timeout: 20_000 }).toMatchObject({ state: 'done' })
  expect(events).toContainEqual(expect.objectContaining({ state: 'running', phase: 'writing' }))
  // Closing ends what runs.
  start('closed.rollbook')
  await current.close()
  expect((await readdir(folder)).sort()).toEqual(['adopted.rollbook', 'work'])
})
