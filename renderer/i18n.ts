import { createI18n } from 'vue-i18n'
import en from '../electron/contract/locales/en.json'

type Keys<Words> = {
  [Key in keyof Words & string]: Words[Key] extends string ? Key : `${Key}.${Keys<Words[Key]>}`
}[keyof Words & string]

/** The place of a word in the catalog: `actions.save`. */
export type MessageKey = Keys<typeof en>

export type Named = Record<string, string | number>

export const i18n = createI18n({ legacy: false, locale: 'en', messages: { en } })

/** The words for a key, with what they name filled in. A `count` among the names chooses the plural too. */
export function t(key: MessageKey, named: Named = {}): string {
  return translate(key, named)
}

/** The words for a key that came from elsewhere (a code of an error, a phase of a job), or null where there are none. */
export function findWords(key: string, named: Named = {}): string | null {
  return i18n.global.te(key) ? translate(key, named) : null
}

const numbers = new Intl.NumberFormat('en')

/** A number as the language writes it: 12,345. */
export function formatNumber(value: number): string {
  return numbers.format(value)
}

function translate(key: string, named: Named): string {
  const { count } = named
  const shown = Object.fromEntries(
    Object.entries(named).map(([name, value]) => [
      name,
      typeof value === 'number' ? formatNumber(value) : value,
    ]),
  )
  return typeof count === 'number' ? i18n.global.t(key, shown, count) : i18n.global.t(key, shown)
}
