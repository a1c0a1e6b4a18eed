import type { ChangeSet } from '../contract/history'

/** What was done and undone in this session, the newest last: what Ctrl+Z goes back through, and Ctrl+Y forth. */
export class UndoStack {
  readonly #done: number[] = []
  #undone: number[] = []

  /** Notes a set that was written. Something new leaves nothing to do again. */
  note(changeSetId: number, { undoes, direction }: Pick<ChangeSet, 'undoes' | 'direction'>): void {
    if (direction === 'done') this.#undone = []
    else if (undoes !== null) this.drop(undoes)
    const list = direction === 'undone' ? this.#undone : this.#done
    list.push(changeSetId)
  }

  /** The set to take back next; null for none. */
  get toUndo(): number | null {
    return this.#done.at(-1) ?? null
  }

  /** The set to take back next in order to do again what it took back; null for none. */
  get toRedo(): number | null {
    return this.#undone.at(-1) ?? null
  }

  /** Forgets a set. */
  drop(changeSetId: number): void {
    for (const list of [this.#done, this.#undone]) {
      const index = list.indexOf(changeSetId)
      if (index >= 0) list.splice(index, 1)
    }
  }
}
