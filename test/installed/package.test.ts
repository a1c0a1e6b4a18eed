import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import type { Page } from 'playwright-core'
import sqlite3 from 'sqlite3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  addPerson,
  answerDialog,
  apt,
  display,
  openInstalled,
  removePerson,
  runAs,
  type OpenWindow,
  type Person,
} from '../helpers/installed'

const execute = promisify(execFile)

// As the executable has them.
const OFF = '0'.charCodeAt(0)
const ON = '1'.charCodeAt(0)

const PEOPLE = [
  'First name,Surname,E-mail,Role,Age',
  'Lejla,Hadžić,lejla@school.example,Student,12',
  'Đorđe,Petrović,dorde@school.example,Student,14',
  'Mia,Šarić,mia@school.example,Student,16',
  '',
].join('\r\n')

const { ROLLBOOK_DEB = '', ROLLBOOK_DEB_BEFORE = '' } = process.env

let person: Person
let school: string
let window: OpenWindow | undefined

beforeAll(async () => {
  person = await addPerson('rollbook-test')
  school = join(person.home, 'Primary school.rollbook')
})

afterAll(async () => {
  window?.process.kill('SIGKILL')
  await execute('dpkg', ['--purge', 'rollbook'])
  await removePerson(person)
})

it('the release before this one is installed by apt, and a school is made and filled with it', async () => {
  await apt('install', ROLLBOOK_DEB_BEFORE)
  window = await openInstalled(person)
  const { page } = window
  await page.getByLabel('Name of the school').fill('Primary school')
  const create = page.getByRole('button', { name: 'Create the school…' })
  await answerDialog(() => create.click())
  await page.getByRole('navigation', { name: 'Places' }).waitFor()

  const file = join(person.home, 'people.csv')
  await writeFile(file, PEOPLE, { mode: 0o644 })
  await goTo(page, 'Import & export')
  const choose = page.getByRole('button', { name: 'Choose a file…' })
  await answerDialog(() => choose.click(), file)
  await page.getByRole('button', { name: 'Import 3 rows' }).click()
  await page.getByRole('region', { name: '3 rows imported' }).waitFor()
  await window.quit()

  window = await openInstalled(person)
  await seePeople(window.page)
  await window.quit()
})

it('this version, installed over it, upgrades the file at its start and keeps a copy as it was', async () => {
  const before = await counts(school)
  const revisionsBefore = await revisions(school)
  await apt('install', ROLLBOOK_DEB)
  window = await openInstalled(person)
  await seePeople(window.page)
  await window.quit()

  expect(await counts(school)).toEqual(before)
  expect((await revisions(school)).length).toBeGreaterThan(revisionsBefore.length)
  const [restorePoint = ''] = await readdir(`${school}.backups`)
  const kept = join(`${school}.backups`, restorePoint)
  expect(await counts(kept)).toEqual(before)
  expect(await revisions(kept)).toEqual(revisionsBefore)
})

it('its sandbox is on, and its executable can be nothing but Rollbook', async () => {
  window = await openInstalled(person)
  const renderers = await processesOf(person, '--type=renderer')
  expect(renderers).not.toHaveLength(0)
  for (const { commandLine, status } of renderers) {
    expect(commandLine).not.toContain('--no-sandbox')
    expect(status).toMatch(/^Seccomp:\t2$/m)
  }
  await window.quit()

  expect(await getCurrentFuseWire('/usr/lib/rollbook/rollbook')).toMatchObject({
    [FuseV1Options.RunAsNode]: OFF,
    [FuseV1Options.EnableCookieEncryption]: ON,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: OFF,
    [FuseV1Options.EnableNodeCliInspectArguments]: OFF,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: ON,
    [FuseV1Options.OnlyLoadAppFromAsar]: ON,
  })
  const asNode = await runAs(person, ['rollbook', 'help', '--json'], { ELECTRON_RUN_AS_NODE: '1' })
  expect(asNode).toMatchObject({ code: 0 })
})

it('the command line works in it, with a display and without', async () => {
  const more = join(person.home, 'more.csv')
  await writeFile(more, 'First name,Surname,E-mail,Role\nAna,Alić,ana@school.example,Student\n', {
    mode: 0o644,
  })
  const imported = await runAs(person, ['rollbook', 'import', more, '--into', school, '--json'])
  expect(imported).toMatchObject({ code: 0 })
  expect(JSON.parse(imported.output)).toMatchObject({ created: 1 })

  const listed = await runAs(person, ['rollbook', 'list', 'users', '--in', school, '--json'], display())
  expect(listed).toMatchObject({ code: 0 })
  expect(JSON.parse(listed.output)).toMatchObject({ total: 4 })
  expect(await runAs(person, ['rollbook', 'list', 'users', '--in', 'none.rollbook'])).toMatchObject({
    code: 1,
  })
})

it('a double click on a school opens it, in the window that is open', async () => {
  const second = join(person.home, 'Evening school.rollbook')
  expect(await runAs(person, ['rollbook', 'create', second, '--school', 'Evening school'])).toMatchObject({
    code: 0,
  })
  const kind = await runAs(person, ['gio', 'info', '--attributes=standard::content-type', second])
  expect(kind.output).toContain('application/vnd.rollbook')

  window = await openInstalled(person, [school])
  await seePeople(window.page)
  expect(await runAs(person, ['gio', 'open', second], display())).toMatchObject({ code: 0 })
  await window.page.getByText('Evening school').first().waitFor()
  await window.quit()
})

it('when it is removed, every record stays', async () => {
  const before = await counts(school)
  await apt('purge', 'rollbook')
  expect(existsSync('/usr/lib/rollbook')).toBe(false)
  expect(existsSync('/usr/bin/rollbook')).toBe(false)
  expect(await counts(school)).toEqual(before)
  expect(await readdir(`${school}.backups`)).not.toEqual([])
})

async function seePeople(page: Page): Promise<void> {
  await goTo(page, 'People')
  for (const name of ['Hadžić', 'Petrović', 'Šarić'])
    await page.getByRole('main').getByRole('row').filter({ hasText: name }).first().waitFor()
}

const goTo = (page: Page, place: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place, exact: true }).click()

const counts = (file: string) =>
  read(
    file,
    `SELECT (SELECT count(*) FROM user_types) AS userTypes, (SELECT count(*) FROM users) AS users,
       (SELECT group_concat(email) FROM users) AS emails`,
  )

const revisions = (file: string) => read(file, 'SELECT * FROM revisions ORDER BY 1')

/** The processes of this person that have `argument` in their command line. */
async function processesOf({ name }: Person, argument: string) {
  const { stdout } = await execute('ps', ['--user', name, '--format', 'pid=,args='])
  const lines = stdout.split('\n').filter((line) => line.includes(argument))
  return Promise.all(
    lines.map(async (commandLine) => {
      const [pid = ''] = commandLine.trim().split(' ')
      return { commandLine, status: await readFile(`/proc/${pid}/status`, 'utf8') }
    }),
  )
}

function read(file: string, sql: string): Promise<unknown[]> {
  return new Promise((settle, reject) => {
    const database = new sqlite3.Database(file, sqlite3.OPEN_READONLY)
    database.all(sql, (error, rows) => {
      database.close()
      if (error) reject(error)
      else settle(rows)
    })
  })
}
