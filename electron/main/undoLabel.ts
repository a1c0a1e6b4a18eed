import type { ChangeSet } from '../contract/history'
import { findWords, words } from '../services/words'

/** What would be undone and redone next; null for nothing. */
export interface Undoable {
  undo: ChangeSet | null
  redo: ChangeSet | null
}

/** Characters of a label at most: a menu becomes as wide as its widest item. */
const LENGTH_MAX = 60

const moments = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** The label of an item of the menu that names what it would undo or redo. Names in it are those that people gave: they are
 *  cut where they are long, and an `&` in them marks no key. */
export function undoLabel(item: keyof Undoable, next: ChangeSet | null): string {
  if (!next) return words(`menu.${item}`)
  const label = words(`history.${item}Of`, { what: summaryWords(next) }).replace(/[\p{Cc}\p{Cf}]/gu, '')
  return shortened(label).replaceAll('&', '&&')
}

function summaryWords({ summary, params }: ChangeSet): string {
  const { moment } = params
  const read = typeof moment === 'string' ? { ...params, moment: moments.format(new Date(moment)) } : params
  return findWords(`changes.${summary}`, read) ?? words('changes.other')
}

function shortened(label: string): string {
  const characters = [...label]
  return characters.length <= LENGTH_MAX
    ? label
    : `${characters
        .slice(0, LENGTH_MAX - 1)
        .join('')
        .trimEnd()}…`
}
