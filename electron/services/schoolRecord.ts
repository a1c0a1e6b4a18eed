import { basename, extname } from 'node:path'
import type { Handlers } from '../contract/define'
import { LANGUAGES } from '../contract/languages'
import type { OpenSchool, SchoolRecord, schoolMethods } from '../contract/school'
import type { Database } from '../database/open'
import type { SchoolContext, SchoolContexts } from './context'

export const school: Handlers<typeof schoolMethods, SchoolContexts> = {
  find: (context) => describeSchool(context),

  async update({ database, changes }, { name }) {
    const { name: former } = await readSchool(database)
    await changes.update('school', '1', { name })
    changes.summarize('school-renamed', { name, former })
    return readSchool(database)
  },
}

/** The school and the file it is in. */
export async function describeSchool({ database, openFile }: SchoolContext): Promise<OpenSchool> {
  const { asOf } = openFile
  // What it is a copy of is what staff know.
  const path = asOf?.file ?? openFile.path
  const file = { ...openFile, path, fileName: basename(path, extname(path)), asOf: asOf?.day ?? null }
  return { ...(await readSchool(database)), ...file }
}

/** The school's own row. */
export async function readSchool(database: Database): Promise<SchoolRecord> {
  const row = await database.queryOne<{ name: string; language: string }>(
    'SELECT name, language FROM schools',
  )
  if (!row) throw new Error('the file names no school')
  // A file of a later version may sort by a language that this one does not know.
  return { name: row.name, language: LANGUAGES.find((language) => language === row.language) ?? 'en' }
}
