import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { EventName, Events } from '../../electron/contract'
import { CurrentSchool, type CurrentSchoolOptions } from '../../electron/main/currentSchool'
import { FileTokens } from '../../electron/services/fileTokens'
import { forkParser } from './forkParser'
import { temporaryFolder } from './school'

/** The one school of a window that has none open yet, closed when the test is over. */
export async function beginCurrent(options: Partial<CurrentSchoolOptions> = {}) {
  const folder = await temporaryFolder()
  const events: { name: EventName; payload: unknown }[] = []
  const waiting = new Map<EventName, (payload: never) => void>()
  const current = new CurrentSchool({
    person: 'Tester',
    workFolder: join(folder, 'work'),
    appVersion: '0.0.0-test',
    files: new FileTokens(),
    forkParser,
    emit: (name, payload) => {
      events.push({ name, payload })
      waiting.get(name)?.(payload as never)
    },
    onUnexpected: (method, error) => {
      throw new Error(`${method} failed unexpectedly`, { cause: error })
    },
    onOpened: () => {},
    ...options,
  })
  onTestFinished(() => current.close())
  /** The next event of that name. */
  const until = <Name extends EventName>(name: Name) =>
    new Promise<Events[Name]>((resolve) => waiting.set(name, resolve))
  return { current, folder, events, until }
}
