// Makes the table "Beside Alembic" in docs/migrations.md: the same changes, made to SQLAlchemy's models and to Sequelize's,
// and what each tool finds. Debian has Alembic (`apt-get install alembic`); where there is none its column says "not run".
//   node scripts/besideAlembic.mjs
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { format, resolveConfig } from 'prettier'
import { runnerImport } from 'vite'
import { projectFolder } from './places.mjs'
import { say } from './process/command.mjs'
import { runScript } from './process/script.mjs'
import { setUp } from './setup.mjs'

/** @typedef {{ standard: string[], all: string[] } | null} Found What is found as it comes, and with all options on. */
/** @typedef {{ alembic: string, sqlalchemy: string, found: Record<string, Found> }} Theirs */

const page = join(projectFolder, 'docs', 'migrations.md')
const [begin, end] = ['<!-- scripts/besideAlembic.mjs writes from here -->', '<!-- to here -->']

/** Where later versions are said to do otherwise than the one that was run (https://alembic.sqlalchemy.org/en/latest/changelog.html). */
const BY_ITS_DOCUMENTS = {
  'type changed': 'yes (1.12)',
  'CHECK added': 'by name (1.19.0); only where asked (1.19.2)',
  'CHECK removed': 'by name (1.19.0); only where asked (1.19.2)',
}

await runScript(async () => {
  await setUp({ forWindow: false })
  const theirs = await alembic()
  const ours = await detectOurs()
  const text = await readFile(page, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`${page} has no place for the table`)
  const options = { ...(await resolveConfig(page)), filepath: page }
  const whole = `${before}${begin}\n\n${table(ours, theirs)}\n\n${end}${after}`
  await writeFile(page, await format(whole, options))
  say(`Written to ${page}`)
  return 0
})

/**
 * The first Python that knows Alembic: Debian's own, whatever else is on the path.
 * @returns {Promise<Theirs | null>}
 */
async function alembic() {
  for (const python of ['/usr/bin/python3', 'python3', 'python']) {
    try {
      const script = join(projectFolder, 'scripts', 'besideAlembic.py')
      const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', script])
      return JSON.parse(stdout)
    } catch (error) {
      const { code, stderr = '' } = /** @type {NodeJS.ErrnoException & { stderr?: string }} */ (error)
      if (code !== 'ENOENT' && !stderr.includes('ModuleNotFoundError')) throw error
    }
  }
  say('Alembic is not here: its column says "not run"')
  return null
}

/** @returns {Promise<Record<string, string[]>>} */
async function detectOurs() {
  const file = join(projectFolder, 'test', 'bench', 'besideAlembic.ts')
  const { module } = await runnerImport(file, { configFile: false, logLevel: 'error' })
  return /** @type {{ detect: () => Promise<Record<string, string[]>> }} */ (module).detect()
}

/**
 * @param {Record<string, string[]>} ours
 * @param {Theirs | null} theirs
 */
function table(ours, theirs) {
  const version = theirs
    ? `Alembic ${theirs.alembic}, SQLAlchemy ${theirs.sqlalchemy}: run`
    : 'Alembic: not run'
  const lines = Object.entries(ours).map(([name, found]) => {
    const [theirWord, laterWord] = alembicWords(name, theirs)
    return `| ${name} | ${theirWord} | ${laterWord} | ${found.join('; ') || 'no'} |`
  })
  return [
    `| change | ${version} | later Alembic, by its documents | Rollbook: run |`,
    '|---|---|---|---|',
    ...lines,
  ].join('\n')
}

/**
 * @param {string} name
 * @param {Theirs | null} theirs
 * @returns {[string, string]}
 */
function alembicWords(name, theirs) {
  const later = BY_ITS_DOCUMENTS[/** @type {keyof typeof BY_ITS_DOCUMENTS} */ (name)]
  if (!theirs) return ['not run', later ?? '']
  const found = theirs.found[name]
  if (found === undefined) throw new Error(`besideAlembic.py has no case '${name}'`)
  if (found === null) return ['no: not in its models', later ?? '']
  const { standard, all } = found
  if (standard.length > 0) return [standard.join('; '), later ?? '']
  return [all.length > 0 ? `only where asked: ${all.join('; ')}` : 'no', later ?? '']
}
