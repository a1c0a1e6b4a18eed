import type { ChangeSet } from '../contract/history'
import { findWords, words } from '../services/words'
import { localTime } from './localTime'
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
  direction,
}: Pick<ChangeSet, 'summary' | 'params' | 'direction'>): string {
  const { moment } = params
  const read = typeof moment === 'string' ? { ...params, moment: localTime(moment) } : params
  const what = findWords(`changes.${summary}`, read) ?? words('changes.other')
  return direction === 'done' ? what : words(`changes.${direction}`, { what })
}
