import { basename, extname } from 'node:path'
import { z } from 'zod'
import { LANGUAGES, type Language } from '../contract/languages'
import { parseInput } from '../contract/errors'
import { schoolFields } from '../contract/school'
import { asTyped } from './asTyped'
import type { Arguments } from './arguments'
import type { OptionSpec } from './command'

/** Options of the commands that make a school's file. */
export const NEW_SCHOOL_OPTIONS = {
  school: { value: 'NAME' },
  language: { value: 'LANGUAGE', choices: LANGUAGES },
} satisfies Record<string, OptionSpec>

const schoolName = z.strictObject({ school: schoolFields.name.schema })

/** What is said of the school in a new file; it is called like the file where nothing is. */
export async function newSchoolOf(
  args: Arguments,
  file: string,
): Promise<{ name: string; language: Language }> {
  const typed = args.text('school') ?? (basename(file, extname(file)) || basename(file))
  const name = await asTyped({ school: { name: '--school', value: typed } }, async () => {
    return parseInput(schoolName, { school: typed }).school
  })
  return { name, language: args.choice('language', LANGUAGES) ?? 'en' }
}
