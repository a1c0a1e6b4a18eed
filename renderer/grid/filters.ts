import type { Field } from '../../electron/contract/fields'
import { findClasses } from '../forms/choices'
import type { Choice } from '../forms/formFields'
import { t } from '../i18n'
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
