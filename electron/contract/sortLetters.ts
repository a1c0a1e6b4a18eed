import {
  ROOT_CYRILLIC,
  ROOT_DIGITS,
  ROOT_EXPANSIONS,
  ROOT_LATIN,
  ROOT_MARKS,
  ROOT_SIGNS,
  ROOT_VARIANTS,
  type Tailoring,
} from './sortTailoring'

/** What a letter, or letters taken as one, or an accent, adds to a key. An accent has no primary weight. */
export interface Element {
  readonly primary: string
  /** '' is common: no accent. */
  readonly secondary: string
  /** Twice the case (0 lower, 1 mixed, 2 upper), and one more for a variant form. */
  readonly tertiary: number
}

/** Elements by letter, accent, letter with accents, or letters taken as one; keys are in NFD. */
export type Letters = ReadonlyMap<string, readonly Element[]>

/** The weight, in front of a code point, of signs that have none of their own. */
export const OTHER_SIGN = 'other sign'

/**
 * The letters of a language. All weights are ASCII from `"` on, none begins another: ` ` and `!` are
 * separators.
 */
export function lettersOf({ rules, isCyrillicFirst = false }: Tailoring): Letters {
  const draft = rootDraft(isCyrillicFirst)
  for (const rule of rules.split(' ')) if (rule !== '') applyRule(draft, rule)
  const weights = weigh(draft.order)
  const letters = new Map<string, Element[]>([[OTHER_SIGN, [plain(weights.get(OTHER_SIGN) ?? '')]]])
  for (const [text, elements] of draft.letters) {
    letters.set(
      text,
      elements.map((element) => ({ ...element, primary: weights.get(element.primary) ?? '' })),
    )
  }
  return letters
}

/**
 * Primaries are still names here, not weights: where they stand is known when all rules have been applied.
 */
interface Draft {
  readonly letters: Map<string, readonly Element[]>
  readonly order: Group[]
}

/** Names next to one another. Rare ones share the first character of their weights. */
interface Group {
  readonly names: string[]
  readonly isRare: boolean
}

/**
 * Secondary weights: differences that a language makes, accents, variants beyond them, accents of no known
 * place.
 */
const FIRST_TAILORED = 0x47
const FIRST_MARK = 0x50
const VARIANT = '}'
export const OTHER_MARK = '~'

const FIRST_PRIMARY = 0x22
const LAST_LATIN = ROOT_LATIN.slice(-1)

function rootDraft(isCyrillicFirst: boolean): Draft {
  const single = (name: string): Group => ({ names: [name], isRare: false })
  const signs = ROOT_SIGNS.map((group) => ({ names: [...group], isRare: group.length > 1 }))
  const latin = [...ROOT_LATIN].map(single)
  const cyrillic = { names: [...ROOT_CYRILLIC], isRare: true }
  const letters = isCyrillicFirst ? [cyrillic, ...latin] : [...latin, cyrillic]
  const order = [...signs, single(OTHER_SIGN), ...[...ROOT_DIGITS].map(single), ...letters]
  const draft: Draft = { letters: new Map(), order }

  for (const sign of ROOT_SIGNS.join('') + ROOT_DIGITS) draft.letters.set(sign, [plain(sign)])
  for (const letter of ROOT_LATIN + ROOT_CYRILLIC) setCased(draft, letter, plain(letter))
  for (const [index, mark] of [...ROOT_MARKS].entries()) {
    draft.letters.set(mark, [{ primary: '', secondary: character(FIRST_MARK + index), tertiary: 0 }])
  }
  for (const [sign = '', ...variants] of ROOT_VARIANTS) {
    for (const [index, variant] of variants.entries()) {
      draft.letters.set(variant, [{ ...plain(sign), secondary: character(FIRST_TAILORED + index) }])
    }
  }
  for (const [letter, expansion] of Object.entries(ROOT_EXPANSIONS)) sortAs(draft, letter, expansion, false)
  return draft
}

/** One chain of the notation that Tailoring describes. */
function applyRule(draft: Draft, rule: string): void {
  const [, isBefore, reset = '', chain = ''] = /^(\^?)([^<=~]+)(.+)$/.exec(rule) ?? []
  if (chain.startsWith('=') || chain.startsWith('~')) {
    return sortAs(draft, reset, chain.slice(1), chain.startsWith('~'))
  }
  let element = plain(reset === '*' ? LAST_LATIN : reset)
  let before = isBefore === '^'
  for (const [, level, item = ''] of chain.matchAll(/(<{1,3})([^<]+)/g)) {
    if (level === '<') {
      const name = item.split('|')[0] ?? item
      insert(draft, name, element.primary, before)
      element = plain(name)
      before = false
    } else if (level === '<<') {
      const secondary = (element.secondary.codePointAt(0) ?? FIRST_TAILORED - 1) + 1
      element = { ...element, secondary: character(secondary), tertiary: 0 }
    } else {
      element = { ...element, tertiary: 1 }
    }
    setCased(draft, item, element)
  }
}

/** Puts a new primary next to another, or moves it there: Estonian has z after š. */
function insert({ order }: Draft, name: string, neighbour: string, isBefore: boolean): void {
  const old = order.findIndex((group) => !group.isRare && group.names.includes(name))
  if (old >= 0) order.splice(old, 1)
  for (const [index, group] of order.entries()) {
    const place = group.names.indexOf(neighbour)
    if (place < 0) continue
    if (group.isRare) group.names.splice(place + (isBefore ? 0 : 1), 0, name)
    else order.splice(index + (isBefore ? 0 : 1), 0, { names: [name], isRare: false })
    return
  }
}

/** A letter in all its cases, unless the table says which. */
function setCased(draft: Draft, item: string, element: Element): void {
  for (const [text, tertiary] of casesOf(item)) {
    draft.letters.set(text.normalize('NFD'), [{ ...element, tertiary: element.tertiary + tertiary }])
  }
}

function sortAs(draft: Draft, item: string, expansion: string, isVariant: boolean): void {
  const spellings = [expansion, titleCase(expansion), expansion.toUpperCase()]
  for (const [text, tertiary] of casesOf(item)) {
    const [first, ...rest] = expand(draft, (spellings[tertiary / 2] ?? expansion).normalize('NFD'))
    if (first === undefined) continue
    const start = isVariant ? { ...first, tertiary: first.tertiary | 1 } : first
    draft.letters.set(text.normalize('NFD'), [start, ...rest])
  }
}

/** The longest letters of the draft first; a plus is the variant beyond all accents. */
function expand(draft: Draft, text: string): Element[] {
  if (text === '') return []
  if (text.startsWith('+')) {
    return [{ primary: '', secondary: VARIANT, tertiary: 0 }, ...expand(draft, text.slice(1))]
  }
  const length = [4, 3, 2, 1].find((each) => draft.letters.has(text.slice(0, each))) ?? 1
  return [...(draft.letters.get(text.slice(0, length)) ?? []), ...expand(draft, text.slice(length))]
}

/**
 * Spellings with their tertiary weights; what stands later in the list wins: a single capital is upper, not
 * mixed.
 */
function casesOf(item: string): (readonly [string, number])[] {
  const [lower = '', given] = item.split('|')
  if (given === '') return [[lower, 0]]
  if (given !== undefined) {
    return [
      [lower, 0],
      [given, 4],
    ]
  }
  const upper = item.toUpperCase()
  if (item !== item.toLowerCase()) return [[item, item === upper ? 4 : 0]]
  // ı must not claim the I of i.
  if (item === upper || upper.toLowerCase() !== item) return [[item, 0]]
  return [
    [item, 0],
    [titleCase(item), 2],
    [upper, 4],
  ]
}

function titleCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function weigh(order: readonly Group[]): Map<string, string> {
  const weights = new Map<string, string>()
  for (const [index, { names, isRare }] of order.entries()) {
    const lead = character(FIRST_PRIMARY + index)
    for (const [place, name] of names.entries()) {
      weights.set(name, isRare ? lead + character(FIRST_PRIMARY + place) : lead)
    }
  }
  return weights
}

function plain(primary: string): Element {
  return { primary, secondary: '', tertiary: 0 }
}

function character(code: number): string {
  return String.fromCharCode(code)
}
