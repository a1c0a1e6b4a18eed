import {
  commonProblems,
  coursesNamed,
  doubled,
  doubledExternalIds,
  type EntityMatching,
  givenField,
  rowsAndMatches,
  same,
  takenExternalIds,
  type RuleNames,
} from './importRuleParts'

// What matching says in SQL of enrolments. `p` is a row with the person and the course that it means.

export const enrollments: EntityMatching = {
  names: 'courses',
  fill: ({ staged, school, plan, today }) => {
    // A person has few enrolments, a day or a course many: the pluses keep SQLite from the indexes of those.
    const ofPair = `FROM ${school}enrollments e WHERE e.user_id = p.user_id AND +e.course_id = p.course_id`
    const id = {
      id: `(SELECT e.enrollment_id FROM ${school}enrollments e WHERE e.enrollment_id = p.enrollment_id)`,
      externalId: `(SELECT e.enrollment_id FROM ${school}enrollments e WHERE e.external_id = p.external_id)`,
      email: `coalesce((SELECT e.enrollment_id ${ofPair} AND +e.enrolled_date = p.enrolled_date 
          ORDER BY e.enrollment_id IS p.enrollment_id DESC, e.status = ${statusOf('p', null, today)} DESC, e.end_date IS p.end_date DESC LIMIT 1),
        iif(${statusOf('p', null, today)} = 'enrolled' OR p.enrolled_date IS NULL, open_id, NULL))`,
    }[plan.match]
    return `INSERT INTO ${staged}matches (line, action, id, user_id, course_id, course_candidates, open_id)
      SELECT line, 'create', ${id}, user_id, course_id, candidates, open_id FROM (
        SELECT p.*, (SELECT e.enrollment_id ${ofPair} AND +e.status = 'enrolled' LIMIT 1) AS open_id
        FROM (${resolvedPairs(staged, school)}) p) p`
  },
  problems: (names) => {
    const rows = rowsAndMatches(names)
    const { plan, keepsIds, school } = names
    const isNatural = plan.match === 'email' && !keepsIds
    const isOpen = isOpenAfter(names)
    const hasIt = (columns: string) => `coalesce(${columns}) IS NOT NULL`
    return [
      {
        code: 'unknown-person',
        field: givenField(plan, 'userEmail', 'userExternalId', 'userId'),
        params: '',
        from: `${rows} WHERE m.user_id IS NULL AND ${hasIt('r.user_email, r.user_external_id, r.user_id')}`,
      },
      {
        code: 'several-courses',
        field: 'courseName',
        params: `'count', m.course_candidates, 'courses', ${coursesNamed(school, 'r.course_name_folded')}`,
        from: `${rows} WHERE m.course_id IS NULL AND m.course_candidates > 1`,
      },
      {
        code: 'unknown-course',
        field: givenField(plan, 'courseName', 'courseExternalId', 'courseId'),
        params: '',
        from: `${rows} WHERE m.course_id IS NULL AND coalesce(m.course_candidates, 0) < 2
          AND ${hasIt('r.course_name, r.course_external_id, r.course_id')}`,
      },
      ...commonProblems(names, {
        table: 'enrollments',
        key: 'enrollment_id',
        field: 'enrollmentId',
        name: `(SELECT u.first_name || ' ' || u.last_name FROM ${school}users u WHERE u.user_id = x.user_id)`,
        by: 'userEmail',
        code: plan.match === 'email' ? 'already-enrolled' : 'exists',
      }),
      ...doubledExternalIds(names),
      ...(isNatural ? doubled(names, 'userEmail', PAIR_AND_DAY) : []),
      ...doubled(names, 'userEmail', `iif(${isOpen}, ${PAIR}, NULL)`),
      ...doubled(
        names,
        'userEmail',
        `iif(${isOpen} AND (SELECT c.class_type FROM ${school}courses c WHERE c.course_id = m.course_id) = 'homeroom', m.user_id, NULL)`,
        'second-class',
      ),
      {
        code: 'already-in-class',
        field: givenField(plan, 'courseName', 'courseExternalId', 'courseId'),
        params: `'name', (SELECT u.first_name || ' ' || u.last_name FROM ${school}users u WHERE u.user_id = m.user_id), 'className', hc.name`,
        from: `${rows} JOIN ${school}courses c ON c.course_id = m.course_id AND c.class_type = 'homeroom'
          JOIN ${school}enrollments h ON h.user_id = m.user_id AND h.is_homeroom = 1 AND h.status = 'enrolled'
          JOIN ${school}courses hc ON hc.course_id = h.course_id
          WHERE h.enrollment_id IS NOT m.id AND h.course_id <> m.course_id AND ${isOpen} AND NOT ${isEndedByFile(names, 'h')}`,
      },
      {
        code: 'already-enrolled',
        field: 'userEmail',
        params: `'names', (SELECT u.first_name || ' ' || u.last_name FROM ${school}users u WHERE u.user_id = m.user_id), 'id', m.open_id`,
        from: `${rows} WHERE m.open_id IS NOT NULL AND (
          (m.id IS NULL AND ${isOpen}) OR (m.id <> m.open_id AND ${isOpen} AND EXISTS (SELECT 1 FROM ${school}enrollments x
            WHERE x.enrollment_id = m.id AND (x.user_id <> m.user_id OR x.course_id <> m.course_id OR x.status <> 'enrolled'))))`,
      },
      {
        code: 'end-before-start',
        field: 'endDate',
        params: '',
        from: `${rows} LEFT JOIN ${school}enrollments x ON x.enrollment_id = m.id
          WHERE coalesce(r.end_date, x.end_date) < coalesce(r.enrolled_date, x.enrolled_date)`,
      },
      ...takenExternalIds(names, {
        ...{ table: 'enrollments', key: 'enrollment_id' },
        name: `(SELECT u.first_name || ' ' || u.last_name FROM ${school}users u WHERE u.user_id = o.user_id)`,
      }),
    ]
  },
  warnings: (names) => [
    {
      code: 'enrolled-but-over',
      field: 'status',
      params: '',
      from: `${rowsAndMatches(names)} LEFT JOIN ${names.school}enrollments x ON x.enrollment_id = m.id
        WHERE r.status = 'enrolled' AND coalesce(r.end_date, x.end_date) < '${names.today}'`,
    },
  ],
  isSame: ({ staged, school, today }) =>
    `${same(staged, school, 'enrollments', 'enrollment_id', ENROLLMENT_COLUMNS)}
      AND (SELECT ${statusOf('r', 'x', today)} = x.status FROM ${staged}rows r, ${school}enrollments x
        WHERE r.line = matches.line AND x.enrollment_id = matches.id)
      AND (SELECT coalesce(matches.user_id, x.user_id) IS x.user_id AND coalesce(matches.course_id, x.course_id) IS x.course_id
        FROM ${school}enrollments x WHERE x.enrollment_id = matches.id)`,
}

const PAIR = `m.user_id || ' ' || m.course_id`
const PAIR_AND_DAY = `m.user_id || ' ' || m.course_id || ' ' || coalesce(r.enrolled_date, '') || ' ' || coalesce(r.status, '') || ' ' || coalesce(r.end_date, '')`

const ENROLLMENT_COLUMNS = ['enrolled_date', 'end_date', 'end_reason', 'external_id', 'associative_data']

/** Whether another row of the file ends an enrolment. */
function isEndedByFile({ staged, today }: RuleNames, enrollment: string): string {
  return `EXISTS (SELECT 1 FROM ${staged}matches m2 JOIN ${staged}rows r2 ON r2.line = m2.line
    WHERE m2.id = ${enrollment}.enrollment_id AND ${statusOf('r2', enrollment, today)} <> 'enrolled')`
}

/** Whether the enrolment that a row is about will be open. */
function isOpenAfter({ school, today }: RuleNames): string {
  return `(iif(m.id IS NULL, ${statusOf('r', null, today)}, (SELECT ${statusOf('r', 'x', today)} FROM ${school}enrollments x
    WHERE x.enrollment_id = m.id)) = 'enrolled')`
}

/** The status that a row gives the record `former`, or a new one: what it says, or else what follows from the last day.
 *  Nothing is open whose last day is over. */
export function statusOf(row: string, former: string | null, today: string): string {
  const end = former === null ? `${row}.end_date` : `coalesce(${row}.end_date, ${former}.end_date)`
  const kept =
    former === null
      ? ''
      : `WHEN ${row}.status IS NULL AND ${end} IS ${former}.end_date THEN ${former}.status
        WHEN ${row}.status IS NULL AND ${former}.status = 'withdrawn' AND ${end} < '${today}' THEN 'withdrawn'`
  return `(CASE WHEN ${row}.status IN ('completed', 'withdrawn') THEN ${row}.status ${kept}
    WHEN ${end} < '${today}' THEN 'completed' ELSE 'enrolled' END)`
}

/** Each row with the person and the course that it means. A name is worth more than an id, which means nothing outside
 *  its school; but of several courses of one name the id chooses. */
function resolvedPairs(staged: string, school: string): string {
  return `SELECT r.line, r.enrollment_id, r.external_id, r.enrolled_date, r.end_date, r.status, n.candidates,
      CASE WHEN r.user_email IS NOT NULL THEN (SELECT u.user_id FROM ${school}users u WHERE u.email = r.user_email)
        WHEN r.user_external_id IS NOT NULL THEN (SELECT u.user_id FROM ${school}users u WHERE u.external_id = r.user_external_id)
        ELSE (SELECT u.user_id FROM ${school}users u WHERE u.user_id = r.user_id) END AS user_id,
      CASE WHEN r.course_external_id IS NOT NULL THEN (SELECT c.course_id FROM ${school}courses c WHERE c.external_id = r.course_external_id)
        WHEN r.course_name IS NULL THEN (SELECT c.course_id FROM ${school}courses c WHERE c.course_id = r.course_id)
        ELSE coalesce((SELECT c.course_id FROM ${school}courses c WHERE c.course_id = r.course_id AND c.name_folded = n.folded), n.id) END AS course_id
    FROM ${staged}rows r LEFT JOIN ${staged}names n ON n.name = r.course_name WHERE r.is_rejected = 0`
}
