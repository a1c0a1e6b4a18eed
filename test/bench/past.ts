// Our side of the bench of a school's past, in a process of its own: `past.js FILE` changes all people of a school that was
// made before today, then shows it as it was yesterday, and what restoring the backup from before the change would change.
import { dirname } from 'node:path'
import type { JobEvent } from '../../electron/contract/jobs'
import { restorePreviewsMethods } from '../../electron/contract/restorePreviews'
import { userMethods } from '../../electron/contract/users'
import { FileTokens } from '../../electron/services/fileTokens'
import { openPastSchool } from '../../electron/services/pastSchool'
import { School, valueOf, type SchoolOptions } from '../../electron/services/school'
import { dayOfClock } from '../../electron/services/values'
import { measured } from './blockMeter'

const DAY = 86_400_000

const [, , file = ''] = process.argv
const files = new FileTokens()
let onJob: (event: JobEvent) => unknown = () => {}
const options: SchoolOptions = {
  person: 'Bench',
  appVersion: 'bench',
  workFolder: dirname(file),
  files,
  forkParser: () => {
    throw new Error('no file is imported')
  },
  emit: (name, payload) => {
    if (name === 'job') onJob(payload as JobEvent)
  },
  onUnexpected: (method, error) => {
    throw new Error(`${method} failed`, { cause: error })
  },
}

const school = await School.open(file, options)
const { file: backup } = files.give(await school.backUp())
const active = await activeIn(school)
const selection = { listId: active.listId, except: [] }
valueOf(await school.call('users.setActive', { selection, isActive: false }))

const day = await measured(async () => {
  const yesterday = dayOfClock(new Date(Date.now() - DAY))
  const control = { signal: new AbortController().signal, progress: () => {} }
  const past = await openPastSchool(file, yesterday, options, control)
  requireAll((await activeIn(past.school)).total)
  await past.close()
})
const preview = await measured(async () => {
  const ended = new Promise<JobEvent>((resolve) => {
    onJob = (event) => event.state !== 'running' && resolve(event)
  })
  valueOf(await school.call('restorePreviews.make', { source: { file: backup } }))
  const event = await ended
  if (event.state !== 'done') throw new Error(JSON.stringify(event))
  requireAll(restorePreviewsMethods.make.output.parse(event.value).counts.users.changed)
})
await school.close()
process.stdout.write(JSON.stringify({ people: active.total, day, preview }))

async function activeIn(of: School) {
  const reply = await of.call('users.openList', { filters: { isActive: true } })
  return userMethods.openList.output.parse(valueOf(reply))
}

function requireAll(count: number): void {
  if (count !== active.total) throw new Error(`${count} people instead of ${active.total}`)
}
