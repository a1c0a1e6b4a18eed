import { basename, extname, resolve } from 'node:path'
import { LANGUAGES } from '../../contract/languages'
import { parseInput } from '../../contract/errors'
import { schoolFields } from '../../contract/school'
import { words } from '../../services/words'
import { z } from 'zod'
import { asTyped } from '../asTyped'
import type { Command } from '../command'

/** A sample larger than any school. */
const SAMPLE_MAX = 2_000_000

const schoolName = z.strictObject({ school: schoolFields.name.schema })

/** Makes a new school file. */
export const create: Command = {
  arguments: [{ name: 'FILE' }],
  options: {
    school: { value: 'NAME' },
    language: { value: 'LANGUAGE', choices: LANGUAGES },
    sample: { value: 'N' },
  },

  async run({ args, session }) {
    const file = resolve(args.argument('FILE'))
    const typed = args.text('school') ?? nameOf(file)
    const name = await asTyped({ school: { name: '--school', value: typed } }, async () => {
      return parseInput(schoolName, { school: typed }).school
    })
    const language = args.choice('language', LANGUAGES) ?? 'en'
    const people = args.wholeNumber('sample', 1, SAMPLE_MAX)
    const school = await session.create(file, { name, language, userTypes: [] }, async (created) => {
      if (people === undefined) return
      const { fillSample } = await import('../../services/sample')
      await fillSample(created, people)
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

function nameOf(file: string): string {
  return basename(file, extname(file)) || basename(file)
}
