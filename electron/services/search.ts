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

/** Blanks, and what no record holds: at NUL the search language ends. */
export const BETWEEN_WORDS = /[\s\p{Cc}\p{Cs}]+/u

/** Conditions that every word of a search is found. From three letters on that is anywhere in the text; below, where the
 *  index knows nothing, at the beginning of a word. */
export function searchConditions(target: SearchTarget, search: string): Condition[] {
  const words = wordsOf(search)
  const hasIndexed = words.some((word) => isIndexed(target, word))
  return words.map((word, position) => {
    if (isIndexed(target, word)) return anywhere(target, word)
    // One word is found by an index; the others are only tested on what that finds.
    const isNarrowed = target.index === null || hasIndexed || position > 0
    return isNarrowed ? wordBeginning(target, word) : beginning(target, word)
  })
}

interface Word {
  folded: string
  /** As it stands in an e-mail address, which is not folded: `djordje` is no `dorde` there. */
  plain: string
}

function wordsOf(search: string): Word[] {
  const words = search.normalize('NFC').toLowerCase().split(BETWEEN_WORDS)
  return words.map((plain) => ({ plain, folded: fold(plain) })).filter(({ folded }) => folded !== '')
}

function isIndexed({ index }: SearchTarget, { folded }: Word): boolean {
  return index !== null && [...folded].length >= 3
}

function anywhere({ key, index }: SearchTarget, { folded, plain }: Word): Condition {
  // Quoted phrases: nothing in them is an operator of the search language.
  const phrases = [...new Set([folded, plain])].map((word) => `"${word.replaceAll('"', '""')}"`)
  return {
    sql: `${key} IN (SELECT rowid FROM ${index} WHERE ${index} MATCH ?)`,
    parameters: [phrases.join(' OR ')],
  }
}

function wordBeginning({ folded: columns }: SearchTarget, { folded }: Word): Condition {
  return {
    sql: columns.map((column) => `instr(' ' || ${column}, ?) > 0`).join(' OR '),
    parameters: columns.map(() => ` ${folded}`),
  }
}

function beginning({ folded: columns }: SearchTarget, { folded }: Word): Condition {
  return {
    sql: columns.map((column) => `(${column} >= ? AND ${column} < ?)`).join(' OR '),
    parameters: columns.flatMap(() => [folded, `${folded}\u{10FFFF}`]),
  }
}
