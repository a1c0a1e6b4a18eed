import { t } from '../i18n'

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
