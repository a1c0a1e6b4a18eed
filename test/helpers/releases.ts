import { join, resolve } from 'node:path'

/** Where a school's file of each released version is. They are only ever copied. */
export const RELEASES = resolve(import.meta.dirname, '../fixtures/releases')

/** That of 0.1.0. */
export const RELEASE = join(RELEASES, '0.1.0.rollbook')
