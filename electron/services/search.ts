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
  /** The table that has the external ids of such records. */
  externalIdsIn?: string
}

/** Blanks, and what no record holds: at NUL the search language ends. */
export const BETWEEN_WORDS = /[\s\p{Cc}\p{Cs}]+/u

/** Conditions that every word of a search is found, or else that the search is the beginning of an external id. Words are
 *  found from three letters on anywhere in the text; below, where the index knows nothing, at the beginning of a word. */
export function searchConditions(target: SearchTarget, search: string): Condition[] {
  const { index, key, externalIdsIn } = target
  const words = wordsOf(search)
  // One word is found by indexes; the others are only tested on what that finds.
  const narrowing = words.find((word) => isIndexed(target, word)) ?? (index === null ? null : words[0])
  const byExternalId = externalIdsIn === undefined ? [] : [externalIdCondition(key, externalIdsIn, search)]
  return words.map((word) => anyOf([...inNames(target, word, word === narrowing), ...byExternalId]))
}

/** That an external id of the table begins with the search. Its index tells capitals from small letters: the search counts
 *  as it was typed, in capitals and in small letters. As a list of keys, so that a walk of another index need not read the
 *  records. */
export function externalIdCondition(key: string, table: string, search: string): Condition {
  const typed = search.normalize('NFC').split(BETWEEN_WORDS).filter(Boolean).join(' ')
  const forms = new Set([typed, typed.toUpperCase(), typed.toLowerCase()])
  const { sql, parameters } = anyOf([...forms].map((form) => beginning('external_id', form)))
  const column = key.slice(key.indexOf('.') + 1)
  return { sql: `${key} IN (SELECT ${column} FROM ${table} WHERE ${sql})`, parameters }
}

/** That one of them holds. */
export function anyOf(conditions: Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => `(${sql})`).join(' OR '),
    parameters: conditions.flatMap(({ parameters }) => parameters),
  }
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

function inNames(target: SearchTarget, word: Word, isNarrowing: boolean): Condition[] {
  if (isIndexed(target, word)) return [anywhere(target, word)]
  const test = isNarrowing ? beginning : wordBeginning
  return target.folded.map((column) => test(column, word.folded))
}

function anywhere({ key, index }: SearchTarget, { folded, plain }: Word): Condition {
  // Quoted phrases: nothing in them is an operator of the search language.
  const phrases = [...new Set([folded, plain])].map((word) => `"${word.replaceAll('"', '""')}"`)
  return {
    sql: `${key} IN (SELECT rowid FROM ${index} WHERE ${index} MATCH ?)`,
    parameters: [phrases.join(' OR ')],
  }
}

function wordBeginning(column: string, text: string): Condition {
  return { sql: `instr(' ' || ${column}, ?) > 0`, parameters: [` ${text}`] }
}

function beginning(column: string, text: string): Condition {
  return { sql: `${column} >= ? AND ${column} < ?`, parameters: [text, `${text}\u{10FFFF}`] }
}
