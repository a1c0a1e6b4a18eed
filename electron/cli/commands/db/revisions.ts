import { AppError } from '../../../contract/errors'
import type { Revision } from '../../../database/operations'
import { headsOf, inOrder, revisionFiles } from '../../../database/revisions'
import { usageError } from '../../arguments'

/** All revisions in their order. Throws where there are two heads, and names them. */
export function readRevisions(): Revision[] {
  const files = revisionFiles()
  const heads = headsOf(files)
  if (heads.length > 1) throw new AppError('conflict', { reason: 'two-heads', heads: namesOf(heads) })
  return inOrder(files)
}

/** How many revisions a file has at a target: `head`, `base`, so many steps from where it is (`+1`, `-1`), or a revision
 *  by its name or as much of it as is its alone. */
export function countAt(target: string, revisions: readonly Revision[], applied: number): number {
  if (target === 'head') return revisions.length
  if (target === 'base') return 0
  const steps = /^[+-]\d{1,9}$/.test(target) ? Number(target) : null
  if (steps === null) return revisions.indexOf(findRevision(target, revisions)) + 1
  const count = applied + steps
  if (count >= 0 && count <= revisions.length) return count
  const limits = { min: `-${applied}`, max: `+${revisions.length - applied}` }
  throw usageError('too-many-steps', { value: target, ...limits })
}

/** A revision by its name or by a part of it that no other has. Throws with the ones that come near. */
export function findRevision(target: string, revisions: readonly Revision[]): Revision {
  const exact = revisions.find(({ name }) => name === target)
  const starting = revisions.filter(({ name }) => name.startsWith(target))
  const containing = revisions.filter(({ name }) => name.includes(target))
  const found = exact ?? [starting, containing].find(({ length }) => length === 1)?.[0]
  if (found) return found
  if (containing.length > 0)
    throw usageError('several-revisions', { value: target, values: namesOf(containing) })
  throw usageError('unknown-revision', { value: target, values: namesOf(nearest(target, revisions)) })
}

const namesOf = (revisions: readonly Revision[]) => revisions.map(({ name }) => name).join(', ')

/** Those that have the most pairs of letters in common with what was typed. */
function nearest(target: string, revisions: readonly Revision[]): Revision[] {
  const typed = pairsOf(target)
  const likeness = ({ name }: Revision) => [...pairsOf(name)].filter((pair) => typed.has(pair)).length
  return [...revisions].sort((a, b) => likeness(b) - likeness(a)).slice(0, 3)
}

const pairsOf = (text: string) =>
  new Set(
    Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2).toLowerCase()),
  )
