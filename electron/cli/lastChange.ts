import type { ChangeSet } from '../contract/history'
import { findWords, words } from '../services/words'
import type { Session } from './session'

/** The change set that a command has just made, and what it did, in words. */
export async function lastChange({ api }: Session): Promise<ChangeSet & { what: string }> {
  const [changeSet] = (await api.history.list({ count: 1 })).rows
  if (!changeSet) throw new Error('nothing was changed')
  return { ...changeSet, what: changeWords(changeSet) }
}

/** What a change set did, in words. */
export function changeWords({
  summary,
  params,
  undoes,
}: Pick<ChangeSet, 'summary' | 'params' | 'undoes'>): string {
  const what = findWords(`changes.${summary}`, params) ?? words('changes.other')
  return undoes === null ? what : words('changes.undone', { what })
}
