// `npm run screenshots`: the README's pictures, made anew from the sample school.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron } from 'playwright-core'
import { ensureBuild } from './build.mjs'
import { electronEnvironment, electronRuntime } from './electron.mjs'
import { projectFolder } from './places.mjs'
import { say } from './process/command.mjs'
import { openDisplay } from './process/display.mjs'
import { sandboxArguments } from './process/sandbox.mjs'
import { runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'

const size = { width: 1280, height: 800 }
const folder = join(projectFolder, 'docs', 'screenshots')

await runScript(async () => {
  await setUp()
  await ensureBuild()
  await mkdir(folder, { recursive: true })
  const home = await mkdtemp(join(tmpdir(), 'rollbook-screenshots-'))
  const display = await openDisplay()
  const runtime = electronRuntime()
  const env = electronEnvironment(runtime, { ...display.env, ROLLBOOK_HOME: home })
  const electron = await _electron.launch({
    executablePath: runtime.executable,
    args: [projectFolder, ...sandboxArguments()],
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value ?? ''])),
  })
  try {
    await takePictures(electron)
  } finally {
    await electron.close()
    display.close()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
  return 0
})

/** @param {import('playwright-core').ElectronApplication} electron */
async function takePictures(electron) {
  const page = await electron.firstWindow()
  await electron.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    size,
  )
  await call(page, 'schools.createSample', {})
  // The window goes there by itself when a school is opened.
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  await page.getByRole('navigation').getByRole('link', { name: 'People' }).click()
  for (const theme of ['light', 'dark']) {
    await call(page, 'preferences.set', { theme })
    await page.reload()
    await page.getByRole('row', { name: /Alić/ }).first().waitFor()
    const path = join(folder, `people-${theme}.png`)
    await page.screenshot({ path })
    say(path)
  }
}

/**
 * Calls a method over the page's own bridge.
 * @param {import('playwright-core').Page} page
 * @param {string} method
 * @param {object} input
 */
async function call(page, method, input) {
  /** @type {{ ok: boolean, error?: { code: string } }} */
  const reply = await page.evaluate(`rollbook.call(${JSON.stringify(method)}, ${JSON.stringify(input)})`)
  if (!reply.ok) throw new Error(`${method}: ${reply.error?.code}`)
}
