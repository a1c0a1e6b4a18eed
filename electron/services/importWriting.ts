import { AppError } from '../contract/errors'
import type { ImportEntity } from '../contract/imports'
import type { CommandContext } from './context'
import { WITHIN } from './importStaging'
import { statusOf } from './importEnrollmentRules'
import { newNoEmail } from './noEmail'
import { RECORD_TABLES } from './records'
import { UNIQUE_VALUES } from './uniqueValues'
import { storedMidnight } from './values'

/** What the last step of an import needs to know. */
export interface WritePlan {
  entity: ImportEntity
  /** The fields that the file has a column for. */
  fields: ReadonlySet<string>
  keepsIds: boolean
  creates: number
  updates: number
  /** Throws when the import was told to stop. */
  stopIfCancelled: () => void
  progress: (phase: string, done: number, total: number) => void
}

/** Writes the matched rows of the attached scratch file, within the transaction of a command. */
export async function writeRows(context: CommandContext, plan: WritePlan): Promise<void> {
  const { database, changes } = context
  if (plan.entity === 'users') await createUserTypes(context)
  const { table, key } = RECORD_TABLES[plan.entity]
  const before = plan.keepsIds ? 0 : await lastId(context, plan.entity)
  const noEmail = plan.entity === 'users' && plan.creates > 0 ? await noEmails(context) : null
  if (plan.updates > 0) await makeWay(context, plan.entity)
  const ranges = await lineRanges(context)
  // What changes makes room for what is new: a person leaves one class before entering another.
  const steps = [
    ...(plan.updates > 0 ? ranges.map((range) => () => updateRange(context, plan, range)) : []),
    ...(plan.creates > 0 ? ranges.map((range) => () => createRange(context, plan, range, noEmail)) : []),
  ]
  for (const [done, step] of steps.entries()) {
    plan.stopIfCancelled()
    plan.progress('writing', done, steps.length)
    await step()
  }
  if (plan.creates === 0) return
  for (let last = before, done = 0; ; done += RANGE) {
    plan.stopIfCancelled()
    plan.progress('recording', Math.min(done, plan.creates), plan.creates)
    const ids = `SELECT ${key} FROM ${table} WHERE ${key} > ${last}`
    const [end] = await database.query<{ id: number }>(
      `SELECT ${key} AS id FROM ${table} WHERE ${key} > ${last} ORDER BY ${key} LIMIT 1 OFFSET ${RANGE - 1}`,
    )
    await changes.recordInserted(plan.entity, end ? `${ids} AND ${key} <= ${end.id}` : ids)
    if (!end) return
    last = end.id
  }
}

const RANGE = 10_000
const ROWS = `${WITHIN.staged}.rows r JOIN ${WITHIN.staged}.matches m ON m.line = r.line`

/** Columns that are taken from the row, and how they are had where it is not simply the row's own. */
const VALUES: Record<ImportEntity, Record<string, string>> = {
  userTypes: { name: 'r.name', name_sort: 'r.name_sort', name_folded: 'r.name_folded' },
  users: {
    first_name: 'r.first_name',
    last_name: 'r.last_name',
    email: 'r.email',
    age: 'iif(r.birth_date IS NULL, r.age, NULL)',
    birth_date: 'r.birth_date',
    external_id: 'r.external_id',
    details: 'r.details',
    is_active: 'r.is_active',
    user_type_id: `iif(r.user_type IS NULL, r.user_type_id, (SELECT n.id FROM ${WITHIN.staged}.names n WHERE n.name = r.user_type))`,
    first_name_sort: 'r.first_name_sort',
    last_name_sort: 'r.last_name_sort',
    first_name_folded: 'r.first_name_folded',
    last_name_folded: 'r.last_name_folded',
  },
  courses: {
    name: 'r.name',
    description: 'r.description',
    start_date: 'r.start_date',
    end_date: 'r.end_date',
    class_type: 'r.class_type',
    external_id: 'r.external_id',
    details: 'r.details',
    is_active: 'r.is_active',
    name_sort: 'r.name_sort',
    name_folded: 'r.name_folded',
  },
  enrollments: {
    enrolled_date: 'r.enrolled_date',
    end_date: 'r.end_date',
    end_reason: 'r.end_reason',
    external_id: 'r.external_id',
    associative_data: 'r.associative_data',
    user_id: 'm.user_id',
    course_id: 'm.course_id',
  },
}

/** What a changed record has of more than its row. */
const CHANGED: Partial<Record<ImportEntity, Record<string, string>>> = {
  users: { age: 'iif(coalesce(r.birth_date, users.birth_date) IS NULL, coalesce(r.age, users.age), NULL)' },
}

/** What only an empty table takes from a file. */
const KEPT: Record<ImportEntity, Record<string, string>> = {
  userTypes: { createdAt: 'created_at', updatedAt: 'updated_at' },
  users: { createdAt: 'created_at', updatedAt: 'updated_at', lastLogin: 'last_login' },
  courses: { createdAt: 'created_at', updatedAt: 'updated_at' },
  enrollments: { updatedAt: 'updated_at' },
}

async function createRange(
  { database, today }: CommandContext,
  plan: WritePlan,
  range: string,
  noEmail: string | null,
): Promise<void> {
  const { entity, keepsIds } = plan
  const { table, key } = RECORD_TABLES[entity]
  const values: Record<string, string> = { ...VALUES[entity] }
  if ('is_active' in values) values['is_active'] = 'coalesce(r.is_active, 1)'
  if ('class_type' in values) values['class_type'] = `coalesce(r.class_type, 'scheduled')`
  if (entity === 'enrollments') values['status'] = statusOf('r', null, storedMidnight(today))
  if (noEmail !== null) values['email'] = `coalesce(r.email, ${noEmail})`
  if (keepsIds) {
    for (const [field, column] of Object.entries(KEPT[entity]))
      if (plan.fields.has(field)) values[column] = `r.${column}`
  }
  const insert = (columns: Record<string, string>, condition: string) =>
    database.run(
      `INSERT INTO ${table} (${Object.keys(columns).join(', ')}) SELECT ${Object.values(columns).join(', ')} FROM ${ROWS}
        WHERE ${range} AND m.action = 'create' ${condition} ORDER BY r.line`,
    )
  if (!keepsIds) return insert(values, '')
  // Those that bring an id come first, or one that is drawn for another row could be theirs.
  await insert({ [key]: `r.${key}`, ...values }, `AND r.${key} IS NOT NULL`)
  await insert(values, `AND r.${key} IS NULL`)
}

/** Takes from records what others are about to get. Each of them gets something else in its turn: matching has seen to it. */
async function makeWay({ database, changes, today }: CommandContext, entity: ImportEntity): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const updates = `${ROWS} AND m.action = 'update'`
  const steps = Object.entries(UNIQUE_VALUES[entity]).map(([column, free]) => ({
    set: `${column} = ${free}`,
    ids: `SELECT o.${key} FROM ${updates} JOIN ${table} o ON o.${column} = r.${column} AND o.${key} <> m.id`,
  }))
  // Who enters another class leaves the former one first.
  if (entity === 'enrollments')
    steps.push({
      set: `status = 'completed'`,
      ids: `SELECT o.enrollment_id FROM ${updates} JOIN enrollments o ON o.enrollment_id = m.id
        WHERE o.is_homeroom = 1 AND o.status = 'enrolled' AND ${statusOf('r', 'o', storedMidnight(today))} <> 'enrolled'`,
    })
  for (const { set, ids } of steps) {
    const [first] = await database.query(`${ids} LIMIT 1`)
    if (first)
      await changes.recordUpdated(entity, ids, () =>
        database.run(`UPDATE ${table} SET ${set} WHERE ${key} IN (${ids})`),
      )
  }
}

/** A cell that the file leaves empty leaves the record as it is. */
async function updateRange(
  { database, changes, today }: CommandContext,
  { entity }: WritePlan,
  range: string,
): Promise<void> {
  const { table, key } = RECORD_TABLES[entity]
  const values: Record<string, string> = { ...CHANGED[entity] }
  for (const [column, value] of Object.entries(VALUES[entity]))
    values[column] ??= `coalesce(${value}, ${table}.${column})`
  if (entity === 'enrollments') values['status'] = statusOf('r', table, storedMidnight(today))
  if (entity === 'enrollments')
    values['end_reason'] = `iif(${values['status']} = 'enrolled', NULL, ${values['end_reason']})`
  const assignments = Object.entries(values).map(([column, value]) => `${column} = ${value}`)
  const ids = `SELECT m.id FROM ${WITHIN.staged}.matches m WHERE ${range} AND m.action = 'update'`
  await changes.recordUpdated(entity, ids, () =>
    database.run(
      `UPDATE ${table} SET ${assignments.join(', ')} FROM ${ROWS}
        WHERE ${range} AND m.action = 'update' AND ${table}.${key} = m.id`,
    ),
  )
}

async function createUserTypes({ database, changes }: CommandContext): Promise<void> {
  const { staged } = WITHIN
  const before = await lastId({ database }, 'userTypes')
  await database.run(
    `INSERT INTO user_types (name, name_sort, name_folded) SELECT name, sort, folded FROM ${staged}.names WHERE name = new_name ORDER BY name`,
  )
  await changes.recordInserted(
    'userTypes',
    `SELECT user_type_id FROM user_types WHERE user_type_id > ${before}`,
  )
  await database.run(
    `UPDATE ${staged}.names SET id = (SELECT t.user_type_id FROM user_types t WHERE t.name = names.new_name) WHERE id IS NULL`,
  )
}

/** SQL that makes an e-mail for a person without one, another for each line. A number drawn once and counted on from
 *  cannot meet itself as 100,000 drawn ones would; where it could meet a stored one, another is drawn. */
async function noEmails({ database }: CommandContext): Promise<string> {
  const { staged } = WITHIN
  for (;;) {
    const start = Number.parseInt(newNoEmail().slice(5, 13), 16)
    const email = `printf('none-%08x@no-email.invalid', (${start} + r.line * 2654435761) & 4294967295)`
    const taken = await database.query(
      `SELECT 1 FROM ${ROWS} WHERE m.action = 'create' AND r.email IS NULL AND (${email} IN (SELECT email FROM users)
        OR ${email} IN (SELECT o.email FROM ${staged}.rows o WHERE o.email LIKE 'none-%@no-email.invalid')) LIMIT 1`,
    )
    if (taken.length === 0) return email
  }
}

async function lastId({ database }: Pick<CommandContext, 'database'>, entity: ImportEntity): Promise<number> {
  const { table, key } = RECORD_TABLES[entity]
  const [row] = await database.query<{ id: number }>(`SELECT coalesce(max(${key}), 0) AS id FROM ${table}`)
  return row?.id ?? 0
}

/** Conditions on `m` that part the rows into ranges, so that each statement is short. */
async function lineRanges({ database }: CommandContext): Promise<string[]> {
  const ranges: string[] = []
  for (let last = 0; ;) {
    const [end] = await database.query<{ line: number }>(
      `SELECT line FROM ${WITHIN.staged}.matches WHERE line > ${last} ORDER BY line LIMIT 1 OFFSET ${RANGE - 1}`,
    )
    ranges.push(end ? `m.line > ${last} AND m.line <= ${end.line}` : `m.line > ${last}`)
    if (!end) return ranges
    last = end.line
  }
}

/** Fails as a stopped job does. */
export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError('cancelled')
}
