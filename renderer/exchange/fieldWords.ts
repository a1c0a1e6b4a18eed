import type { Fields } from '../../electron/contract/fields'
import { importFields } from '../../electron/contract/importFields'
import type { ImportEntity } from '../../electron/contract/imports'
import { findWords } from '../i18n'

/** What a column of a data file can mean, in words. */
export function fieldWords(entity: ImportEntity, field: string): string {
  return findWords(`exchange.fields.${entity}.${field}`) ?? findWords(`fields.${entity}.${field}`) ?? field
}

/** All that a column can mean: what people fill in before ids and what Rollbook sets. */
export function fieldChoices(entity: ImportEntity): { value: string; label: string }[] {
  const fields: Fields = importFields[entity]
  const names = Object.keys(fields)
  const isOwn = (name: string) => fields[name]?.isSystem === false && fields[name].kind !== 'reference'
  const sorted = [...names.filter(isOwn), ...names.filter((name) => !isOwn(name))]
  return sorted.map((field) => ({ value: field, label: fieldWords(entity, field) }))
}
