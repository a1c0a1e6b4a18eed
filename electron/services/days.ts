import type { FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Comparison, daysMethods, Difference, DifferingPerson } from '../contract/days'
import type { Handlers } from '../contract/define'
import { databaseSize, requireFreeSpace } from '../database/freeSpace'
import { removeScratch, type SideConnection } from '../database/scratch'
import { csvLine } from '../exchange/csvWriter'
import type { KeptComparison } from './comparisons'
import type { JobContext, SchoolContexts } from './context'
import { stopIfAborted } from './importWriting'
import { copyAsOf, firstKnownDay, requireKnownDay } from './pastCopy'
import { storedMidnight } from './values'
import { writeWhole } from './wholeFile'

export const days: Handlers<typeof daysMethods, SchoolContexts> = {
  reach: async ({ database, today }) => ({ first: await firstKnownDay(database), today }),

  async compare(context, { from, until }) {
    const { comparisons, database, openFile, today } = context
    await requireKnownDay(database, from, today)
    await requireKnownDay(database, until, today)
    return comparisons.create(async (side) => {
      // Never of a copy: what has ended by itself until its day stands in no history, and would stay ended on an earlier one.
      const whole = openFile.asOf?.file ?? database.file
      const later = until === today ? null : await copyAsOf(whole, until, context, context)
      const copies = later === null ? [] : [later]
      try {
        const earlier = await copyAsOf(whole, from, context, context)
        copies.push(earlier)
        const states = {
          earlier: { file: earlier, day: from },
          later: { file: later ?? database.file, day: until },
        }
        return { from, until, ...(await compareStates(side, states, context)) }
      } finally {
        for (const copy of copies) await removeScratch(copy)
      }
    })
  },

  listDifferences({ comparisons }, { comparisonId, difference, offset, count }) {
    return comparisons.use(comparisonId, async ({ side }) => {
      const rows = await side.query<DifferingPerson>(
        `${ROWS} WHERE difference = ? ORDER BY number LIMIT ? OFFSET ?`,
        [difference, count, offset],
      )
      return { rows }
    })
  },

  saveDifferences(context, { comparisonId, file }) {
    return context.comparisons.use(comparisonId, async (comparison) => {
      const path = context.files.target(file)
      const rows = await writeWhole(path, (handle) => writeDifferences(comparison, handle, context))
      return { rows, fileName: basename(path) }
    })
  },

  async discard({ comparisons }, { comparisonId }) {
    await comparisons.discard(comparisonId)
    return null
  },
}

/** Reads both files at once, so that neither is read into this process. */
async function compareStates(
  side: SideConnection,
  states: Record<Side, { file: string; day: string }>,
  { workFolder, signal, progress }: JobContext,
): Promise<Pick<Comparison, 'people' | 'counts'>> {
  progress('comparing', 0, 0)
  const sizes = await Promise.all(Object.values(states).map(({ file }) => databaseSize(file)))
  await requireFreeSpace(workFolder, Math.max(...sizes) / PEOPLE_OF_ALL)
  for (const [name, { file, day }] of Object.entries(states)) {
    stopIfAborted(signal)
    await side.attachReadOnly(file, 'school')
    await side.run(
      `CREATE TABLE ${name} (user_id INTEGER PRIMARY KEY, first_name, last_name, birth_date, last_name_sort, first_name_sort, class_id, class_name)`,
    )
    await side.run(`INSERT INTO ${name} ${PEOPLE}`, [storedMidnight(day)])
    await side.run('DETACH school')
  }
  stopIfAborted(signal)
  await side.run(
    `CREATE TABLE differences (number INTEGER PRIMARY KEY, difference, user_id, first_name, last_name, birth_date, class_before, class_after)`,
  )
  await side.run(`INSERT INTO differences (${COLUMNS}) ${DIFFERING}`)
  await side.run('CREATE INDEX differences_difference ON differences (difference)')
  const counts = await countsOf(side)
  for (const name of Object.keys(states)) await side.run(`DROP TABLE ${name}`)
  return counts
}

type Side = 'earlier' | 'later'

/** The people of both days and the differences are at most so great a part of a school, as it was seen: a twentieth, and more
 *  where its history was let go. */
const PEOPLE_OF_ALL = 4

/** The people in a school, each with their class on a day: a class that is over is still open until the file is opened anew. */
const PEOPLE = `SELECT u.user_id, u.first_name, u.last_name, u.birth_date, u.last_name_sort, u.first_name_sort, h.course_id, h.name
  FROM school.users u
  LEFT JOIN school.enrollments e ON e.user_id = u.user_id AND e.is_homeroom = 1 AND e.status = 'enrolled' AND coalesce(e.end_date >= ?, true)
  LEFT JOIN school.courses h ON h.course_id = e.course_id WHERE u.is_active = 1`

/** SQL of a value by the second day, or by the first of who is not there any more. */
const latest = (column: string) => `iif(l.user_id IS NULL, e.${column}, l.${column})`

const COLUMNS = 'difference, user_id, first_name, last_name, birth_date, class_before, class_after'
const DIFFERING = `SELECT CASE WHEN e.user_id IS NULL THEN 'came' WHEN l.user_id IS NULL THEN 'left' ELSE 'changed-class' END AS difference,
    ${latest('user_id')} AS user_id, ${latest('first_name')}, ${latest('last_name')}, ${latest('birth_date')}, e.class_name, l.class_name
  FROM earlier e FULL JOIN later l ON l.user_id = e.user_id
  WHERE e.user_id IS NULL OR l.user_id IS NULL OR e.class_id IS NOT l.class_id
  ORDER BY difference, ${latest('last_name_sort')}, ${latest('first_name_sort')}, 2`

async function countsOf(side: SideConnection): Promise<Pick<Comparison, 'people' | 'counts'>> {
  const [people] = await side.query<Comparison['people']>(
    'SELECT (SELECT count(*) FROM earlier) AS "from", (SELECT count(*) FROM later) AS until',
  )
  const [counts] = await side.query<Comparison['counts']>(
    `SELECT count(*) FILTER (WHERE difference = 'came') AS came, count(*) FILTER (WHERE difference = 'left') AS "left",
      count(*) FILTER (WHERE difference = 'changed-class') AS "changed-class" FROM differences`,
  )
  if (!people || !counts) throw new Error('the differences were not counted')
  return { people, counts }
}

const ROWS = `SELECT user_id AS userId, first_name AS firstName, last_name AS lastName, birth_date AS birthDate,
  class_before AS classBefore, class_after AS classAfter FROM differences`

const HEADER = [
  ...['difference', 'user_id', 'last_name', 'first_name', 'birth_date'],
  ...['class_before', 'class_after'],
]
const PAGE_ROWS = 2_000

/** Answers how many rows were written. */
async function writeDifferences(
  { side, about }: KeptComparison<Omit<Comparison, 'comparisonId'>>,
  handle: FileHandle,
  { signal, progress }: JobContext,
) {
  const total = Object.values(about.counts).reduce((sum, count) => sum + count, 0)
  await handle.appendFile(`\uFEFF${csvLine(HEADER)}\r\n`)
  for (let done = 0; ;) {
    stopIfAborted(signal)
    const rows = await side.query<DifferingPerson & { difference: Difference }>(
      `${ROWS.replace('SELECT ', 'SELECT difference, ')} WHERE number > ? ORDER BY number LIMIT ${PAGE_ROWS}`,
      [done],
    )
    await handle.appendFile(rows.map((row) => `${csvLine(textsOf(row))}\r\n`).join(''))
    done += rows.length
    progress('exporting', done, total)
    if (rows.length < PAGE_ROWS) return done
  }
}

function textsOf(row: DifferingPerson & { difference: Difference }): string[] {
  const { difference, userId, lastName, firstName, birthDate, classBefore, classAfter } = row
  const values = [difference, userId, lastName, firstName, birthDate, classBefore, classAfter]
  return values.map((value) => String(value ?? ''))
}
