import type { Revision } from './operations'

/** Every revision in `migrations/`, in the order of their chain. The build takes the files in; nothing is read at run time. */
export function allRevisions(): Revision[] {
  const files = import.meta.glob<Revision>('../../migrations/*.ts', { eager: true, import: 'default' })
  return inOrder(Object.values(files))
}

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
