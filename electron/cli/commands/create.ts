import { resolve } from 'node:path'
import { words } from '../../services/words'
import type { Command } from '../command'
import { NEW_SCHOOL_OPTIONS, newSchoolOf } from '../newSchool'

/** A sample larger than any school. */
const SAMPLE_MAX = 2_000_000

/** Makes a new school file. */
export const create: Command = {
  arguments: [{ name: 'FILE' }],
  options: {
    ...NEW_SCHOOL_OPTIONS,
    sample: { value: 'N' },
  },

  async run({ args, session }) {
    const file = resolve(args.argument('FILE'))
    const { name, language } = await newSchoolOf(args, file)
    const people = args.wholeNumber('sample', 1, SAMPLE_MAX)
    const school = await session.create(file, { name, language, userTypes: [] }, async (context) => {
      if (people === undefined) return
      const { fillSample } = await import('../../services/sample')
      await fillSample(context, people)
    })
    const { users, courses, enrollments, userTypes } = await session.api.overview.get({})
    const counts = {
      userTypes: userTypes.length,
      users: users.all,
      courses: courses.all,
      enrollments: enrollments.all,
    }
    return {
      json: { file, school: name, language, schema: school.file.schema, counts },
      text: words('cli.created', { file, name, people: users.all, courses: courses.all }),
    }
  },
}
