/** The change sets made in this session that Ctrl+Z goes back through, the newest last. */
export class UndoStack {
  readonly #changeSetIds: number[] = []

  push(changeSetId: number): void {
    this.#changeSetIds.push(changeSetId)
  }

  get last(): number | null {
    return this.#changeSetIds.at(-1) ?? null
  }

  /** Forgets a set that was undone, from wherever. */
  drop(changeSetId: number): void {
    const index = this.#changeSetIds.indexOf(changeSetId)
    if (index >= 0) this.#changeSetIds.splice(index, 1)
  }
}
