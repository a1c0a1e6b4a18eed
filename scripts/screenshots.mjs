// `npm run screenshots`: the pictures of the README and of the guides, made anew from the sample school.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
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

/** @typedef {import('playwright-core').ElectronApplication} ElectronApplication */
/** @typedef {import('playwright-core').Page} Page */

const readmeSize = { width: 1280, height: 800 }
const guideSize = { width: 1040, height: 710 }
const folder = join(projectFolder, 'docs', 'screenshots')

// A list as schools have it, with what goes wrong in such lists.
const LIST = `First name,Last name,E-mail,Type,Birth date
Amra,Hadžić,amra.hadzic@school.example,Student,2012-03-14
Luka,Babić,,Student,2011-11-02
Mia,Kovač,mia.kovac@school.example,Student,2012-02-30
Ivan,,ivan@school.example,Teacher,1984-07-21
Sara,Marić,sara.maric at school.example,Student,2011-08-09
`

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
    const page = await electron.firstWindow()
    await call(page, 'preferences.set', { theme: 'light' })
    await page.reload()
    await takeGuidePictures(electron, page, home)
    await takeReadmePictures(electron, page)
  } finally {
    await electron.close()
    display.close()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
  return 0
})

/**
 * @param {ElectronApplication} electron
 * @param {Page} page
 * @param {string} home
 */
async function takeGuidePictures(electron, page, home) {
  await resize(electron, guideSize)
  await page.getByRole('heading', { name: 'Welcome to Rollbook' }).waitFor()
  await page.getByLabel('Name of the school').fill('Lindenhof Primary School')
  await take(page, 'first-start')

  await call(page, 'schools.createSample', {})
  // The window goes there by itself when a school is opened.
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  await goTo(page, 'Import & export')
  const list = join(home, 'people.csv')
  await writeFile(list, LIST)
  await electron.evaluate(({ dialog }, path) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [path] })
  }, list)
  await page.getByRole('button', { name: 'Choose a file…' }).click()
  await page.getByRole('button', { name: 'Import 2 rows' }).waitFor()
  await take(page, 'import')

  await goTo(page, 'Courses')
  await page
    .getByRole('gridcell', { name: /Biology/ })
    .first()
    .dblclick()
  await page.getByRole('button', { name: 'Enrol people' }).click()
  const dialog = page.getByRole('dialog')
  for (const row of [1, 2]) await dialog.getByRole('checkbox').nth(row).click()
  await take(page, 'enrol')

  await page.keyboard.press('Escape')
  await goTo(page, 'Backups')
  await page.getByRole('button', { name: 'Back up now' }).click()
  await page.getByText('By hand').waitFor()
  // Its message covers the page for a while.
  await page
    .getByRole('region', { name: /Messages/ })
    .getByRole('button', { name: 'Close' })
    .click()
  await take(page, 'backups')
}

/**
 * @param {ElectronApplication} electron
 * @param {Page} page
 */
async function takeReadmePictures(electron, page) {
  await resize(electron, readmeSize)
  await goTo(page, 'People')
  for (const theme of ['light', 'dark']) {
    await call(page, 'preferences.set', { theme })
    await page.reload()
    await page.getByRole('row', { name: /Alić/ }).first().waitFor()
    await take(page, `people-${theme}`)
  }
}

/**
 * @param {ElectronApplication} electron
 * @param {{ width: number, height: number }} size
 */
function resize(electron, size) {
  return electron.evaluate(
    ({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height),
    size,
  )
}

/**
 * @param {Page} page
 * @param {string} place
 */
function goTo(page, place) {
  return page
    .getByRole('navigation', { name: 'Places' })
    .getByRole('link', { name: place, exact: true })
    .click()
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function take(page, name) {
  const path = join(folder, `${name}.png`)
  // Nothing half faded in.
  await page.screenshot({ path, animations: 'disabled' })
  say(path)
}

/**
 * Calls a method over the page's own bridge.
 * @param {Page} page
 * @param {string} method
 * @param {object} input
 */
async function call(page, method, input) {
  /** @type {{ ok: boolean, error?: { code: string } }} */
  const reply = await page.evaluate(`rollbook.call(${JSON.stringify(method)}, ${JSON.stringify(input)})`)
  if (!reply.ok) throw new Error(`${method}: ${reply.error?.code}`)
}
