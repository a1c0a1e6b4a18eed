import type { ImportEntity } from '../contract/imports'
import {
  commonProblems,
  doubled,
  fillById,
  rowsAndMatches,
  same,
  taken,
  type Problem,
  type RuleNames,
} from './importRuleParts'

// What matching says in SQL, by entity. `r` is a staged row, `m` its match, `x` the record that it is about.

interface EntityMatching {
  /** What the rows call other records, resolved before. */
  names?: 'user_types' | 'courses' | 'own_types'
  /** Fills `matches` with all rows that were not rejected. */
  fill: (names: RuleNames) => string
  problems: (names: RuleNames) => Problem[]
  /** True for a match that would change nothing. Stands in an UPDATE of `matches`. */
  isSame: (names: RuleNames) => string
}

const userTypes: EntityMatching = {
  names: 'own_types',
  fill: ({ staged, school, plan }) =>
    plan.match === 'id'
      ? fillById(staged, school, 'user_types', 'user_type_id')
      : `INSERT INTO ${staged}matches (line, action, id) SELECT r.line, 'create', n.id
          FROM ${staged}rows r JOIN ${staged}names n ON n.name = r.name WHERE r.is_rejected = 0`,
  problems: (names) => [
    ...commonProblems(names, {
      table: 'user_types',
      key: 'user_type_id',
      field: 'userTypeId',
      name: 'x.name',
      by: 'name',
    }),
    ...doubled(names, 'name', names.keepsIds ? 'r.name' : 'r.name_folded'),
    ...(names.plan.match === 'id'
      ? [taken(names, 'user_types', 'user_type_id', 'name', 'name-taken', 'o.name')]
      : []),
  ],
  isSame: ({ staged, school }) => same(staged, school, 'user_types', 'user_type_id', ['name']),
}

const users: EntityMatching = {
  names: 'user_types',
  fill: ({ staged, school, plan }) =>
    plan.match === 'id'
      ? fillById(staged, school, 'users', 'user_id')
      : `INSERT INTO ${staged}matches (line, action, id) SELECT r.line, 'create', x.user_id
          FROM ${staged}rows r LEFT JOIN ${school}users x ON x.email = r.email WHERE r.is_rejected = 0`,
  problems: (names) => [
    ...commonProblems(names, {
      table: 'users',
      key: 'user_id',
      field: 'userId',
      name: `x.first_name || ' ' || x.last_name`,
      by: 'email',
    }),
    ...doubled(names, 'email', 'r.email'),
    ...(names.plan.match === 'id'
      ? [taken(names, 'users', 'user_id', 'email', 'email-taken', `o.first_name || ' ' || o.last_name`)]
      : []),
    {
      code: 'unknown-user-type',
      field: 'userTypeId',
      params: '',
      from: `${rowsAndMatches(names)} WHERE r.user_type IS NULL AND r.user_type_id IS NOT NULL
        AND r.user_type_id NOT IN (SELECT user_type_id FROM ${names.school}user_types)`,
    },
  ],
  isSame: ({ staged, school }) =>
    `${same(staged, school, 'users', 'user_id', ['first_name', 'last_name', 'email', 'age', 'is_active'])}
      AND (SELECT iif(r.user_type IS NULL, coalesce(r.user_type_id, x.user_type_id),
          (SELECT n.id FROM ${staged}names n WHERE n.name = r.user_type)) IS x.user_type_id
        FROM ${staged}rows r, ${school}users x WHERE r.line = matches.line AND x.user_id = matches.id)`,
}

const courses: EntityMatching = {
  fill: ({ staged, school, plan }) => {
    if (plan.match === 'id') return fillById(staged, school, 'courses', 'course_id')
    // Names are not unique: the first day tells courses of one name apart. An update may change that day where the name
    // alone is enough.
    const exact = 'FILTER (WHERE x.start_date = coalesce(r.start_date, x.start_date))'
    const isUpdate = plan.mode === 'update' ? 1 : 0
    return `INSERT INTO ${staged}matches (line, action, id, candidates)
      SELECT line, 'create', CASE WHEN exact > 0 THEN exact_id WHEN ${isUpdate} THEN any_id END,
        CASE WHEN exact > 0 THEN exact WHEN ${isUpdate} THEN found ELSE 0 END
      FROM (SELECT r.line, count(x.course_id) AS found, min(x.course_id) AS any_id, count(x.course_id) ${exact} AS exact,
          min(x.course_id) ${exact} AS exact_id
        FROM ${staged}rows r LEFT JOIN ${school}courses x ON x.name_folded = r.name_folded WHERE r.is_rejected = 0 GROUP BY r.line)`
  },
  problems: (names) => [
    ...commonProblems(names, {
      table: 'courses',
      key: 'course_id',
      field: 'courseId',
      name: 'x.name',
      by: 'name',
    }),
    ...(names.keepsIds || names.plan.match === 'id'
      ? []
      : doubled(names, 'name', `r.name_folded || char(10) || coalesce(r.start_date, '')`)),
    ...(names.plan.mode === 'add'
      ? []
      : [
          {
            code: 'several-courses',
            field: 'name',
            params: `'count', m.candidates, 'courses', ${coursesNamed(names.school, 'r.name_folded')}`,
            from: `${rowsAndMatches(names)} WHERE m.candidates > 1`,
          },
        ]),
    {
      code: 'end-before-start',
      field: 'endDate',
      params: '',
      from: `${rowsAndMatches(names)} LEFT JOIN ${names.school}courses x ON x.course_id = m.id
        WHERE coalesce(r.end_date, x.end_date) < coalesce(r.start_date, x.start_date)`,
    },
  ],
  isSame: ({ staged, school }) =>
    same(staged, school, 'courses', 'course_id', [
      'name',
      'description',
      'start_date',
      'end_date',
      'is_active',
    ]),
}

const enrollments: EntityMatching = {
  names: 'courses',
  fill: ({ staged, school, plan, today }) => {
    // A person has few enrolments, a day or a course many: the pluses keep SQLite from the indexes of those.
    const ofPair = `FROM ${school}enrollments e WHERE e.user_id = p.user_id AND +e.course_id = p.course_id`
    const isOpen = (alias: string) => isOpenOn(today, `+${alias}.end_date`)
    const id =
      plan.match === 'id'
        ? `(SELECT e.enrollment_id FROM ${school}enrollments e WHERE e.enrollment_id = p.enrollment_id)`
        : `coalesce((SELECT e.enrollment_id ${ofPair} AND +e.enrolled_date = p.enrolled_date ORDER BY e.end_date IS NULL DESC LIMIT 1),
            iif(${isOpen('p')} OR p.enrolled_date IS NULL, open_id, NULL))`
    return `INSERT INTO ${staged}matches (line, action, id, user_id, course_id, course_candidates, open_id)
      SELECT line, 'create', ${id}, user_id, course_id, candidates, open_id FROM (
        SELECT p.*, (SELECT e.enrollment_id ${ofPair} AND ${isOpen('e')} ORDER BY e.end_date IS NULL DESC LIMIT 1) AS open_id
        FROM (${resolvedPairs(staged, school)}) p) p`
  },
  problems: (names) => {
    const rows = rowsAndMatches(names)
    const { plan, keepsIds, school } = names
    const isNatural = plan.match !== 'id' && !keepsIds
    const hasIt = (columns: string) => `coalesce(${columns}) IS NOT NULL`
    return [
      {
        code: 'unknown-person',
        field: 'userEmail',
        params: '',
        from: `${rows} WHERE m.user_id IS NULL AND ${hasIt('r.user_email, r.user_id')}`,
      },
      {
        code: 'several-courses',
        field: 'courseName',
        params: `'count', m.course_candidates, 'courses', ${coursesNamed(school, 'r.course_name_folded')}`,
        from: `${rows} WHERE m.course_id IS NULL AND m.course_candidates > 1`,
      },
      {
        code: 'unknown-course',
        field: 'courseName',
        params: '',
        from: `${rows} WHERE m.course_id IS NULL AND coalesce(m.course_candidates, 0) < 2 AND ${hasIt('r.course_name, r.course_id')}`,
      },
      ...commonProblems(names, {
        table: 'enrollments',
        key: 'enrollment_id',
        field: 'enrollmentId',
        name: `(SELECT u.first_name || ' ' || u.last_name FROM ${school}users u WHERE u.user_id = x.user_id)`,
        by: 'userEmail',
        code: plan.match === 'id' ? 'exists' : 'already-enrolled',
      }),
      ...(isNatural ? doubled(names, 'userEmail', PAIR_AND_DAY) : []),
      ...doubled(names, 'userEmail', `iif(${isOpenOn(names.today, endOfMatch(school))}, ${PAIR}, NULL)`),
      {
        code: 'already-enrolled',
        field: 'userEmail',
        params: `'names', (SELECT u.first_name || ' ' || u.last_name FROM ${school}users u WHERE u.user_id = m.user_id), 'id', m.open_id`,
        from: `${rows} WHERE m.open_id IS NOT NULL AND (
          (m.id IS NULL AND ${isOpenOn(names.today, 'r.end_date')})
          OR (m.id <> m.open_id AND EXISTS (SELECT 1 FROM ${school}enrollments x WHERE x.enrollment_id = m.id
            AND ${isOpenOn(names.today, 'coalesce(r.end_date, x.end_date)')}
            AND (x.user_id <> m.user_id OR x.course_id <> m.course_id OR x.end_date < '${names.today}'))))`,
      },
      {
        code: 'end-before-start',
        field: 'endDate',
        params: '',
        from: `${rows} LEFT JOIN ${school}enrollments x ON x.enrollment_id = m.id
          WHERE coalesce(r.end_date, x.end_date) < coalesce(r.enrolled_date, x.enrolled_date)`,
      },
    ]
  },
  isSame: ({ staged, school }) =>
    `${same(staged, school, 'enrollments', 'enrollment_id', ['enrolled_date', 'end_date', 'associative_data'])}
      AND (SELECT coalesce(matches.user_id, x.user_id) IS x.user_id AND coalesce(matches.course_id, x.course_id) IS x.course_id
        FROM ${school}enrollments x WHERE x.enrollment_id = matches.id)`,
}

export const MATCHINGS: Record<ImportEntity, EntityMatching> = { userTypes, users, courses, enrollments }

const PAIR = `m.user_id || ' ' || m.course_id`
const PAIR_AND_DAY = `m.user_id || ' ' || m.course_id || ' ' || coalesce(r.enrolled_date, '')`

/** An empty cell leaves the last day as it is. */
const endOfMatch = (school: string) =>
  `coalesce(r.end_date, (SELECT x.end_date FROM ${school}enrollments x WHERE x.enrollment_id = m.id))`

const isOpenOn = (today: string, end: string) => `(${end} IS NULL OR ${end} >= '${today}')`

/** Each row with the person and the course that it means. A name is worth more than an id, which means nothing outside
 *  its school; but of several courses of one name the id chooses. */
function resolvedPairs(staged: string, school: string): string {
  return `SELECT r.line, r.enrollment_id, r.enrolled_date, r.end_date, n.candidates,
      iif(r.user_email IS NULL, (SELECT u.user_id FROM ${school}users u WHERE u.user_id = r.user_id),
        (SELECT u.user_id FROM ${school}users u WHERE u.email = r.user_email)) AS user_id,
      iif(r.course_name IS NULL, (SELECT c.course_id FROM ${school}courses c WHERE c.course_id = r.course_id),
        coalesce((SELECT c.course_id FROM ${school}courses c WHERE c.course_id = r.course_id AND c.name_folded = n.folded), n.id)) AS course_id
    FROM ${staged}rows r LEFT JOIN ${staged}names n ON n.name = r.course_name WHERE r.is_rejected = 0`
}

/** The first few courses of a name, with their days and ids. */
function coursesNamed(school: string, folded: string): string {
  return `(SELECT group_concat(c.name || ' (' || c.start_date || ' – ' || c.end_date || ', ' || c.course_id || ')', ', ')
    FROM (SELECT * FROM ${school}courses WHERE name_folded = ${folded} ORDER BY start_date LIMIT 5) c)`
}
