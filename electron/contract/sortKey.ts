import { collationOf, elementsOf } from './sortCollation'
import type { Element } from './sortLetters'

/**
 * The version of sortKey and fold together. Raise it when a result of either changes, for any text and
 * language: the school's file remembers it, and its keys are filled anew.
 */
export const KEY_VERSION = 1

/**
 * A string that sorts, by plain code points (SQLite's BINARY), as the text sorts in the language (`bs`, `de`,
 * `sr-Latn`; an unknown language sorts in root order). Canonically equal texts have equal keys.
 *
 * The order is that of CLDR's collations, `Intl.Collator(language)` with its defaults: letters first, then
 * accents, then case; blanks and punctuation count and come before digits, digits before letters, figure by
 * figure. `sr` holds Cyrillic names in azbuka order, then Latin ones by the Croatian table (Intl's `sr`
 * knows no Latin letters, its `sr-Latn` has them first). It differs knowingly from Intl in what names
 * hardly hold: other symbols come before digits by code point; letters outside the table (rare Latin ones,
 * then Greek and all other scripts) by code point after Latin and Cyrillic; ʼ (U+02BC) is an apostrophe; й
 * is a letter in `sr`, too; rare combining marks, and compatibility forms such as ª and ﬁ, have their
 * places only roughly.
 */
export function sortKey(text: string, language: string): string {
  const collation = collationOf(language)
  return keyOf(elementsOf(text, collation), collation.isUpperFirst)
}

// A key is: primary weights [! secondary weights] [blank tertiary weights]. Both separators are below all
// weights, and the blank below the !, so that a level left out is the lowest. Common weights at the end of
// a level are left out; runs of them within are counted: a run that a higher weight ends is the lower the
// longer it is, and a run that a lower weight ends (capitals, where they come first) the higher.
const SECONDARY = '!'
const TERTIARY = ' '
const END = '6'
const RUN_MAX = 15

/** Weights of case by Element.tertiary: lower, lower variant, mixed, mixed variant, upper, upper variant. */
const LOWER_FIRST = ['', 'G', 'H', 'I', 'J', 'K'] as const
const UPPER_FIRST = ['', 'G', '$', '%', '"', '#'] as const

function runBefore(weight: string, length: number): string {
  if (length === 0) return ''
  const isHigher = weight > END
  const whole = (isHigher ? '7' : '5').repeat((length - 1) / RUN_MAX)
  const rest = ((length - 1) % RUN_MAX) + 1
  return whole + String.fromCharCode(isHigher ? 0x47 - rest : 0x25 + rest)
}

function keyOf(elements: readonly Element[], isUpperFirst: boolean): string {
  const cases = isUpperFirst ? UPPER_FIRST : LOWER_FIRST
  let primary = ''
  let secondary = ''
  let tertiary = ''
  let commonSecondaries = 0
  let commonTertiaries = 0
  for (const element of elements) {
    primary += element.primary
    if (element.secondary === '') {
      commonSecondaries++
    } else {
      secondary += runBefore(element.secondary, commonSecondaries) + element.secondary
      commonSecondaries = 0
    }
    const weight = cases[element.tertiary] ?? ''
    if (weight === '') {
      commonTertiaries++
    } else {
      tertiary += runBefore(weight, commonTertiaries) + weight
      commonTertiaries = 0
    }
  }
  if (isUpperFirst && primary !== '') tertiary += END
  return primary + (secondary && SECONDARY + secondary) + (tertiary && TERTIARY + tertiary)
}
