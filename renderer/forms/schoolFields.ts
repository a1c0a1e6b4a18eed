import { AppError, parseInput } from '../../electron/contract/errors'
import { LANGUAGES } from '../../electron/contract/languages'
import { schoolFields } from '../../electron/contract/school'
import { t } from '../i18n'
import { problemWords } from '../words'

/** What is asked of a school that is made, in whatever way. */
export const languageChoices = () =>
  LANGUAGES.map((language) => ({ value: language, label: t(`languages.${language}`) }))

/** What is wrong with the name of a school, as a form takes it. */
export function schoolNameErrors(name: string): { name: string; message: string }[] {
  try {
    parseInput(schoolFields.name.schema, name)
    return []
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return Object.values(error.fields ?? {}).map((problem) => ({
      name: 'name',
      message: problemWords(problem),
    }))
  }
}
