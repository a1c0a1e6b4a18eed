import { lettersOf, OTHER_MARK, OTHER_SIGN, type Element, type Letters } from './sortLetters'
import { SORTS_AS, TAILORINGS } from './sortTailoring'

/**
 * The order of one language, made ready. Letters that are several letters to us (dž, aa) are called
 * digraphs.
 */
export interface Collation {
  readonly isUpperFirst: boolean
  readonly letters: Letters
  /** First characters of what is several characters long in NFD, and the longest length. */
  readonly starts: ReadonlySet<string>
  readonly longest: number
  /** In NFC. */
  readonly digraphs: Letters
  readonly digraphStarts: ReadonlySet<string>
  readonly followers: ReadonlySet<string>
  /** By character code below PLAIN_LIMIT, filled as they are met. */
  readonly plain: (Plain | undefined)[]
}

/** A character that needs no normalising. */
interface Plain {
  readonly elements: readonly Element[]
  readonly isStart: boolean
  readonly isFollower: boolean
}

/** The end of Cyrillic. */
const PLAIN_LIMIT = 0x530
const LARGEST_OWN_WEIGHT = 0xd7fe
const LAST_ASCII = 0x7f
const MAX_TAGS = 100

/** Accents; other marks, such as the vowel signs of Indic scripts, are letters. */
const MARK = new RegExp(
  '^[\\u0300-\\u036F\\u0483-\\u0487\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2\\u05C4\\u05C5\\u05C7' +
    '\\u064B-\\u065F\\u0670\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u20D0-\\u20FF]',
)
const IGNORABLE = /^[\0-\x08\x0E-\x1F\x7F-\x84\x86-\x9F\uFE20-\uFE2F\p{Default_Ignorable_Code_Point}]/u
const LONE_SURROGATE = /^\p{Surrogate}/u
const SIGN = /^[\p{P}\p{S}\p{Z}]/u

const collations = new Map<string, Collation>()

/** The collation for a language tag such as `bs` or `sr-Latn-RS`; the root one for languages without a table. */
export function collationOf(language: string): Collation {
  const known = collations.get(language)
  if (known) return known
  const [tag = '', script = ''] = language.split(/[-_]/)
  const base = SORTS_AS.get(tag) ?? tag
  const name = [`${base}-${script}`, base].find((each) => TAILORINGS.has(each)) ?? 'root'
  const collation = collations.get(name) ?? makeCollation(name)
  collations.set(name, collation)
  if (collations.size < MAX_TAGS) collations.set(language, collation)
  return collation
}

function makeCollation(name: string): Collation {
  const tailoring = TAILORINGS.get(name) ?? { rules: '' }
  const letters = lettersOf(tailoring)
  const long = [...letters.keys()].filter((text) => text.length > 1 && text !== OTHER_SIGN)
  const digraphs = long.filter((text) => [...text].filter((each) => !MARK.test(each)).length > 1)
  return {
    isUpperFirst: tailoring.isUpperFirst ?? false,
    letters,
    starts: new Set(long.map((text) => text.charAt(0))),
    longest: Math.max(...long.map((text) => text.length)),
    digraphs: new Map(digraphs.map((text) => [text.normalize('NFC'), letters.get(text) ?? []])),
    digraphStarts: new Set(digraphs.map((text) => text.normalize('NFC').charAt(0))),
    followers: new Set(digraphs.flatMap((text) => [...text.slice(1)])),
    plain: [],
  }
}

/** What the letters and accents of a text add to its key, in order. */
export function elementsOf(text: string, collation: Collation): readonly Element[] {
  return plainElements(text, collation) ?? fullElements(text, collation)
}

/** For precomposed letters, at one look-up a letter; undefined for texts that need more. */
function plainElements(text: string, collation: Collation): Element[] | undefined {
  const elements: Element[] = []
  for (let i = 0; i < text.length; i++) {
    const plain = plainAt(text, i, collation)
    if (plain === undefined) return undefined
    let letter = plain.elements
    if (plain.isStart) {
      let last = i
      for (let next = i + 1; plainAt(text, next, collation)?.isFollower; next++) {
        const digraph = collation.digraphs.get(text.slice(i, next + 1))
        if (digraph) {
          letter = digraph
          last = next
        } else if (text.charCodeAt(next) > LAST_ASCII) {
          return undefined // aå sorts as aa with a ring
        } else if (next - i >= collation.longest) break
      }
      i = last
    }
    for (const element of letter) elements.push(element)
  }
  return elements
}

function plainAt(text: string, index: number, collation: Collation): Plain | undefined {
  const code = text.charCodeAt(index)
  if (!(code < PLAIN_LIMIT)) return undefined
  return collation.plain[code] ?? makePlain(text.charAt(index), collation)
}

function makePlain(character: string, collation: Collation): Plain | undefined {
  if (MARK.test(character)) return undefined
  const plain = {
    elements: fullElements(character, collation),
    isStart: collation.digraphStarts.has(character),
    isFollower: collation.followers.has(character.normalize('NFD').charAt(0)),
  }
  collation.plain[character.charCodeAt(0)] = plain
  return plain
}

/** For any text, as the Unicode Collation Algorithm has it: in NFD, the longest letters first. */
function fullElements(text: string, collation: Collation): Element[] {
  const { letters, starts, longest } = collation
  const rest = text.normalize('NFD')
  const elements: Element[] = []
  for (let i = 0; i < rest.length;) {
    let letter = String.fromCodePoint(rest.codePointAt(i) ?? 0)
    const isStart = starts.has(letter)
    for (let length = isStart ? longest : 1; length > 1; length--) {
      const candidate = rest.slice(i, i + length)
      if (candidate.length === length && letters.has(candidate)) {
        letter = candidate
        break
      }
    }
    i += letter.length
    let accents = ''
    // A letter takes its accents from among others: ẓ̌ is ž with a dot.
    for (; isStart && MARK.test(rest.charAt(i)); i++) {
      const mark = rest.charAt(i)
      if (letters.has(letter + mark) && !isBlocked(accents, mark)) letter += mark
      else accents += mark
    }
    for (const each of [letter, ...accents]) {
      elements.push(...(letters.get(each) ?? unlisted(each, collation)))
    }
  }
  return elements
}

/** Whether an accent before it, on the same side of the letter, keeps a mark from joining the letter. */
function isBlocked(accents: string, mark: string): boolean {
  const last = accents.slice(-1)
  return last !== '' && (mark + last).normalize('NFD') === mark + last
}

function unlisted(character: string, collation: Collation): readonly Element[] {
  if (IGNORABLE.test(character)) return []
  // SQLite would store half a character as this.
  if (LONE_SURROGATE.test(character)) return unlisted('\uFFFD', collation)
  if (MARK.test(character)) return [{ primary: '', secondary: OTHER_MARK + character, tertiary: 0 }]
  const plainer = character.normalize('NFKD')
  if (plainer !== character) {
    return fullElements(plainer, collation).map((each) => ({ ...each, tertiary: each.tertiary | 1 }))
  }
  if (SIGN.test(character)) {
    const lead = collation.letters.get(OTHER_SIGN)?.[0]?.primary ?? ''
    return [{ primary: lead + twoCharacters(character.codePointAt(0) ?? 0), secondary: '', tertiary: 0 }]
  }
  // A σ that ends a word.
  if (character === 'ς') return [{ primary: ownWeight(0x3c3), secondary: '', tertiary: 5 }]
  const lower = character.toLowerCase()
  const primary = ownWeight(lower.codePointAt(0) ?? 0)
  return [{ primary, secondary: '', tertiary: lower === character ? 0 : 4 }]
}

/**
 * Code points that UTF-16 and UTF-8 sort alike are their own weights; those from the surrogates on are
 * spelt.
 */
function ownWeight(code: number): string {
  return code <= LARGEST_OWN_WEIGHT ? String.fromCharCode(code) : '\uD7FF' + twoCharacters(code)
}

function twoCharacters(code: number): string {
  return String.fromCharCode(0x100 + (code >> 10), 0x100 + (code & 0x3ff))
}
