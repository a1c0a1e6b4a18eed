import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { app, type BrowserWindow } from 'electron'
import { contract, desktopContract } from '../contract'
import type { Methods } from '../contract/define'
import type { Emit } from '../services/context'
import { createDispatch, type Call, type Gate } from '../services/dispatch'
import { FileTokens } from '../services/fileTokens'
import type { Jobs } from '../services/jobs'
import { AutomaticBackups } from './automaticBackups'
import { CurrentSchool } from './currentSchool'
import { desktopHandlers, type DesktopContexts } from './desktop'
import { logFailure } from './failures'
import type { Home } from './home'
import { emitTo, serveIpc } from './ipc'
import { setMenu } from './menu'
import { forkParser } from './parser'
import type { PreferencesFile } from './preferencesFile'

export interface Program {
  current: CurrentSchool
  files: FileTokens
  emit: Emit
}

/** The services, with no school open yet and nobody told of events. */
export function newProgram(
  home: Home,
  emit: Emit = () => {},
  onOpened: (file: string) => void = () => {},
): Program {
  const files = new FileTokens()
  const current = new CurrentSchool({
    person: userInfo().username,
    workFolder: home.work,
    appVersion: app.getVersion(),
    files,
    forkParser,
    emit,
    onUnexpected: logUnexpected,
    onOpened,
  })
  return { current, files, emit }
}

/** Puts the services behind the window: what the page asks is answered from here on. */
export function serveWindow(window: BrowserWindow, home: Home, preferences: PreferencesFile): Program {
  const emit: Emit = (event, payload) => emitTo(window, event, payload)
  const program = newProgram(home, emit, (file) => {
    preferences.addRecent(file)
    automatic.begin()
  })
  const { current, files } = program
  const automatic = new AutomaticBackups({ current, preferences, emit, onUnexpected: logFailure })
  const handlers = desktopHandlers({
    window,
    current,
    automatic,
    files,
    preferences,
    schools: home.schools,
    samples: home.samples,
    log: home.log,
  })
  const callDesktop = createDispatch(desktopContract, handlers, desktopGate(current.jobs), logUnexpected)
  serveIpc(window, {
    methods: methodNames(contract),
    call: chooseBetween(callDesktop, (method, input) => current.call(method, input)),
    giveToken: (path) => files.give(path),
  })
  setMenu((item) => emit('menu', { item }))
  return program
}

/** The file that a launch is for: the one named, else the one open last, if it is still there. */
export function fileAtLaunch(named: string | null, preferences: PreferencesFile): string | null {
  const [last] = preferences.recent
  if (named !== null) return named
  return last !== undefined && existsSync(last) ? last : null
}

function desktopGate(jobs: Jobs): Gate<DesktopContexts> {
  return {
    query: (_method, work) => work(null),
    command: (_method, work) => work(null),
    action: (_method, work) => work(null),
    job: async (method, work) => jobs.start(method, work),
  }
}

const logUnexpected = (_method: string, error: unknown) => logFailure(error)

function chooseBetween(desktop: Call, school: Call): Call {
  return (method, input) => {
    const [entity = ''] = method.split('.')
    return Object.hasOwn(desktopContract, entity) ? desktop(method, input) : school(method, input)
  }
}

function methodNames(methods: Methods): string[] {
  return Object.entries(methods).flatMap(([entity, slice]) =>
    Object.keys(slice).map((verb) => `${entity}.${verb}`),
  )
}
