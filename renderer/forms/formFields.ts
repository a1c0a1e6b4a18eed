import type { Fields, FieldKind } from '../../electron/contract/fields'
import { findWords } from '../i18n'
import { choiceLabels, type Labelled } from '../words'

/** One thing that a reference can be set to. */
export interface Choice {
  id: number
  label: string
}

/** An input of a form, drawn from a field of the contract. */
export interface FormField {
  name: string
  kind: FieldKind
  label: string
  isRequired: boolean
  hint?: string
  /** Takes the whole width of the form. */
  isWide?: boolean
  /** Stands in place of an input where the value follows from others. */
  fixed?: string
  /** What a choice can be set to. */
  options: Labelled[]
  /** Finds what a reference can be set to, by what was typed. */
  findChoices?: (search: string) => Promise<Choice[]>
  /** What a reference is set to already. */
  chosen?: Choice
}

export type FormValues = Record<string, unknown>

/** The inputs for some of an entity's fields, in this order. */
export function formFieldsOf(
  entity: string,
  fields: Fields,
  wanted: (string | readonly [string, Partial<FormField>])[],
): FormField[] {
  return wanted.flatMap((item) => {
    const [name, options] = typeof item === 'string' ? [item, {}] : item
    const field = fields[name]
    if (!field) return []
    const { kind, schema } = field
    const label = findWords(`fields.${entity}.${name}`) ?? name
    return {
      name,
      kind,
      label,
      isRequired: !schema.safeParse(null).success,
      isWide: kind === 'longText',
      options: choiceLabels(entity, name, field),
      ...options,
    }
  })
}

/** What a form starts with for a record that is not there yet. */
export function blankValues(fields: FormField[]): FormValues {
  return Object.fromEntries(fields.map((field) => [field.name, blankValue(field)]))
}

/** The values of a record that a form shows. */
export function valuesOf(fields: FormField[], record: object): FormValues {
  const values = record as FormValues
  return Object.fromEntries(fields.map(({ name }) => [name, values[name]]))
}

/** What was entered that differs from what was there before. */
export function changedValues(before: FormValues, after: FormValues): FormValues {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== before[name]))
}

/** A choice begins with its first value. A required text is '' and not null, so that its rule says that it is missing. */
function blankValue({ kind, isRequired, options }: FormField): unknown {
  if (kind === 'boolean') return true
  if (kind === 'choice') return options[0]?.value ?? null
  return kind === 'text' && isRequired ? '' : null
}
