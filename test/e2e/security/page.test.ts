// Electron's security checklist (https://www.electronjs.org/docs/latest/tutorial/security), 2 to 6, 8 to 10,
// 16 and 19: what the page is given, and the program it runs in.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import type { WebPreferences } from 'electron'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endRollbook, startRollbook, type StartedRollbook } from '../../helpers/electron'
import packageJson from '../../../package.json'
import { electronRuntime } from '../../../scripts/electron.mjs'
import { noteChecklist } from './checklist'

const NAMES_OF_NODE =
  "['require', 'process', 'module', 'global', 'Buffer', 'electron'].filter((name) => name in window)"
const REQUIRE_IN_WORKER = `new Promise((settle) => {
  try {
    const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(typeof require)'])))
    worker.onmessage = ({ data }) => settle(data)
    worker.onerror = () => settle('refused')
  } catch {
    settle('refused')
  }
})`
const PINNED = packageJson.devDependencies.electron
const FUSES = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
}
/** As the executable has it. */
const ON = '1'.charCodeAt(0)

noteChecklist('2 to 6, 8 to 11, 16, 19', 'other settings, and another user, are seen')

let started: StartedRollbook

beforeAll(async () => {
  started = await startRollbook()
})
afterAll(() => endRollbook(started))

/** What the checklist says of each setting of the page, by its number; what was not set is not there, or empty. */
const SETTINGS: [number: number, setting: string, isOn: boolean][] = [
  [2, 'nodeIntegration', false],
  [2, 'nodeIntegrationInSubFrames', false],
  [3, 'contextIsolation', true],
  [4, 'sandbox', true],
  [6, 'webSecurity', true],
  [8, 'allowRunningInsecureContent', false],
  [9, 'experimentalFeatures', false],
  [10, 'enableBlinkFeatures', false],
  [11, 'webviewTag', false],
]

describe('2 to 4, 6, 8 to 11: the settings of the page', () => {
  let ours: Record<string, unknown>
  let unsafe: Record<string, unknown>
  beforeAll(async () => {
    ours = await preferencesOf(started)
    unsafe = await preferencesOf(started, {
      ...Object.fromEntries(SETTINGS.map(([, setting, isOn]) => [setting, !isOn])),
      enableBlinkFeatures: 'CSSVariables',
    })
  })

  it.each(SETTINGS)('%i: %s is %s', (_number, setting, isOn) => {
    expect(Boolean(ours[setting])).toBe(isOn)
    expect(Boolean(unsafe[setting])).toBe(!isOn)
  })
})

describe('2, 3: the page and the code of the preload are apart', () => {
  it('2: the page knows nothing of Node, and may start no worker that would', async () => {
    expect(await inOurPage(NAMES_OF_NODE)).toEqual([])
    expect(await inOurPage(REQUIRE_IN_WORKER)).toBe('refused')
  })

  // Elsewhere the sandbox, which tests on Linux do without, takes Node from a page in any case.
  it.runIf(process.platform === 'linux')('2: a page with Node knows it, and so do its workers', async () => {
    const { names, inWorker } = await started.electron.evaluate(
      async ({ BrowserWindow }, scripts) => {
        const webPreferences = {
          nodeIntegration: true,
          nodeIntegrationInWorker: true,
          contextIsolation: false,
          sandbox: false,
        }
        const window = new BrowserWindow({ show: false, webPreferences })
        await window.loadURL('about:blank')
        const [names, inWorker] = (await Promise.all(
          scripts.map((script) => window.webContents.executeJavaScript(script)),
        )) as unknown[]
        window.destroy()
        return { names, inWorker }
      },
      [NAMES_OF_NODE, REQUIRE_IN_WORKER],
    )
    expect(names).toEqual(expect.arrayContaining(['require', 'process', 'Buffer']))
    expect(inWorker).toBe('function')
  })

  it('3: what the page does to its own world the preload does not see', async () => {
    const seen = await started.electron.evaluate(async ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      await contents?.executeJavaScript("Object.prototype.planted = 'by the page'; undefined")
      const code = '({}).planted'
      const ofPage: unknown = await contents?.executeJavaScript(code)
      // The number of the world that Electron runs preloads in.
      const ofPreload: unknown = await contents?.executeJavaScriptInIsolatedWorld(999, [{ code }])
      await contents?.executeJavaScript('delete Object.prototype.planted')
      return { ofPage, ofPreload: ofPreload ?? null }
    })
    expect(seen).toEqual({ ofPage: 'by the page', ofPreload: null })
  })
})

describe('4: the sandbox', () => {
  it.runIf(process.platform === 'linux')('is on for the page of a user who is not root', async () => {
    const sandboxed = await startRollbook({ hasSandbox: true })
    try {
      expect(await seccompOf(sandboxed)).toBe('2')
      expect(await sandboxed.page.evaluate(() => rollbook.call('school.find', {}))).toEqual({
        ok: true,
        value: null,
      })
    } finally {
      await endRollbook(sandboxed)
    }
  })

  it.runIf(process.getuid?.() === 0)('is seen to be off where it is off: as root', async () => {
    expect(await seccompOf(started)).toBe('0')
  })
})

describe('5: permissions', () => {
  it('are denied, whichever is asked for', async () => {
    const answers = await started.page.evaluate(async () => ({
      notifications: await Notification.requestPermission(),
      place: await new Promise((settle) =>
        navigator.geolocation.getCurrentPosition(
          () => settle('granted'),
          ({ code }) => settle(code === 1 ? 'denied' : `failed ${code}`),
        ),
      ),
      camera: (await navigator.permissions.query({ name: 'camera' as PermissionName })).state,
      clipboard: (await navigator.permissions.query({ name: 'clipboard-read' as PermissionName })).state,
    }))
    expect(answers).toEqual({
      notifications: 'denied',
      place: 'denied',
      camera: 'denied',
      clipboard: 'denied',
    })
  })
})
describe('16: a current version of Electron', () => {
  it('is the one that package.json names, to the last number; another one is for development and tests only', async () => {
    const { version, isFallback } = electronRuntime()
    expect(await started.electron.evaluate(() => process.versions.electron)).toBe(version)
    expect(PINNED).toMatch(/^\d+\.\d+\.\d+$/)
    expect(isFallback || version === PINNED).toBe(true)
  })
})

// The packed executable's own are read by test/installed/package.test.ts: "its sandbox is on, and its executable can be
// nothing but Rollbook".
describe('19: the fuses', () => {
  it('are all set on packing, each the way that Electron as it comes has it not', async () => {
    const config = resolve(import.meta.dirname, '../../../electron-builder.config.mjs')
    const packing = (await import(config)) as { default: { electronFuses: unknown } }
    expect(packing.default.electronFuses).toMatchObject(FUSES)
    const asItComes = await getCurrentFuseWire(electronRuntime().executable)
    expect(asItComes[FuseV1Options.RunAsNode]).toBe(ON)
    expect(asItComes[FuseV1Options.EnableNodeOptionsEnvironmentVariable]).toBe(ON)
    expect(asItComes[FuseV1Options.EnableNodeCliInspectArguments]).toBe(ON)
    expect(asItComes[FuseV1Options.OnlyLoadAppFromAsar]).not.toBe(ON)
  })
})

function inOurPage(script: string): Promise<unknown> {
  return started.electron.evaluate(
    ({ BrowserWindow }, code): Promise<unknown> | undefined =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code),
    script,
  )
}

/** The settings that are in force in our window, or in another one made with these. */
function preferencesOf(
  { electron }: StartedRollbook,
  made?: WebPreferences,
): Promise<Record<string, unknown>> {
  return electron.evaluate(({ BrowserWindow }, webPreferences) => {
    const window = webPreferences
      ? new BrowserWindow({ show: false, webPreferences })
      : BrowserWindow.getAllWindows()[0]
    const contents = window?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>
    }
    const inForce = JSON.parse(JSON.stringify(contents.getLastWebPreferences())) as Record<string, unknown>
    if (webPreferences) window?.destroy()
    return inForce
  }, made)
}

/** The kernel's filter on the page's process: 2 is on. */
async function seccompOf({ electron }: StartedRollbook): Promise<string | undefined> {
  const pid = await electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId(),
  )
  return /^Seccomp:\s+(\d)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
}
