/**
 * How letters follow one another, as data: the order common to all languages (the root collation of CLDR 48,
 * as far as names need it) and what single languages change in it. sortKey.ts turns these into keys.
 */

export interface Tailoring {
  /**
   * Changes to the root order, separated by blanks, in a notation close to CLDR's: `c<č<ć` letters of their
   * own after c; `^t<š` just before t; `*<å` after the last Latin letter; `ä<<æ` differs as an accent does;
   * `å<<<aa` differs as case does; `ŋ=n̵` sorts as; `þ~th` sorts as, and just after. Capitals follow by
   * themselves (dž, Dž, DŽ) unless given: `ı|I`.
   */
  rules: string
  /** Of words that differ in case alone, capitals come first. */
  isUpperFirst?: boolean
  /** Cyrillic names come before Latin ones. */
  isCyrillicFirst?: boolean
}

/**
 * Root order below the letters. A string of several characters: rarely met in names, they share one lead
 * weight.
 */
export const ROOT_SIGNS = [
  '\t\n\v\f\r\u0085\u2028\u2029',
  ' ',
  '_‾‗',
  '-',
  '‐‒–—―',
  ',',
  ';:!¡?¿',
  '.',
  '·',
  "'",
  '‹›"«»()[]{}§¶@*/\\&#%‰†‡•′`´˜^¯˘˙¨˚˝¸˛°©®+±÷×<=>¬|¦~⁄¤¢$£¥€',
] as const

export const ROOT_DIGITS = '0123456789'

/** Latin letters with a place of their own; letters with accents are built from these and ROOT_MARKS. */
export const ROOT_LATIN = 'abɓcdɖɗeǝəɛfƒgɣhiıɩjkƙlmnɲŋoɔpqĸrsʃtŧʈuʊvʋwxyƴzƶʒþƿ'

/** The azbuka, and the letters that its neighbours have more, in root order. */
export const ROOT_CYRILLIC = 'аәбвгғдђеєжҗзѕиійјкқлљмнңњоөпрсҫтћуүұфхҳһцчҷџшщъыьѣэюяѫ'

/** Combining marks in root order; others follow by code point. */
export const ROOT_MARKS =
  '\u0332\u0313\u0314\u0301\u0300\u0306\u0302\u030C\u030A\u0342\u0308\u030B' +
  '\u0303\u0307\u0338\u0327\u0328\u0304\u0335\u0305\u0309\u030F\u0310\u0311' +
  '\u031B\u0321\u0322\u0323\u0324\u0325\u0326\u032D\u032E\u0330\u0331\u0345'

/** Letters that sort as others. A plus marks a variant beyond all accents: ae < áe < æ. */
export const ROOT_EXPANSIONS = {
  'đ|Đ': 'd\u0335',
  'ħ|Ħ': 'h\u0335',
  'ł|Ł': 'l\u0335',
  'l·|L·': 'l+',
  'ŀ|Ŀ': 'l+',
  'ø|Ø': 'o\u0338',
  'ð|Ð': 'd+',
  'æ|Æ': 'a+e',
  'œ|Œ': 'o+e',
  'ß|ẞ': 's+s',
  'ſ|': 's+',
  'ґ|Ґ': 'г+',
} as const

/**
 * Signs that differ from a plainer one as accents do, in this order. ʼ is a letter to CLDR; in names it is
 * none.
 */
export const ROOT_VARIANTS = ["'‘’‚‛ʼ", '"“”„‟'] as const

const BOSNIAN = 'c<č<ć d<dž<đ l<lj n<nj s<š z<ž'
const CZECH = 'c<č h<ch<<<cH r<ř s<š z<ž'
const NORDIC = 'd<<đ<<ð þ~th y<<ü<<ű'
const HUNGARIAN =
  'c<cs d<dz<dzs g<gy l<ly n<ny o<ö<<ő s<sz t<ty u<ü<<ű z<zs ' +
  'ccs~cscs ddz~dzdz ddzs~dzsdzs ggy~gygy lly~lyly nny~nyny ssz~szsz tty~tyty zzs~zszs'

/**
 * By language, or language and script. A language that is missing here sorts in root order, as en and de
 * do.
 */
export const TAILORINGS: ReadonlyMap<string, Tailoring> = new Map(
  Object.entries<Tailoring>({
    bg: { rules: '', isCyrillicFirst: true },
    bs: { rules: BOSNIAN },
    'bs-Cyrl': { rules: BOSNIAN, isCyrillicFirst: true },
    cs: { rules: CZECH },
    da: { rules: `${NORDIC} *<æ<<ä<ø<<ö<<ő<å<<<aa`, isUpperFirst: true },
    es: { rules: 'n<ñ' },
    et: { rules: '^t<š<z<ž ^x<õ<ä<ö<ü' },
    fi: { rules: 'ǥ=g\u0335 ŋ=n\u0335 ŧ=t\u0335 ʒ=z\u0335 y<<ü *<å<ä<<æ<ö<<ø' },
    hr: { rules: BOSNIAN },
    hu: { rules: HUNGARIAN },
    lt: { rules: 'a<<ą c<č e<<ę<<ė i<<į<<y s<š u<<ų<<ū z<ž' },
    lv: { rules: 'a<ā c<č e<ē g<ģ i<y<ī k<ķ l<ļ n<ņ o<ō r<ŗ s<š u<ū z<ž' },
    mk: { rules: 'ђ<ѓ ћ<ќ', isCyrillicFirst: true },
    nb: { rules: `${NORDIC} *<æ<<ä<<ę<ø<<ö<<ő<<œ<å<<aa` },
    pl: { rules: 'a<ą c<ć e<ę l<ł n<ń o<ó s<ś z<ź<ż' },
    ro: { rules: 'a<ă<â i<î s<ş t<ţ ș=ş ț=ţ' },
    ru: { rules: '', isCyrillicFirst: true },
    sk: { rules: `a<ä o<ô ${CZECH}` },
    sl: { rules: 'c<č<ć d<đ s<š z<ž' },
    sr: { rules: BOSNIAN, isCyrillicFirst: true },
    'sr-Latn': { rules: BOSNIAN },
    sv: { rules: `${NORDIC} *<å<ä<<æ<<ę<ö<<ø<<ő<<œ<<ô` },
    tr: { rules: 'c<ç g<ğ ^i<ı|I i<<<İ o<ö s<ş u<ü' },
    uk: { rules: 'г<ґ і<ї', isCyrillicFirst: true },
  }),
)

/** Languages that sort as another does. */
export const SORTS_AS: ReadonlyMap<string, string> = new Map([
  ['no', 'nb'],
  ['nn', 'nb'],
  ['sh', 'sr-Latn'],
])
