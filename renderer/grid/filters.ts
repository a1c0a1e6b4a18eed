import type { Field } from '../../electron/contract/fields'
import { findClasses } from '../forms/choices'
import type { Choice } from '../forms/formFields'
import { formatNumber, t } from '../i18n'
import { choiceLabels } from '../words'

/** A filter that a list knows, and what it can be set to. */
export interface GridFilter {
  /** Its name in the contract's `filters`. */
  name: string
  label: string
  choices: FilterChoice[]
}

export interface FilterChoice {
  value: string | number | boolean
  label: string
}

/** A filter of too many choices for a menu: they are searched for. */
export interface SearchedFilter {
  name: string
  label: string
  findChoices: (search: string) => Promise<Choice[]>
}

/** A filter that is set, in words. */
export interface FilterChip {
  name: string
  label: string
}

/** Filters that are set, of those with choices. */
export function chipsOf(filters: GridFilter[], active: Record<string, unknown>): FilterChip[] {
  return filters.flatMap(({ name, label, choices }) => {
    const choice = choices.find(({ value }) => value === active[name])
    return choice ? [chipOf(name, label, choice.label)] : []
  })
}

export function chipOf(name: string, label: string, value: string): FilterChip {
  return { name, label: `${label}: ${value}` }
}

/** How many records there are, of how many where some are hidden. */
export function countWords(total: number, all: number): string {
  return total === all
    ? t('grid.countAll', { count: all })
    : t('grid.count', { shown: formatNumber(total), all: formatNumber(all) })
}

/** Active or not, which people and courses have alike. */
export function activeFilter(): GridFilter {
  return {
    name: 'isActive',
    label: t('grid.status'),
    choices: [
      { value: true, label: t('grid.active') },
      { value: false, label: t('grid.inactive') },
    ],
  }
}

/** The people of a class. */
export function classFilter(): SearchedFilter {
  return { name: 'classId', label: t('fields.users.classId'), findChoices: findClasses }
}

/** One of the values of a choice. */
export function choiceFilter(entity: string, name: string, label: string, field: Field): GridFilter {
  return { name, label, choices: choiceLabels(entity, name, field) }
}
