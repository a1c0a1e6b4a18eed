import { fold } from './fold'
import type { Language } from './languages'
import { sortKey } from './sortKey'

// The columns that follow from names, written wherever a name is.

/** How a user sorts and is found. */
export function userNameKeys(name: { firstName: string; lastName: string }, language: Language) {
  return {
    firstNameSort: sortKey(name.firstName, language),
    lastNameSort: sortKey(name.lastName, language),
    firstNameFolded: fold(name.firstName),
    lastNameFolded: fold(name.lastName),
  }
}

/** How a course sorts and is found. */
export function courseNameKeys(name: string, language: Language) {
  return { nameSort: sortKey(name, language), nameFolded: fold(name) }
}

/** How a user type sorts and is found. */
export function userTypeNameKeys(name: string, language: Language) {
  return { nameSort: sortKey(name, language), nameFolded: fold(name) }
}
