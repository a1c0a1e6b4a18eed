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
import type { Home } from './home'
import { emitTo, serveIpc } from './ipc'
import { logFailure } from './log'
import { setMenu } from './menu'
import { forkParser } from './parser'
import type { PreferencesFile } from './preferencesFile'
import type { Undoable } from './undoLabel'

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
  const emit: Emit = (event, payload) => {
    emitTo(window, event, payload)
    if (event === 'changed' || event === 'school') named = named.then(nameInMenu)
  }
  const showMenu = (next: Undoable) => setMenu((item) => emit('menu', { item }), next)
  const nameInMenu = async () => showMenu(await findUndoable(current))
  let named = Promise.resolve()
  const program = newProgram(home, emit, (file) => {
    preferences.addRecent(file)
    automatic.begin()
  })
  const { current, files } = program
  window.on('focus', () => void current.look())
  const automatic = new AutomaticBackups({ current, preferences, emit, onUnexpected: logFailure })
  const handlers = desktopHandlers({
    window,
    current,
    automatic,
    files,
    preferences,
    schools: home.schools,
    samples: home.samples,
  })
  const callDesktop = createDispatch(desktopContract, handlers, desktopGate(current.jobs), logUnexpected)
  serveIpc(window, {
    methods: methodNames(contract),
    call: chooseBetween(callDesktop, (method, input) => current.call(method, input)),
    giveToken: (path) => files.give(path),
  })
  showMenu(NOTHING)
  return program
}

/** The file that a launch is for: the one named, else the one open last. Where that is gone, staff are to be told so, and not
 *  to be asked to make a school. */
export function fileAtLaunch(named: string | null, preferences: PreferencesFile): string | null {
  return named ?? preferences.recent[0] ?? null
}

const NOTHING: Undoable = { undo: null, redo: null }

/** Nothing, too, where no school is open; what else may fail is logged by the dispatch. */
async function findUndoable(current: CurrentSchool): Promise<Undoable> {
  const reply = await current.call('history.undoable', {})
  return reply.ok ? (reply.value as Undoable) : NOTHING
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
