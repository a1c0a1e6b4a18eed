import type { ImportEntity } from '../contract/imports'
import { enrollments } from './importEnrollmentRules'
import {
  commonProblems,
  coursesNamed,
  doubled,
  doubledExternalIds,
  type EntityMatching,
  fillBy,
  rowsAndMatches,
  same,
  taken,
  takenExternalIds,
  type Problem,
  type RuleNames,
} from './importRuleParts'

// What matching says in SQL, by entity. `r` is a staged row, `m` its match, `x` the record that it is about.

const userTypes: EntityMatching = {
  names: 'own_types',
  fill: (names) =>
    names.plan.match === 'id'
      ? fillBy(names, 'user_types', 'user_type_id', 'user_type_id')
      : `INSERT INTO ${names.staged}matches (line, action, id) SELECT r.line, 'create', n.id
          FROM ${names.staged}rows r JOIN ${names.staged}names n ON n.name = r.name WHERE r.is_rejected = 0`,
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
      ? taken(names, {
          ...{ table: 'user_types', key: 'user_type_id', name: 'o.name' },
          codes: { name: 'name-taken' },
        })
      : []),
  ],
  isSame: ({ staged, school }) => same(staged, school, 'user_types', 'user_type_id', ['name']),
}

const users: EntityMatching = {
  names: 'user_types',
  fill: (names) =>
    fillBy(
      names,
      'users',
      'user_id',
      { id: 'user_id', externalId: 'external_id', email: 'email' }[names.plan.match],
    ),
  problems: (names) => [
    ...commonProblems(names, {
      table: 'users',
      key: 'user_id',
      field: 'userId',
      name: `x.first_name || ' ' || x.last_name`,
      by: 'email',
    }),
    ...doubled(names, 'email', 'r.email'),
    ...doubledExternalIds(names),
    {
      code: 'day-to-come',
      field: 'birthDate',
      params: '',
      from: `${rowsAndMatches(names)} WHERE r.birth_date > '${names.plan.today}'`,
    },
    {
      code: 'unknown-user-type',
      field: 'userTypeId',
      params: '',
      from: `${rowsAndMatches(names)} WHERE r.user_type IS NULL AND r.user_type_id IS NOT NULL
        AND r.user_type_id NOT IN (SELECT user_type_id FROM ${names.school}user_types)`,
    },
    ...taken(names, {
      ...{ table: 'users', key: 'user_id', name: `o.first_name || ' ' || o.last_name` },
      codes: {
        ...(names.plan.match !== 'email' && { email: 'email-taken' }),
        ...(names.plan.match !== 'externalId' && { external_id: 'external-id-taken' }),
      },
    }),
  ],
  isSame: ({ staged, school }) =>
    `${same(staged, school, 'users', 'user_id', USER_COLUMNS)}
      AND (SELECT iif(coalesce(r.birth_date, x.birth_date) IS NULL, coalesce(r.age, x.age), NULL) IS x.age AND iif(r.user_type IS NULL, coalesce(r.user_type_id, x.user_type_id),
          (SELECT n.id FROM ${staged}names n WHERE n.name = r.user_type)) IS x.user_type_id
        FROM ${staged}rows r, ${school}users x WHERE r.line = matches.line AND x.user_id = matches.id)`,
}

const USER_COLUMNS = ['first_name', 'last_name', 'email', 'birth_date', 'external_id', 'details', 'is_active']

const courses: EntityMatching = {
  fill: (names) => {
    const { staged, school, plan } = names
    if (plan.match === 'id') return fillBy(names, 'courses', 'course_id', 'course_id')
    if (plan.match === 'externalId') return fillBy(names, 'courses', 'course_id', 'external_id')
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
    ...(names.keepsIds || names.plan.match !== 'email'
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
    ...doubledExternalIds(names),
    alreadyInClass(names),
    {
      code: 'end-before-start',
      field: 'endDate',
      params: '',
      from: `${rowsAndMatches(names)} LEFT JOIN ${names.school}courses x ON x.course_id = m.id
        WHERE coalesce(r.end_date, x.end_date) < coalesce(r.start_date, x.start_date)`,
    },
    ...takenExternalIds(names, { table: 'courses', key: 'course_id', name: 'o.name' }),
  ],
  isSame: ({ staged, school }) =>
    same(staged, school, 'courses', 'course_id', [
      'name',
      'description',
      'start_date',
      'end_date',
      'class_type',
      'external_id',
      'details',
      'is_active',
    ]),
}

/** Somebody in a course that becomes a class is in another class, or in another course that becomes one. */
function alreadyInClass(names: RuleNames): Problem {
  const { staged, school } = names
  return {
    code: 'already-in-class',
    field: 'classType',
    params: `'name', c.name, 'className', c.other`,
    from: `${rowsAndMatches(names)} JOIN (SELECT e.course_id, min(u.first_name || ' ' || u.last_name) AS name, min(oc.name) AS other
        FROM ${school}enrollments e CROSS JOIN ${school}enrollments o ON o.user_id = e.user_id AND +o.course_id <> e.course_id AND +o.status = 'enrolled'
        JOIN ${school}courses oc ON oc.course_id = o.course_id JOIN ${school}users u ON u.user_id = e.user_id
        WHERE +e.status = 'enrolled' AND e.course_id IN (SELECT m.id FROM ${rowsAndMatches(names)}
            JOIN ${school}courses x ON x.course_id = m.id WHERE r.class_type = 'homeroom' AND x.class_type <> 'homeroom')
          AND (o.is_homeroom = 1 OR o.course_id IN (SELECT m.id FROM ${staged}matches m JOIN ${staged}rows r ON r.line = m.line
            WHERE r.class_type = 'homeroom'))
        GROUP BY e.course_id) c ON c.course_id = m.id`,
  }
}

export const MATCHINGS: Record<ImportEntity, EntityMatching> = { userTypes, users, courses, enrollments }
