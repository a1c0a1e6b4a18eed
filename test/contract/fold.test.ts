import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold } from '../../electron/contract/fold'

const foldsAlike: readonly (readonly [string, ...string[]])[] = [
  ['Hadžić', 'HADŽIĆ', 'hadzic', 'Hadz\u030Cic\u0301', 'Ha\u01C6ić', 'Хаџић', '  Hadžić\u00A0'],
  ['Đorđe', 'Djordje', 'DJORDJE', 'Ђорђе', 'Ɖorđe', 'Dorde'],
  ['Anđela Ljubić', 'Andjela  Ljubic', 'Анђела Љубић', 'ANĐELA\tLJUBIĆ', 'Anđela ǈubić'],
  ['Njegoš', 'Његош', 'ǋegoš'],
  ['Čučković', 'Чучковић', 'Cuckovic'],
  ['Џеко', 'Džeko', 'Dzeko'],
  ['Ѕвездан', 'Dzvezdan'],
  ['Ѓорѓи', 'Gjorgji'],
  ['Ќосев', 'Kjosev'],
  ['Николай Щербаков', 'Nikolaj Ščerbakov'],
  ['Юлия Соловьёва', 'Julija Soloveva'],
  ['Олексій Євтушенко', 'Oleksij Jevtusenko'],
  ['Търново', 'Trnovo'],
  ['Straße', 'STRASSE', 'STRAẞE'],
  ['Müller', 'MU\u0308LLER', 'muller'],
  ['Ægir', 'AEGIR'],
  ['Øystein Ångström', 'Oystein Angstrom'],
  ['Łukasz', 'LUKASZ'],
  ['Þór Guðrún', 'Thor Gudrun'],
  ['Œuvré', 'OEUVRE'],
  ['Işık İnci', 'ISIK INCI', 'isik inci', 'ışık inci'],
  ['Παπαδόπουλος', 'ΠΑΠΑΔΟΠΟΥΛΟΣ'],
  ["O'Neil", 'O’Neil', 'O‘Neil', 'O´Neil', 'O`Neil', 'Oʼneil'],
  ['Anna-Marie', 'Anna–Marie', 'Anna\u2011Marie', 'Anna−Marie'],
  ['Sofia', 'So\uFB01a', 'Ｓｏｆｉａ', 'So\u00ADfia', '\uFEFFSofia\u200B'],
  ['محمّد', 'محمد'],
]

describe('fold', () => {
  it.each(foldsAlike)('folds %s like its other spellings', (first, ...others) => {
    for (const other of others) expect(fold(other)).toBe(fold(first))
  })

  it.each([
    ['Hadžić', 'hadzic'],
    ['  Emir\n  de la\u3000Cruz ', 'emir de la cruz'],
    ['Đorđe Ljubić', 'dorde ljubic'],
    ['Щука съёмка', 'scuka semka'],
    ['', ''],
    [' \t\u00A0', ''],
    ['김철수', '김철수'],
    ['王小明', '王小明'],
    ['राम', 'राम'],
    ['が', 'が'],
    ['a\0b', 'ab'],
    ['\uD83D\u200D\uDE00', '\uFFFD\uFFFD'],
  ])('folds %j to %j', (text, folded) => {
    expect(fold(text)).toBe(folded)
  })

  it('drops every j after a d at once', () => {
    expect(fold('ddjj')).toBe('dd')
    expect(fold('DJДЈđjd\u200Dj')).toBe('dddd')
  })

  it('keeps people apart who are not alike', () => {
    const names = ['Ana', 'Anna', 'Anna Marie', 'Anna-Marie', 'Annamarie', 'Begić', 'Bekić']
    expect(new Set(names.map(fold)).size).toBe(names.length)
  })

  it('is idempotent for every character, alone and among marks, blanks and the letters it watches', () => {
    const broken: string[] = []
    // All but ideographs, ready syllables and the planes that hold nothing else.
    for (const [first, last] of [
      [0, 0x33ff],
      [0xa000, 0xabff],
      [0xd7b0, 0x1ffff],
      [0xe0000, 0xe01ff],
    ] as const) {
      for (let code = first; code <= last; code++) {
        const character = String.fromCodePoint(code)
        const once = fold(`${character} d${character}j и${character}\u0306 ${character}\u0301 ${character}`)
        if (fold(once) !== once) broken.push(code.toString(16))
      }
    }
    expect(broken).toEqual([])
  })

  it('is idempotent, and the same for canonically equal texts', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = fold(text)
        expect(fold(once)).toBe(once)
        expect(once).toBe(once.trim())
        expect(once).not.toMatch(/ {2}|dj|\p{Surrogate}/u)
        expect(fold(text.normalize('NFD'))).toBe(once)
        expect(fold(text.normalize('NFC'))).toBe(once)
      }),
      { numRuns: 5000 },
    )
  })

  it('folds a letter alike on the short way and on the long one', () => {
    // A character beyond Cyrillic sends the text the long way.
    fc.assert(
      fc.property(fc.string({ unit: letter, maxLength: 12 }), (name) => {
        expect(fold(`${name} 王`)).toBe(`${fold(name)} 王`.trim())
      }),
      { numRuns: 3000 },
    )
  })

  it('folds 50,000 names well within a second', () => {
    const names = Array.from({ length: 50_000 }, (_, index) => `Hadžić-Đurđević Šejla ${index}`)
    const start = performance.now()
    for (const name of names) fold(name)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

const letter = fc.constantFrom(..."aAbdDjJđĐžŽčšćéüßæłİıI љЉњђјдЈйѓќщьё-'’ \t".split(''))
const naughty = fc.constantFrom(
  ...[
    '\0',
    '\uD800',
    '\uDC00',
    '\uDBFF',
    '\uFFFF',
    '\u200D',
    '\uFEFF',
    '\u034F',
    '\u0301',
    '\u0323',
    '\u0306',
  ],
  ...[
    '\u202E',
    '\u0345',
    'Σ',
    'ς',
    'ﷺ',
    '㎏',
    '℡',
    '😀',
    '👩‍👩‍👧',
    '🇧🇦',
    'محمد',
    'ـ',
    'שָׁלוֹם',
    '漢字',
    '가',
    '\u1100',
    '\u1161',
  ],
  ...[
    'ﬀ',
    'Å',
    'K',
    '´',
    '¨',
    '\u1FFD',
    '½',
    'ŉ',
    '\u{1D400}',
    '\u{10400}',
    'İ',
    'ẞ',
    '__proto__',
    "'; DROP TABLE users--",
  ],
)
const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: fc.oneof(letter, naughty, codeUnit), maxLength: 16 }),
)
