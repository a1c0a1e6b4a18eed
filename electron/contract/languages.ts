/** The languages that a school's names may sort by. The window itself speaks English so far. */
export const LANGUAGES = ['en', 'bs', 'hr', 'sr', 'de'] as const
export type Language = (typeof LANGUAGES)[number]
