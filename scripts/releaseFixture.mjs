// `npm run release:fixture`: a school file as this version of the program makes and fills it, kept for ever, so that every
// later version is tried on it. Run once for each release that has a new schema, before the release is tagged.
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ensureBuild } from './build.mjs'
import { projectFolder } from './places.mjs'
import { say } from './process/command.mjs'
import { runScript } from './process/script.mjs'
import { withTemporaryFolder } from './process/temporaryFolder.mjs'
import { setUp } from './setup.mjs'

const folder = join(projectFolder, 'test', 'fixtures', 'releases')
const cli = join(projectFolder, 'out', 'main', 'cli.cjs')

await runScript(async () => {
  await setUp({ forWindow: false })
  await ensureBuild()
  const { version } = JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8'))
  const target = join(folder, `${version}.rollbook`)
  if (existsSync(target)) {
    say(`${target} is there already. A released file is never made again; raise the version first.`)
    return 1
  }
  await withTemporaryFolder(join(tmpdir(), 'rollbook-fixture-'), async (work) => {
    const made = await fill(work)
    await mkdir(folder, { recursive: true })
    await copyFile(made, target)
  })
  say(target)
  return 0
})

/**
 * Goes through what staff do, the odd corners included, and answers the path of a whole copy of the file.
 * @param {string} work
 */
async function fill(work) {
  const file = join(work, 'school.rollbook')
  /** @param {string[]} args */
  const rollbook = async (...args) => {
    const env = { ...process.env, ROLLBOOK_HOME: join(work, 'home') }
    const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, '--json'], { env })
    return JSON.parse(stdout)
  }
  /** @param {string} name @param {string[]} lines */
  const write = async (name, lines) => {
    const path = join(work, name)
    await writeFile(path, `${lines.join('\r\n')}\r\n`)
    return path
  }
  await rollbook(
    'create',
    file,
    '--school',
    'Osnovna škola “Đuro Đaković”',
    '--language',
    'bs',
    '--sample',
    '60',
  )
  const people = await write('people.csv', [
    'first_name,last_name,email,user_type,age,is_active',
    'Љиљана,Њежић,,Učenik,7,yes',
    '"O\'Brien, ""Bob""",Çelik,bob@school.example,Guest,,no',
    `${'Ž'.repeat(50)},${'đ'.repeat(50)},${'x'.repeat(80)}@school.example,Student,150,yes`,
    '=1+1,-2,minus@school.example,Student,1,yes',
  ])
  await rollbook('import', people, '--into', file)
  await rollbook(
    'add',
    'courses',
    'name=Muzička kultura',
    'startDate=1999-12-31',
    'endDate=9999-12-31',
    '--in',
    file,
  )
  const course = await rollbook('list', 'courses', '--in', file, '--search', 'Muzicka')
  const { courseId } = course.rows[0]
  await rollbook(
    'enroll',
    'bob@school.example',
    'minus@school.example',
    '--course',
    String(courseId),
    '--from',
    '2026-09-01',
    '--in',
    file,
  )
  await rollbook(
    'withdraw',
    'minus@school.example',
    '--course',
    String(courseId),
    '--until',
    '2026-10-02',
    '--in',
    file,
  )
  // Open with a last day to come, beside one without a last day in another course.
  await rollbook(
    'enroll',
    '1',
    '--course',
    String(courseId),
    '--from',
    '2026-09-01',
    '--until',
    '2099-06-18',
    '--in',
    file,
  )
  await rollbook('set', 'users', '1', 'age=12', 'isActive=no', '--in', file)
  const changed = await rollbook('set', 'users', '2', 'lastName=Promijenjeni', '--in', file)
  await rollbook('undo', String(changed.changeSet), '--in', file)
  await rollbook('remove', 'users', '3', '--in', file)
  const { backup } = await rollbook('backup', file, '--to', join(work, 'copy'))
  return backup
}
