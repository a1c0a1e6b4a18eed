import { fold } from '../contract/fold'
import type { Condition } from './lists'

/** What is searched: the index over every three letters, and the folded columns that a word may begin. */
export interface SearchTarget {
  /** The key with its alias: `u.user_id`. */
  key: string
  /** Null where names are few, and found by how they begin. */
  index: string | null
  /** With their alias: `u.last_name_folded`. */
  folded: string[]
}

/** Conditions that every word of a search is found: anywhere in the text from three letters on, at the beginning of a
 *  name below that, since the index knows nothing shorter. */
export function searchConditions(target: SearchTarget, search: string): Condition[] {
  const words = fold(search)
    .split(' ')
    .filter((word) => word !== '')
  return words.map((word) =>
    target.index === null || [...word].length < 3
      ? beginning(target, word)
      : anywhere(target.key, target.index, word),
  )
}

function anywhere(key: string, index: string, word: string): Condition {
  // A quoted phrase: nothing in it is an operator of the search language.
  const phrase = `"${word.replaceAll('"', '""')}"`
  return { sql: `${key} IN (SELECT rowid FROM ${index} WHERE ${index} MATCH ?)`, parameters: [phrase] }
}

function beginning({ folded }: SearchTarget, word: string): Condition {
  return {
    sql: folded.map((column) => `(${column} >= ? AND ${column} < ?)`).join(' OR '),
    parameters: folded.flatMap(() => [word, `${word}\u{10FFFF}`]),
  }
}
