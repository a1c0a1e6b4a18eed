/**
 * Folds a text to the form in which names are searched and matched: Latin, lower case, without accents, one
 * blank between words. Hadžić, HADZIC and Хаџић fold alike, and so do Đorđe, Djordje and Ђорђе.
 * fold(fold(text)) is fold(text). Raise KEY_VERSION (sortKey.ts) when any result changes: the school's file
 * keeps them.
 *
 * Choices: Cyrillic follows the Serbian Latin (ж z, ш s, х h, ц c, я ja), so щ is šč, thus sc, and й is j;
 * Macedonian ѓ and ќ are gj and kj, as its passports write them. Other scripts only lose case and accents.
 */
export function fold(text: string): string {
  return (plainFold(text) ?? foldLetters(text).normalize('NFC')).trim()
}

/**
 * The end of Cyrillic. Below it a letter folds the same whatever stands next to it, except for marks, dj
 * and blanks.
 */
const PLAIN_LIMIT = 0x530
const plainFolds: (string | undefined)[] = []

function plainFold(text: string): string | undefined {
  let folded = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const isMark = (code >= 0x300 && code < 0x370) || (code >= 0x483 && code < 0x48a)
    if (isMark || code >= PLAIN_LIMIT) return undefined
    folded += plainFolds[code] ??= foldLetters(text.charAt(i))
  }
  return settle(folded)
}

function foldLetters(text: string): string {
  const letters = text
    // Two halves that meet when what stood between them is dropped would become another character.
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(IGNORABLE, '')
    .replace(APOSTROPHES, "'")
    .normalize('NFKD')
    .toLowerCase()
    .replace(/и\u0306/g, 'j')
    .replace(/([гк])\u0301/g, '$1j')
    .replace(ACCENTS, '')
    .replace(SPELT_OUT, (letter) => SPELLINGS.get(letter) ?? letter)
    .replace(APOSTROPHES, "'")
    .replace(HYPHENS, '-')
    .replace(/[\s\u0085]/g, ' ')
  return settle(letters)
}

/** Every j after a d goes at once: were ddjj to become ddj, folding twice would not be folding once. */
function settle(letters: string): string {
  const names = letters.includes('dj') ? letters.replace(/dj+/g, 'd') : letters
  return names.includes('  ') ? names.replace(/ {2,}/g, ' ') : names
}

/**
 * What nobody sees: controls that are no white space, soft hyphens, joiners, direction and byte order
 * marks.
 */
const IGNORABLE = /[\0-\x08\x0E-\x1F\x7F-\x84\x86-\x9F\p{Default_Ignorable_Code_Point}]/gu

/** U+1FFD is canonically U+00B4, which NFKD would turn into a blank and an accent. */
const APOSTROPHES = /[`´\u1FFD‘’‚‛ʹʻʼʽʾʿˈˊˋ′‵]/g
const HYPHENS = /[‐‑‒–—―−⁃]/g

/**
 * Marks that are accents. The vowel signs of Indic scripts, and the marks that make another kana, are
 * letters.
 */
const ACCENTS =
  /(?![\u3099\u309A])[\p{Script=Inherited}\u0483-\u0487\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7]/gu

const SPELLINGS = new Map([
  // Latin letters that have no decomposition. ə as in passports (ICAO 9303); ɖ because Ɖ looks like Đ.
  ...spellings('đ d, ð d, ɖ d, ħ h, ı i, ĸ k, ł l, ŋ n, ø o, ŧ t, ə e, ß ss, æ ae, œ oe, þ th, ς σ'),
  ...spellings('а a, б b, в v, г g, ґ g, д d, ђ d, е e, є je, ж z, з z, ѕ dz, и i, і i, ј j, к k, л l, љ lj'),
  ...spellings('м m, н n, њ nj, о o, п p, р r, с s, т t, ћ c, у u, ф f, х h, ц c, ч c, џ dz, ш s, щ sc'),
  ...spellings('ы y, ѣ e, э e, ю ju, я ja'),
  ['ъ', ''],
  ['ь', ''],
])
const SPELT_OUT = new RegExp(`[${[...SPELLINGS.keys()].join('')}]`, 'g')

function spellings(list: string): (readonly [string, string])[] {
  return list.split(', ').map((pair) => {
    const [letter = '', spelling = ''] = pair.split(' ')
    return [letter, spelling] as const
  })
}
