import type { AutomaticState, Backup } from '../electron/contract/backups'
import type { Field, FieldKind } from '../electron/contract/fields'
import { AppError, type Params, type Problem } from '../electron/contract/errors'
import type { ChangedRecord, ChangeSet, ChangeSummary } from '../electron/contract/history'
import type { UserRow } from '../electron/contract/users'
import { formatDay, formatInstant, formatMoment, yearOf } from './formats'
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
  // What exactly is wrong says more than that something is.
  const problems = Object.values(error.fields ?? {}).map(problemWords)
  if (problems.length > 0) return problems.join(' ')
  return (
    findWords(`reasons.${reason}`, asRead(error.params)) ??
    (error.code === 'not-found' ? findWords(`missing.${entity}`) : null) ??
    findWords(`errors.${error.code}`, error.params) ??
    t('errors.unexpected')
  )
}

/** What a change did, in words, and whether that was undoing something or doing it again. */
export function changeWords(change: ChangeSet): string {
  const what = summaryWords(change)
  return change.direction === 'done' ? what : t(`changes.${change.direction}`, { what })
}

/** What taking a change back is called. */
export function undoWords({ direction }: ChangeSet): string {
  return t(direction === 'undone' ? 'actions.redo' : 'actions.undo')
}

/** What taking a change back is called where it has to say which: Undo: 30 people enrolled in Biology 2. */
export function undoOfWords(change: ChangeSet): string {
  const key = change.direction === 'undone' ? 'history.redoOf' : 'history.undoOf'
  return t(key, { what: summaryWords(change) })
}

/** What a changed record was called, or else which one it is. */
export function changedRecordName({ entity, recordId, name }: ChangedRecord): string {
  return name ?? t('history.nameless', { entity: t(`history.entities.${entity}`), id: String(recordId) })
}

/** What was done, in words. */
export function summaryWords({ summary, params }: ChangeSummary): string {
  const { moment, day } = params
  const read = {
    ...params,
    ...(typeof moment === 'string' ? { moment: formatMoment(moment) } : {}),
    ...(typeof day === 'string' ? { day: formatDay(day) } : {}),
  }
  return findWords(`changes.${summary}`, read) ?? t('changes.other')
}

/** When the age of a person was entered, in words, so that one sees how old the figure is; '' where that is not known. */
export function ageEnteredWords({ ageEnteredAt }: Pick<UserRow, 'ageEnteredAt'>): string {
  return ageEnteredAt === null ? '' : t('people.ageEntered', { year: yearOf(ageEnteredAt) })
}

/** An age, with the year of its entry where that is over on the day that is shown. */
export function ageWords(
  { age, ageEnteredAt }: Pick<UserRow, 'age' | 'ageEnteredAt'>,
  shownDay: string,
): string {
  if (age === null) return ''
  if (ageEnteredAt === null || yearOf(ageEnteredAt) === shownDay.slice(0, 4)) return String(age)
  return t('people.ageOfYear', { age, year: yearOf(ageEnteredAt) })
}

/** Why a backup could not be made by itself. */
export function backupFailureWords({ code, params }: NonNullable<AutomaticState['failure']>): string {
  if (code === 'not-found') return t('backups.secondMissing')
  return errorWords(new AppError(code, params))
}

/** Why a backup was made, in words. */
export function reasonWords({ reason }: Backup): string {
  return t(`backups.reasons.${reason ?? 'unknown'}`)
}

/** A field of an entity, by its place in the catalog and its kind in the contract. */
export interface NamedField {
  entity: string
  name: string
  kind: FieldKind
}

/** A value as people read it. What is not there is left blank. */
export function valueWords(value: unknown, { entity, name, kind }: NamedField): string {
  if (value === null || value === undefined) return ''
  if (kind === 'day') return formatDay(String(value))
  if (kind === 'instant') return formatInstant(String(value))
  if (kind === 'choice') return choiceWords(entity, name, String(value))
  if (kind === 'boolean') return value ? t('grid.yes') : t('grid.no')
  return String(value)
}

/** The word for a value of a choice. */
function choiceWords(entity: string, field: string, value: string): string {
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
