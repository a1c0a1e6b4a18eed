import type { Field } from '../electron/contract/fields'
import { AppError, type Params, type Problem } from '../electron/contract/errors'
import type { ChangeSet } from '../electron/contract/history'
import { formatDay } from './formats'
import { findWords, t, type Named } from './i18n'

/** A value, and the word for it. */
export interface Labelled {
  value: string
  label: string
}

/** What is wrong with a value, in words. */
export function problemWords({ code, params }: Problem): string {
  return findWords(`problems.${code}`, asRead(params)) ?? t('problems.not-accepted')
}

/** What went wrong and what to do, in words. */
export function errorWords(error: unknown): string {
  if (!(error instanceof AppError)) return t('errors.unexpected')
  const { reason, entity } = error.params
  const words =
    findWords(`reasons.${reason}`, error.params) ??
    (error.code === 'not-found' ? findWords(`missing.${entity}`) : null) ??
    findWords(`errors.${error.code}`, error.params) ??
    t('errors.unexpected')
  const problems = Object.values(error.fields ?? {}).map(problemWords)
  return [words, ...problems].join(' ')
}

/** What a change did, in words. */
export function changeWords({ summary, params }: Pick<ChangeSet, 'summary' | 'params'>): string {
  return findWords(`changes.${summary}`, params) ?? t('changes.other')
}

/** The word for a value of a choice. */
export function choiceWords(entity: string, field: string, value: string): string {
  return findWords(`choices.${entity}.${field}.${value}`) ?? value
}

/** What a choice can be set to, in the contract's order. */
export function choiceLabels(entity: string, name: string, { choices = {} }: Field): Labelled[] {
  return Object.keys(choices).map((value) => ({ value, label: choiceWords(entity, name, value) }))
}

/** What a job does at the moment, in words. */
export function phaseWords(phase: string): string {
  return findWords(`phases.${phase}`) ?? t('phases.working')
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** What a failure names, with days as people read them. */
function asRead(params: Params): Named {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'string' && DAY.test(value) ? formatDay(value) : value,
    ]),
  )
}
