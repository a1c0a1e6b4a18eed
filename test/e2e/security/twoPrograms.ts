import { afterAll, beforeAll } from 'vitest'
import { endRollbook, startRollbook, type StartedRollbook } from '../../helpers/electron'

interface TwoPrograms {
  started: StartedRollbook
  /** The same with the page's policy switched off: what is refused there is refused by more than the policy. */
  withoutPolicy: StartedRollbook
}

/** The program twice, for all tests of a file. It is there once they begin. */
export function twoPrograms(): TwoPrograms {
  const programs = {} as TwoPrograms
  beforeAll(async () => {
    programs.started = await startRollbook()
    programs.withoutPolicy = await startRollbook({ bypassCSP: true })
  })
  afterAll(async () => {
    // What is refused to an attempt fails in its own code, where nobody catches it.
    await endRollbook(programs.started, { isMeantToFail: true })
    await endRollbook(programs.withoutPolicy, { isMeantToFail: true })
  })
  return programs
}
