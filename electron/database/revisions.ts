import type { Revision } from './operations'

/** Every revision in `migrations/`, in the order of their chain. Throws where that is no chain. */
export const allRevisions = (): Revision[] => inOrder(revisionFiles())

/** Every revision in `migrations/`, as they come. The build takes the files in; nothing is read at run time. */
export const revisionFiles = (): Revision[] =>
  Object.values(import.meta.glob<Revision>('../../migrations/*.ts', { eager: true, import: 'default' }))

/** The revisions that no other follows: one, unless two people have added one each. */
export const headsOf = (revisions: readonly Revision[]): Revision[] =>
  revisions.filter(({ name }) => !revisions.some(({ revises }) => revises === name))

/** Follows `revises` from the first revision to the head. Throws where the chain has two heads, a gap or no beginning. */
export function inOrder(revisions: Revision[]): Revision[] {
  const ordered: Revision[] = []
  let previous: string | null = null
  while (ordered.length < revisions.length) {
    const next: Revision[] = revisions.filter(({ revises }) => revises === previous)
    const [revision, second] = next
    if (!revision) throw new Error(`no revision follows ${previous ?? 'the beginning'}`)
    if (second)
      throw new Error(
        `two revisions follow ${previous ?? 'the beginning'}: ${next.map(({ name }) => name).join(', ')}`,
      )
    ordered.push(revision)
    previous = revision.name
  }
  return ordered
}
